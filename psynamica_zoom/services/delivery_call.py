# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One call to Zoom about one meeting, as a thread carries it out: plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from ..zoom_api import meetings as zoom_meetings
from ..zoom_api.errors import ZoomError
from ..zoom_api.meeting import Meeting
from ..zoom_api.meeting_request import MeetingRequest
from . import event_to_meeting
from .meeting_sync import Action


@dataclass(frozen=True)
class Call:
    """One call to Zoom, in plain values."""

    meeting: int
    connection: int
    wanted: int
    action: Action
    zoom_id: str
    request: MeetingRequest | None
    fingerprint: str
    look_for: event_to_meeting.Marker | None
    read_back: bool


@dataclass(frozen=True)
class Outcome:
    meeting: Meeting | None = None
    error: ZoomError | None = None


def perform(transport, token, call):
    """Carry out `call`; runs in a thread, so it knows nothing of Odoo.

    A create whose answer was lost before is looked for first.

    :return: an `Outcome`; errors of Zoom are part of it
    """
    try:
        return Outcome(meeting=_perform(transport, token, call))
    except ZoomError as error:
        return Outcome(error=error)


def _perform(transport, token, call):
    if call.action is Action.DELETE:
        return zoom_meetings.delete(transport, token, call.zoom_id)
    if call.action is Action.UPDATE:
        zoom_meetings.update(transport, token, call.zoom_id, call.request)
        if call.read_back:
            return zoom_meetings.read(transport, token, call.zoom_id)
        return None
    if call.look_for:
        for found in zoom_meetings.list_upcoming(transport, token):
            if event_to_meeting.find_marker(found.agenda) == call.look_for:
                zoom_meetings.update(transport, token, found.id, call.request)
                return zoom_meetings.read(transport, token, found.id)
    return zoom_meetings.create(transport, token, call.request)
