# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What should be true when everything has come to rest, and what is not.

Written against the product's promises, not against its code: nothing of the addon is
imported. Pure functions over plain values, so that each rule can be tested with a
violation made for it.
"""

import dataclasses
import zoneinfo
from collections import Counter, defaultdict
from datetime import datetime, timedelta

HORIZON = timedelta(weeks=4)
# Sessions so close to now or to the horizon are not judged: the border moves on.
MARGIN = timedelta(hours=2)
# A notice to administrators is about one outage; a run may have some.
NOTICES = 5

BAD = (
    "lost",
    "duplicates",
    "orphans",
    "wrong_time",
    "wrong_zone",
    "wrong_host",
    "silent_changes",
    "foreign_touched",
    "stuck",
    "double_mails",
    "tokens_left",
    "untold",
)


@dataclasses.dataclass(frozen=True)
class Host:
    """One user who is or was connected."""

    user_id: int
    zoom_email: str
    state: str  # of the connection; "" = there was never one
    has_tokens: bool = False
    is_told: bool = True  # an activity asks to connect again


@dataclasses.dataclass(frozen=True)
class Session:
    """One event of the calendar; moments are aware."""

    id: int
    name: str
    user_id: int
    start: datetime
    stop: datetime
    zone: str
    active: bool = True
    allday: bool = False
    choice: str = "auto"
    guests: int = 1  # besides the organiser
    declined: bool = False  # by the organiser
    in_series: bool = False
    has_proposal: bool = False  # what the host did at Zoom waits for a decision


@dataclasses.dataclass(frozen=True)
class Row:
    """What the database knows of one meeting."""

    id: int
    event_id: int | None
    number: str
    marker: str  # the end of the agenda of its meeting
    user_id: int | None
    state: str
    is_due: bool = False  # something is still to be done, now or later
    is_parked: bool = False  # until Zoom's next day, for its limit of changes a day
    is_listed: bool = False  # under "Needs attention"
    # Zoom takes no question about it until its next day, and one waits.
    is_unseen: bool = False


@dataclasses.dataclass(frozen=True)
class Meeting:
    """One meeting as Zoom has it; times are aware, `start` None for instant ones."""

    number: str
    host: str
    start: datetime | None
    minutes: int
    zone: str
    agenda: str
    ours: bool  # made by the app, not by the host's hand
    alive: bool = True


@dataclasses.dataclass(frozen=True)
class Mail:
    """One mail as it was handed over."""

    to: str
    message_id: str
    what: tuple  # equal for mails that tell the same
    is_of_session: bool = True  # it carries a calendar file


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """Everything there is to compare."""

    now: datetime
    hosts: tuple = ()
    sessions: tuple = ()
    rows: tuple = ()
    meetings: tuple = ()
    mails: tuple = ()
    waiting_notifications: int = 0
    waiting_mails: int = 0
    # name of a single session → the starts that people asked for
    asked_starts: dict = dataclasses.field(default_factory=dict)
    # address → how often its owner connected; after each, one loss may be told
    connects: dict = dataclasses.field(default_factory=dict)
    # numbers of meetings that hosts made by themselves → when they put them
    own_meetings: dict = dataclasses.field(default_factory=dict)
    clients: frozenset = frozenset()  # their addresses


@dataclasses.dataclass
class Findings:
    """What is wrong, in words, by kind; and what was looked at."""

    problems: dict
    checked: int
    listed: int  # sessions without and meetings too many that "Needs attention" shows
    parked: int  # rows that wait for Zoom's next day
    proposed: int  # sessions that wait for a decision about what the host did
    core_double_mails: int

    def counts(self):
        """Kind → number, for all kinds of :data:`BAD`."""
        return {kind: len(self.problems.get(kind, ())) for kind in BAD}

    def is_clean(self):
        """Whether nothing is wrong."""
        return not any(self.problems.values())

    def sentences(self):
        """All problems in plain words."""
        return [f"{kind}: {one}" for kind in BAD for one in self.problems.get(kind, ())]


def check(snapshot):
    """The :class:`Findings`."""
    return _Check(snapshot).run()


class _Check:
    def __init__(self, snapshot):
        self._all = snapshot
        self._problems = defaultdict(list)
        self._hosts = {host.user_id: host for host in snapshot.hosts}
        self._connected = {
            host.zoom_email for host in snapshot.hosts if host.state == "connected"
        }
        self._meetings = {one.number: one for one in snapshot.meetings}
        self._rows_of = defaultdict(list)
        for row in snapshot.rows:
            self._rows_of[row.event_id].append(row)
        self._claimed = {}  # number → session, for meetings that a session has
        self._checked = self._listed = self._proposed = 0

    def run(self):
        for session in self._all.sessions:
            self._look_at_session(session)
        self._look_for_surplus()
        self._look_for_stuck_rows()
        self._look_at_people()
        self._look_at_changes()
        core_doubles = self._look_at_mails()
        return Findings(
            problems=dict(self._problems),
            checked=self._checked,
            listed=self._listed,
            parked=sum(row.is_parked for row in self._all.rows),
            proposed=self._proposed,
            core_double_mails=core_doubles,
        )

    def _wrong(self, kind, text):
        self._problems[kind].append(text)

    # Sessions

    def _look_at_session(self, session):
        rows = self._rows_of[session.id]
        alive = [
            self._meetings[row.number]
            for row in rows
            if row.number in self._meetings and self._meetings[row.number].alive
        ]
        is_required = self._is_required(session)
        if is_required:
            self._checked += 1
            if session.has_proposal:
                self._proposed += 1
        if is_required and not alive:
            self._without_meeting(session, rows)
        if len(alive) > 1:
            numbers = ", ".join(one.number for one in alive)
            self._wrong("duplicates", f"{_said(session)} has meetings {numbers}")
        for meeting in alive:
            other = self._claimed.setdefault(meeting.number, session)
            if other is not session:
                self._wrong(
                    "duplicates",
                    f"{_said(session)} and {_said(other)} share {meeting.number}",
                )
            if any(row.is_parked for row in rows):
                continue  # the change waits
            if is_required or self._may_have(session):
                self._compare(session, meeting)
            elif self._is_served(session):
                self._wrong(
                    "orphans",
                    f"meeting {meeting.number} is alive, but {_said(session)} "
                    f"wants none",
                )

    def _is_served(self, session):
        """Whether its organiser is connected: only then can anything be done."""
        host = self._hosts.get(session.user_id)
        return bool(host) and host.state == "connected"

    def _may_have(self, session):
        return (
            session.active
            and not session.allday
            and not session.declined
            and self._is_served(session)
            and self._is_online(session)
        )

    def _is_required(self, session):
        now = self._all.now
        if not self._may_have(session) or session.start < now + MARGIN:
            return False
        return not session.in_series or session.start < now + HORIZON - MARGIN

    @staticmethod
    def _is_online(session):
        """Zoom is the place: chosen, or by the rule "with other people"."""
        if session.choice == "zoom":
            return True
        return session.choice == "auto" and session.guests > 0

    def _without_meeting(self, session, rows):
        if session.has_proposal:
            return
        if any(row.is_listed for row in rows):
            self._listed += 1
            return
        if any(row.is_parked or row.is_unseen for row in rows):
            return
        states = ", ".join(row.state for row in rows) or "no row"
        self._wrong("lost", f"{_said(session)} has no meeting ({states})")

    def _compare(self, session, meeting):
        host = self._hosts[session.user_id]
        if meeting.host != host.zoom_email:
            self._wrong(
                "wrong_host",
                f"meeting {meeting.number} of {_said(session)} is held by "
                f"{meeting.host}, not by {host.zoom_email}",
            )
        if session.has_proposal:
            return  # somebody is asked which of both is right
        minutes = -(-(session.stop - session.start) // timedelta(minutes=1))
        if (meeting.start, meeting.minutes) != (session.start, minutes):
            self._wrong(
                "wrong_time",
                f"meeting {meeting.number} of {_said(session)} is at {meeting.start} "
                f"for {meeting.minutes} min, not for {minutes} min",
            )
        if _clock(session.start, meeting.zone) != _clock(session.start, session.zone):
            self._wrong(
                "wrong_zone",
                f"meeting {meeting.number} of {_said(session)} has the zone "
                f"{meeting.zone}, not {session.zone}",
            )

    # Meetings

    def _look_for_surplus(self):
        parked = _names(row for row in self._all.rows if row.is_parked)
        listed = _names(row for row in self._all.rows if row.is_listed)
        markers = {row.marker: row for row in self._all.rows if row.event_id}
        for meeting in self._all.meetings:
            marker = meeting.agenda.rpartition("/")[2]
            if meeting.number in self._claimed or parked & {meeting.number, marker}:
                continue
            if not self._is_ours_to_delete(meeting):
                continue
            if listed & {meeting.number, marker}:
                self._listed += 1
                continue
            row = markers.get(marker)
            if row and row.number != meeting.number:
                self._wrong(
                    "duplicates",
                    f"meeting {meeting.number} of {meeting.host} at {meeting.start} is "
                    f"a second one for event {row.event_id}, which has "
                    f"{row.number or 'none'}",
                )
            else:
                self._wrong(
                    "orphans",
                    f"meeting {meeting.number} of {meeting.host} at {meeting.start} "
                    f"({meeting.agenda or 'no marker'}) belongs to no session",
                )

    def _is_ours_to_delete(self, meeting):
        """A host who is not connected keeps what is there: nobody may touch it."""
        is_coming = meeting.start is None or meeting.start > self._all.now
        return (
            meeting.ours
            and meeting.alive
            and is_coming
            and meeting.host in self._connected
        )

    # What waits

    def _look_for_stuck_rows(self):
        for row in self._all.rows:
            if row.is_due and not row.is_listed and not row.is_parked:
                self._wrong(
                    "stuck",
                    f"row {row.id} of event {row.event_id} ({row.state}) still has "
                    f"something to do and is not listed",
                )
        for count, what in (
            (self._all.waiting_notifications, "notifications"),
            (self._all.waiting_mails, "mails"),
        ):
            if count:
                self._wrong("stuck", f"{count} {what} still wait")

    # People

    def _look_at_people(self):
        for host in self._all.hosts:
            if host.state == "disconnected" and host.has_tokens:
                self._wrong(
                    "tokens_left", f"user {host.user_id} is disconnected, with tokens"
                )
            if host.state == "reconnect" and not host.is_told:
                self._wrong(
                    "untold", f"user {host.user_id} was not asked to connect again"
                )

    # What nobody asked for

    def _look_at_changes(self):
        for session in self._all.sessions:
            asked = self._all.asked_starts.get(_key(session.name))
            if asked and not session.in_series and session.start not in asked:
                self._wrong(
                    "silent_changes",
                    f"{_said(session)}: nobody asked for this time",
                )
        for number, start in self._all.own_meetings.items():
            meeting = self._meetings.get(number)
            if not meeting or not meeting.alive or meeting.start != start:
                self._wrong(
                    "foreign_touched",
                    f"meeting {number}, which a host made by hand, is not as it was",
                )

    # Mails

    def _look_at_mails(self):
        """Return how many mails core itself sent twice: the same mail, word for word.

        Odoo sends a mail before it notes that it did. A process killed in between, or
        two that send the same queue, hand the very same mail over again, with the same
        Message-ID, which mail programs show once. Ours would be two different mails
        that tell the same.
        """
        sent = Counter((mail.to, mail.message_id) for mail in self._all.mails)
        told = defaultdict(set)
        for mail in self._all.mails:
            told[mail.to, mail.what, mail.is_of_session].add(mail.message_id)
        for (to, what, is_of_session), ids in told.items():
            if len(ids) > self._most_mails(to, is_of_session):
                self._wrong("double_mails", f"{to} was told {len(ids)} times: {what}")
        return sum(count - 1 for count in sent.values())

    def _most_mails(self, to, is_of_session):
        """How many mails that tell the same this person may have."""
        if is_of_session or to in self._all.clients:
            return 1
        return self._all.connects.get(to, NOTICES)


def _clock(moment, zone):
    """What clocks show there: zones have several names, such as Kiev and Kyiv."""
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone)).isoformat()
    except (KeyError, ValueError, OSError):
        return zone


def _names(rows):
    """How meetings of these rows are recognised: by number, or else by marker."""
    return {name for row in rows for name in (row.number, row.marker) if name}


def _key(name):
    return " ".join(name.split()[:2])


def _said(session):
    return f"event {session.id} “{session.name}” at {session.start:%Y-%m-%d %H:%M} UTC"
