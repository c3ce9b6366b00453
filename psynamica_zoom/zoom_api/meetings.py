# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create, read, update, delete and list a user's own meetings.

Source: Zoom, meetings API.  User-level tokens act for `me` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .answer import Answer
from .endpoint import ZoomEndpoint
from .meeting import Meeting, digits_of, meeting_from
from .meeting_request import MeetingRequest
from .transport import ZoomTransport

__all__ = [
    "Meeting",
    "MeetingRequest",
    "create",
    "delete",
    "list_scheduled",
    "list_upcoming",
    "read",
    "update",
]

PAGE_SIZE = 300  # Zoom: list meetings, the most
MAX_PAGES = 50
_REMINDERS = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}


def create(transport: ZoomTransport, token: str, request: MeetingRequest) -> Meeting:
    """Return the new meeting.

    :raises ZoomError: see `errors`; when `ambiguous`, the meeting may exist
    """
    answer = transport.call(
        "POST", "/users/me/meetings", token=token, json=request.as_create_body()
    )
    if answer.status != 201:
        raise answer.bad()
    return meeting_from(transport.endpoint, answer, answer.body)


def read(transport: ZoomTransport, token: str, meeting_id: str) -> Meeting:
    """Return the meeting as it is now.

    :raises ZoomNotFound: it does not exist (any more)
    :raises ZoomError: see `errors`
    """
    answer = transport.call(
        "GET", "/meetings/%s", token=token, ids=(_checked_id(meeting_id),)
    )
    return meeting_from(transport.endpoint, answer, answer.body)


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

    :param now: aware; meetings that ended before are left out
    :raises ZoomError: see `errors`
    """
    now = now or datetime.now(timezone.utc)
    for meeting in list_scheduled(transport, token):
        if not _is_over(meeting, now):
            yield meeting


def list_scheduled(transport: ZoomTransport, token: str) -> Iterator[Meeting]:
    """Yield the user's scheduled meetings, those of the last 30 days too.

    Asked for as `type=scheduled`, which has no horizon; `upcoming_meetings` leaves out
    what is more than six months away.  Join links may be missing (then "").

    :raises ZoomError: see `errors`
    """
    params = {"type": "scheduled", "page_size": str(PAGE_SIZE)}
    for _page in range(MAX_PAGES):
        answer = transport.call("GET", "/users/me/meetings", token=token, params=params)
        yield from _page_of(transport.endpoint, answer)
        following = answer.body.get("next_page_token")
        if not following or not isinstance(following, str):
            return
        params = {**params, "next_page_token": following}
    raise answer.bad()  # the pages go round in a circle


def _page_of(endpoint: ZoomEndpoint, answer: Answer) -> list[Meeting]:
    items = answer.body.get("meetings")
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise answer.bad()
    return [meeting_from(endpoint, answer, item, listed=True) for item in items]


def _is_over(meeting: Meeting, now: datetime) -> bool:
    if meeting.start_at is None:
        return False
    return meeting.start_at + timedelta(minutes=meeting.minutes or 0) < now


def _checked_id(meeting_id: str) -> str:
    checked = digits_of(meeting_id)
    if checked is None:
        raise ValueError("that is no meeting id")
    return checked
