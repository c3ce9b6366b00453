# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom made of what it was asked for.

Zoom answers with a success and overrides or drops what the account does not permit,
and ignores a start in the past.  Source: Zoom, meetings API, create and update;
settings locked at the account level.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..zoom_api.meeting import Meeting
from ..zoom_api.meeting_request import MeetingRequest

#: Short codes that are kept with the meeting, the most important first.
REMARKS = (
    "start_ignored",
    "sign_in_forced",
    "registration_forced",
    "recording_forced",
    "assistant_forced",
    "unprotected",
    "waiting_room_refused",
    "waiting_room_forced",
    "early_entry_refused",
    "early_entry_forced",
    "passcode_forced",
    "passcode_changed",
)
#: Remarks about something that happened: they stay as long as the meeting.
LASTING = frozenset({"passcode_forced", "passcode_changed"})
_SAME = timedelta(minutes=1)  # calendars know no seconds


def remarks(
    request: MeetingRequest, meeting: Meeting, *, passcode_before: str | None = None
) -> tuple[str, ...]:
    """Return what differs from what was asked for, as codes of `REMARKS`.

    What Zoom does not tell does not differ.

    :param meeting: all of what Zoom has now
    :param passcode_before: of the same meeting until now; None for a new one
    """
    found = {
        "start_ignored": _starts_otherwise(request, meeting),
        "sign_in_forced": meeting.sign_in is True,
        "registration_forced": meeting.registration is True,
        "recording_forced": meeting.recording is True,
        "assistant_forced": meeting.assistant is True,
        "unprotected": meeting.waiting_room is False and not meeting.passcode,
        **_differing("waiting_room", request.waiting_room, meeting.waiting_room),
        **_differing("early_entry", _enters_early(request), meeting.join_before_host),
        "passcode_forced": passcode_before == "" and bool(meeting.passcode),
        "passcode_changed": bool(passcode_before)
        and meeting.passcode != passcode_before,
    }
    return tuple(code for code in REMARKS if found.get(code))


def keeps_wrong_time(
    request: MeetingRequest, meeting: Meeting, *, now: datetime
) -> bool:
    """Return whether people would come at another hour than the calendar says.

    A start in the past does not count: Zoom takes none, and the room is open anyway.

    :param now: aware
    """
    if meeting.minutes is not None and meeting.minutes != request.minutes:
        return True
    return request.start_at > now and _starts_otherwise(request, meeting)


def _starts_otherwise(request: MeetingRequest, meeting: Meeting) -> bool:
    if meeting.start_at is None:
        return False
    return abs(meeting.start_at - request.start_at) >= _SAME


def _enters_early(request: MeetingRequest) -> bool:
    # Zoom: create, `join_before_host`: a waiting room disables it.
    return request.join_before_host and not request.waiting_room


def _differing(name: str, asked: bool, told: bool | None) -> dict[str, bool]:
    return {
        f"{name}_refused": asked and told is False,
        f"{name}_forced": not asked and told is True,
    }
