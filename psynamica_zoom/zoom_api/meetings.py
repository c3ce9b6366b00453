# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create, read, update, delete and list a user's own meetings.

Source: Zoom, meetings API.  User-level tokens act for `me` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from . import moments
from .answer import Answer
from .errors import ZoomBadAnswer
from .meeting_request import MeetingRequest
from .transport import ZoomTransport

__all__ = [
    "Meeting",
    "MeetingRequest",
    "create",
    "delete",
    "list_upcoming",
    "read",
    "update",
]

PAGE_SIZE = 300  # Zoom: list meetings, the most
MAX_PAGES = 50
_ID = re.compile(r"[0-9]{9,19}")  # an int64; never an int4: they exceed 2**31
_LONGEST = 4000  # characters of any one text
_REMINDERS = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}


@dataclass(frozen=True, repr=False)
class Meeting:
    """A meeting as Zoom tells it.  Its `repr` shows nothing that opens the room.

    :param id: digits
    :param uuid: of the first session; "" when Zoom does not say, as any text here
    :param start_at: aware UTC, None when Zoom does not say
    :param waiting_room: None when Zoom does not say
    :param start_url: opens the room as its host for two hours: never to be stored
    """

    id: str
    uuid: str
    host_id: str
    join_url: str
    passcode: str
    topic: str
    start_at: datetime | None
    minutes: int | None
    timezone: str
    waiting_room: bool | None
    start_url: str | None
    agenda: str = ""

    def __repr__(self) -> str:
        return f"<Meeting {self.id}>"


def create(transport: ZoomTransport, token: str, request: MeetingRequest) -> Meeting:
    """Return the new meeting.

    :raises ZoomError: see `errors`; when `ambiguous`, the meeting may exist
    """
    answer = transport.call(
        "POST", "/users/me/meetings", token=token, json=request.as_create_body()
    )
    if answer.status != 201:
        raise _bad(answer)
    return _meeting(transport, answer, answer.body)


def read(transport: ZoomTransport, token: str, meeting_id: str) -> Meeting:
    """Return the meeting as it is now.

    :raises ZoomNotFound: it does not exist (any more)
    :raises ZoomError: see `errors`
    """
    answer = transport.call(
        "GET", "/meetings/%s", token=token, ids=(_checked_id(meeting_id),)
    )
    return _meeting(transport, answer, answer.body)


def update(
    transport: ZoomTransport, token: str, meeting_id: str, request: MeetingRequest
) -> None:
    """Make the meeting what `request` says; Zoom ignores a start in the past.

    :raises ZoomNotFound: it does not exist (any more)
    :raises ZoomError: see `errors`
    """
    transport.call(
        "PATCH",
        "/meetings/%s",
        token=token,
        ids=(_checked_id(meeting_id),),
        json=request.as_update_body(),
    )


def delete(transport: ZoomTransport, token: str, meeting_id: str) -> None:
    """Delete the meeting; Zoom writes to nobody about it.

    :raises ZoomNotFound: it does not exist (any more)
    :raises ZoomMeetingInProgress: it is going on
    :raises ZoomError: see `errors`
    """
    transport.call(
        "DELETE",
        "/meetings/%s",
        token=token,
        ids=(_checked_id(meeting_id),),
        params=_REMINDERS,
    )


def list_upcoming(
    transport: ZoomTransport, token: str, *, now: datetime | None = None
) -> Iterator[Meeting]:
    """Yield the user's scheduled meetings that are not over, asking page by page.

    Asked for as `type=scheduled`, which has no horizon; `upcoming_meetings` leaves out
    what is more than six months away.  Join links may be missing (then "").

    :param now: aware; meetings that ended before are left out
    :raises ZoomError: see `errors`
    """
    now = now or datetime.now(timezone.utc)
    params = {"type": "scheduled", "page_size": str(PAGE_SIZE)}
    for _page in range(MAX_PAGES):
        answer = transport.call("GET", "/users/me/meetings", token=token, params=params)
        for meeting in _page_of(transport, answer):
            if not _is_over(meeting, now):
                yield meeting
        following = _text(answer.body, "next_page_token")
        if not following:
            return
        params = {**params, "next_page_token": following}
    raise _bad(answer)  # the pages go round in a circle


def _page_of(transport: ZoomTransport, answer: Answer) -> list[Meeting]:
    items = answer.body.get("meetings")
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise _bad(answer)
    return [_meeting(transport, answer, item, listed=True) for item in items]


def _is_over(meeting: Meeting, now: datetime) -> bool:
    if meeting.start_at is None:
        return False
    return meeting.start_at + timedelta(minutes=meeting.minutes or 0) < now


def _meeting(
    transport: ZoomTransport, answer: Answer, body: dict, *, listed: bool = False
) -> Meeting:
    """Return the meeting in `body`.

    :param listed: part of a list, where a join link may be missing
    :raises ZoomBadAnswer: no usable id, or a link that does not lead to Zoom
    """
    meeting_id = _id(body.get("id"))
    join_url, start_url = _text(body, "join_url"), _text(body, "start_url")
    needed = [join_url] if join_url or not listed else []
    needed += [start_url] if start_url else []
    allows = transport.endpoint.allows_browser_url
    if meeting_id is None or not all(allows(url) for url in needed):
        raise _bad(answer)
    settings = body.get("settings")
    return Meeting(
        id=meeting_id,
        uuid=_text(body, "uuid"),
        host_id=_text(body, "host_id"),
        join_url=join_url,
        passcode=_text(body, "password"),
        topic=_text(body, "topic"),
        start_at=moments.parse(body.get("start_time")),
        minutes=_minutes(body.get("duration")),
        timezone=_text(body, "timezone"),
        waiting_room=_flag(settings, "waiting_room"),
        start_url=start_url or None,
        agenda=_text(body, "agenda"),
    )


def _bad(answer: Answer) -> ZoomBadAnswer:
    return ZoomBadAnswer(
        answer.route, status=answer.status, tracking_id=answer.tracking_id
    )


def _checked_id(meeting_id: str) -> str:
    checked = _id(meeting_id)
    if checked is None:
        raise ValueError("that is no meeting id")
    return checked


def _id(value: object) -> str | None:
    """Return the id as digits; Zoom sends a number here and a string there."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    text = str(value)
    return text if _ID.fullmatch(text) else None


def _text(body: dict, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _minutes(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= 10**6 else None


def _flag(settings: object, name: str) -> bool | None:
    value = settings.get(name) if isinstance(settings, dict) else None
    return value if isinstance(value, bool) else None
