# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is to be done at Zoom so that it knows what the calendar says."""

from __future__ import annotations

import enum
import hashlib
import json

from ..zoom_api.meeting_request import MeetingRequest


class Action(enum.Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    NOTHING = "nothing"
    FIND = "find"  # what a create has made whose answer was lost


def fingerprint(request: MeetingRequest) -> str:
    """Return a short stable hash of what Zoom is told.

    Over named values, not over the request's body: a new release that words the body
    differently must not move every meeting at once (Zoom allows 100 a day).
    """
    told = {
        "topic": request.topic,
        "agenda": request.agenda,
        "start": request.start_at.isoformat(),
        "minutes": request.minutes,
        "zone": request.timezone,
        "waiting_room": request.waiting_room,
        "join_before_host": request.join_before_host,
    }
    text = json.dumps(told, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def decide(
    desired_request: MeetingRequest | None,
    meeting_id: str | None,
    delivered_fingerprint: str | None,
    *,
    is_lost: bool = False,
) -> Action:
    """Return the one call that makes Zoom agree.

    :param desired_request: what should be at Zoom; None = no meeting
    :param meeting_id: of the meeting at Zoom; empty = there is none
    :param delivered_fingerprint: of what Zoom was told last; empty = not known
    :param is_lost: a create was sent and nobody knows what came of it
    """
    if is_lost and not meeting_id:
        return Action.FIND
    if desired_request is None:
        return Action.DELETE if meeting_id else Action.NOTHING
    if not meeting_id:
        return Action.CREATE
    if delivered_fingerprint == fingerprint(desired_request):
        return Action.NOTHING
    return Action.UPDATE
