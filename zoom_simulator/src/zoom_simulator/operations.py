# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can happen at Zoom: by the API, by the host's hand, by a test.

Each operation changes the state and tells the receivers of notifications.
"""

from . import answers, errors, events, identifiers, rules
from .answers import Answers
from .entities import SCHEDULED, App, Meeting, User
from .errors import ZoomApiError
from .state import State
from .webhook_rules import FAILURES_UNTIL_DISABLED
from .webhooks import Courier


class Operations:
    """The verbs of the simulator."""

    def __init__(self, state: State, courier: Courier, shown: Answers) -> None:
        self._state = state
        self._courier = courier
        self._answers = shown

    def _now(self) -> float:
        return self._state.clock.now()

    # --- meetings

    def create(self, host: User, body: dict, source: str = "open_api") -> Meeting:
        """Create a meeting.

        :param source: `open_api` for the API, anything else for the host's hand
        :raises ZoomApiError: see `rules.created_values`; 3161
        """
        if not host.hosting_allowed:
            raise errors.hosting_not_allowed()
        values = rules.created_values(
            body, host, make_passcode=lambda: _passcode_for(host)
        )
        meeting = self._state.new_meeting(host, source, values)
        now = self._now()
        self._tell(host, events.created(meeting, self._answers.join_url(meeting), now))
        return meeting

    def update(self, meeting: Meeting, body: dict) -> None:
        """Change a meeting.

        :raises ZoomApiError: see `rules.updated_values`
        """
        now = self._now()
        before = answers.comparable(meeting)
        values = rules.updated_values(
            body, meeting, now=now, make_passcode=lambda: _passcode_for(meeting.host)
        )
        for name, value in values.items():
            setattr(meeting, name, value)
        event = events.updated(meeting, before, answers.comparable(meeting), now)
        if event:
            self._tell(meeting.host, event)

    def delete(self, meeting: Meeting) -> None:
        """Delete a meeting.

        :raises ZoomApiError: 3002 in progress, 3007 over
        """
        now = self._now()
        rules.may_be_deleted(meeting, now)
        meeting.deleted_at = now
        # Zoom: meeting.deleted: prerequisite "Pro or higher"; Basic hosts send none.
        if meeting.host.paid:
            self._tell(meeting.host, events.deleted(meeting, now))

    def recover(self, meeting: Meeting) -> None:
        """Take a deletion back.  Zoom: Update meeting status, `recover`.

        :raises ZoomApiError: 3001, not deleted or too long ago
        """
        now = self._now()
        deleted_at = meeting.deleted_at
        if deleted_at is None or now > deleted_at + rules.RECOVERABLE_S:
            raise errors.meeting_missing(meeting.id)
        meeting.deleted_at = None
        self._tell(meeting.host, events.recovered(meeting, now))

    def start(self, meeting: Meeting) -> None:
        """Begin a meeting as its host; one in progress stays as it is.

        :raises ZoomApiError: the host already runs as many as the licence allows
        """
        if meeting.status == "started":
            return
        host = meeting.host
        running = [m for m in self._state.meetings_of(host) if m.status == "started"]
        if len(running) >= rules.meetings_at_once(host):
            raise ZoomApiError(400, 3000, "You have another meeting in progress.")
        now = self._now()
        meeting.status = "started"
        meeting.started_at = meeting.last_started_at = now
        self._tell(host, events.started(meeting, now))

    def end(self, meeting: Meeting) -> None:
        """End a meeting; the next one in the same room gets its own uuid.

        :raises ZoomApiError: 3063, it is not in progress (Zoom does not document
            this answer's message)
        """
        if meeting.status != "started":
            raise ZoomApiError(400, 3063, "The meeting is not in progress.")
        now = self._now()
        self._tell(meeting.host, events.ended(meeting, now))
        meeting.status = "waiting"
        meeting.started_at = None
        meeting.ended_at = now
        meeting.uuid = identifiers.meeting_uuid()

    def find(self, number: int | str, *, deleting: bool = False) -> Meeting:
        """Return a meeting that is neither deleted nor expired.

        :param deleting: say it in the words of "Delete a meeting"
        :raises ZoomApiError: 300 not a number, 3001 none of this number
        """
        text = str(number)
        if not (text.isascii() and text.isdigit()):
            raise ZoomApiError(400, 300, "Invalid meeting id.")
        meeting = self._state.meetings.get(int(text))
        gone = (
            meeting is None
            or meeting.deleted_at is not None
            or rules.has_expired(meeting, self._now())
        )
        if not gone:
            return meeting
        if deleting:
            raise errors.meeting_missing_on_delete(text)
        raise errors.meeting_missing(text)

    def listed(self, host: User, kind: str) -> list[Meeting]:
        """Return a host's meetings of one of `List meetings`' types, by start."""
        now = self._now()
        found = [
            meeting
            for meeting in self._state.meetings_of(host)
            if meeting.deleted_at is None
            and meeting.type == SCHEDULED
            and not rules.has_expired(meeting, now)
            and rules.is_listed(meeting, kind, now)
        ]
        return sorted(found, key=lambda meeting: (meeting.start_at or 0, meeting.id))

    # --- apps

    def remove_app(self, app: App, user: User, *, tell: bool = True) -> bool:
        """Uninstall an app for a user: tokens die, the developer is told.

        :return: whether it was installed
        """
        grant = self._state.tokens.end_grant(app, user)
        if grant is None:
            return False
        # Zoom: deauthorization: private apps and those in development get none.
        if tell and app.published:
            self.tell_deauthorized(app, user)
        return True

    def tell_deauthorized(self, app: App, user: User) -> None:
        """Send app_deauthorized, whether or not anything was removed."""
        event = events.deauthorized(app, user, self._now())
        if is_subscribed(app, events.DEAUTHORIZED):
            url = app.deauthorization_url or app.webhook_url
            self._courier.send(app, url, event)

    def _tell(self, user: User, event: dict) -> None:
        """Send an event of `user`'s to the apps this user has added.

        Zoom: webhooks, event receivers "users who added the app".
        """
        for grant in self._state.tokens.grants_of(user):
            if grant.is_usable() and is_subscribed(grant.app, event["event"]):
                self._courier.send(grant.app, grant.app.webhook_url, event)


def is_subscribed(app: App, event: str) -> bool:
    """Whether an app is sent this event; not while its endpoint is disabled."""
    if app.validation_failures >= FAILURES_UNTIL_DISABLED:
        return False
    return not app.events or event in app.events


def _passcode_for(host: User) -> str:
    wanted = host.account.passcode_rules
    return identifiers.passcode(
        max(6, wanted.length),
        numeric=wanted.only_allow_numeric,
        special=wanted.have_special_character,
    )
