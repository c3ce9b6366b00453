# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invitations as calendar files that update and cancel instead of doubling.

RFC 5545 (the format), 5546 (REQUEST and CANCEL), 7986 (CONFERENCE).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import vobject
from vobject.base import Component

from ..zoom_api.plain_text import one_line
from .ics_zone import describe_zone

PRODID = "-//Psynamica//Zoom sessions//EN"
MAX_LINE_BYTES = 75  # RFC 5545, 3.1, without the line end
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f\x7f]+@[^\s@<>\"(),:;\\\x00-\x1f\x7f]+")
_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6}Z)")
_PARTSTATS = ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE")
_URI_LETTERS = ":/?#[]@!$&'()*+,;=%~-._"


class Invitation(NamedTuple):
    """One session for a calendar file.

    :param uid: the same in every version of this session's file
    :param sequence: one more with each version
    :param start_at: aware; or a date, for an all-day event
    :param stop_at: aware; or the last date of an all-day event
    :param url: the join link; "" = none
    :param organizer: name and address.  Without one nobody can be answered, and a
        REQUEST goes out as a PUBLISH (RFC 5546 asks a REQUEST for an organiser)
    :param attendees: name, address and state (NEEDS-ACTION, ACCEPTED, DECLINED,
        TENTATIVE); those without a usable address are left out
    :param alarms_min: minutes before the start
    :param stamped_at: aware, when this version was made
    :param zone: IANA name; with one the times are written as the wall clock there
        shows them, which a rule needs
    :param rule: the value of RRULE: this stands for a whole series (see `ics_series`)
    :param excluded: aware; moments of the rule without a session
    :param slot_at: aware; this is the session of the series which by the rule is then
    """

    uid: str
    sequence: int
    method: Literal["REQUEST", "CANCEL"]
    start_at: datetime | date
    stop_at: datetime | date
    summary: str
    description: str
    location: str
    url: str
    organizer: tuple[str, str] | None
    attendees: Sequence[tuple[str, str, str]]
    alarms_min: Sequence[int]
    stamped_at: datetime
    zone: str = ""
    rule: str = ""
    excluded: Sequence[datetime] = ()
    slot_at: datetime | None = None


def render(invitation: Invitation, *exceptions: Invitation) -> bytes:
    """Return the file in UTF-8.

    :param exceptions: further sessions of the same series, each with its `slot_at`
    :raises ValueError: a naive moment, an unknown zone, a method that is neither of
        the two, or sessions that RFC 5546 (3.2) does not allow in one file
    """
    if invitation.method not in ("REQUEST", "CANCEL"):
        raise ValueError("there is no such method")
    for other in exceptions:
        if (other.uid, other.method) != (invitation.uid, invitation.method):
            raise ValueError("one file is about one appointment or one series")
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = PRODID
    calendar.add("method").value = _method(invitation)
    sessions = (invitation, *exceptions)
    _add_zones(calendar, sessions)
    for session in sessions:
        _fill(calendar.add("vevent"), session)
    # Folded here: vobject folds by letters, and a line of Cyrillic ones is too long.
    text = calendar.serialize(lineLength=10**9)
    folded = (part for line in text.split("\r\n") if line for part in _fold(line))
    return b"".join(part + b"\r\n" for part in folded)


def _add_zones(calendar: Component, sessions: Sequence[Invitation]) -> None:
    wall = [session for session in sessions if session.zone]
    for zone in sorted({session.zone for session in wall}):
        moments = [m for s in wall if s.zone == zone for m in _span(s)]
        calendar.add(describe_zone(zone, min(moments), max(moments)))


def _span(session: Invitation) -> Iterator[date]:
    yield from (session.start_at, session.stop_at)
    if session.slot_at:
        yield session.slot_at
    if until := _UNTIL.search(session.rule):
        yield datetime.strptime(until[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)


def _method(invitation: Invitation) -> str:
    if invitation.method == "REQUEST" and not _addressable(invitation.organizer):
        return "PUBLISH"
    return invitation.method


def _fill(event: Component, invitation: Invitation) -> None:
    cancelled = invitation.method == "CANCEL"
    event.add("uid").value = one_line(invitation.uid)
    event.add("sequence").value = str(int(invitation.sequence))
    event.add("status").value = "CANCELLED" if cancelled else "CONFIRMED"
    event.add("dtstamp").value = _utc(invitation.stamped_at)
    _add_times(event, invitation)
    event.add("summary").value = one_line(invitation.summary)
    if invitation.description:
        event.add("description").value = _many_lines(invitation.description)
    if invitation.location:
        event.add("location").value = one_line(invitation.location)
    if invitation.url:
        _add_link(event, invitation.url)
    _add_people(event, invitation)
    for minutes in () if cancelled else invitation.alarms_min:
        _add_alarm(event, minutes, invitation.summary)


def _add_times(event: Component, invitation: Invitation) -> None:
    start, stop = invitation.start_at, invitation.stop_at
    if isinstance(start, datetime) and isinstance(stop, datetime):
        _add_moment(event, "dtstart", start, invitation.zone)
        _add_moment(event, "dtend", stop, invitation.zone)
        _add_series(event, invitation)
        return
    event.add("dtstart").value = _day(start)
    # RFC 5545: the end of an all-day event is the first day after it.
    event.add("dtend").value = _day(stop) + timedelta(days=1)


def _add_series(event: Component, invitation: Invitation) -> None:
    if invitation.rule:
        event.add("rrule").value = one_line(invitation.rule)
    for moment in invitation.excluded:
        _add_moment(event, "exdate", moment, invitation.zone)
    if invitation.slot_at:
        _add_moment(event, "recurrence-id", invitation.slot_at, invitation.zone)


def _add_moment(event: Component, name: str, moment: datetime, zone: str) -> None:
    value = _utc(moment)
    line = event.add(name)
    if zone:
        value = value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        line.params["TZID"] = [zone]
    line.value = [value] if name == "exdate" else value


def _add_link(event: Component, url: str) -> None:
    address = quote(url, safe=_URI_LETTERS, errors="replace")
    event.add("url").value = address
    conference = event.add("conference")
    conference.value = address
    conference.params = {"VALUE": ["URI"], "FEATURE": ["VIDEO"]}


def _add_people(event: Component, invitation: Invitation) -> None:
    if invitation.organizer and _addressable(invitation.organizer):
        name, email = invitation.organizer
        _add_person(event, "organizer", name, email)
    for name, email, state in invitation.attendees:
        if not _EMAIL.fullmatch(email):
            continue
        attendee = _add_person(event, "attendee", name, email)
        known = state if state in _PARTSTATS else _PARTSTATS[0]
        attendee.params["PARTSTAT"] = [known]
        attendee.params["ROLE"] = ["REQ-PARTICIPANT"]


def _add_person(
    event: Component, role: str, name: str, email: str
) -> vobject.base.ContentLine:
    person = event.add(role)
    person.value = f"mailto:{email}"
    # RFC 5545, 3.2: a parameter cannot hold a double quote in any form.
    shown = one_line(name).replace('"', "'")
    if shown:
        person.params["CN"] = [shown]
    return person


def _add_alarm(event: Component, minutes: int, summary: str) -> None:
    alarm = event.add("valarm")
    alarm.add("action").value = "DISPLAY"
    alarm.add("description").value = one_line(summary)
    alarm.add("trigger").value = -timedelta(minutes=minutes)


def _addressable(person: tuple[str, str] | None) -> bool:
    return bool(person and _EMAIL.fullmatch(person[1]))


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment is naive")
    # The one UTC that every version of vobject knows by name.
    return moment.astimezone(vobject.icalendar.utc).replace(microsecond=0)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _many_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines)


def _fold(line: str) -> Iterator[bytes]:
    """Yield the lines of at most 75 bytes that stand for `line`, no letter split."""
    part = b""
    for letter in line:
        encoded = letter.encode()
        if len(part) + len(encoded) > MAX_LINE_BYTES:
            yield part
            part = b" "
        part += encoded
    yield part
