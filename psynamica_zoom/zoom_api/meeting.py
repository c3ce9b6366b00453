# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A meeting as Zoom tells it.  Source: Zoom, meetings API, create, get and list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from . import moments
from .answer import Answer
from .endpoint import ZoomEndpoint

NO_REGISTRATION = 2  # `approval_type`
NO_RECORDING = "none"  # `auto_recording`
AI_SETTINGS = ("auto_start_meeting_summary", "auto_start_ai_companion_questions")
_ID = re.compile(r"[0-9]{9,19}")  # an int64; never an int4: they exceed 2**31
_LONGEST = 4000  # characters of any one text


@dataclass(frozen=True, repr=False)
class Meeting:
    """A meeting as Zoom tells it.  Its `repr` shows nothing that opens the room.

    :param id: digits
    :param uuid: of the first session; "" when Zoom does not say, as any text here
    :param start_at: aware UTC, None when Zoom does not say
    :param waiting_room: None when Zoom does not say, as any flag here
    :param sign_in: only for people who are signed in at Zoom
    :param registration: people register first
    :param recording: starts by itself
    :param assistant: the AI summary or the AI's answers start by themselves
    :param start_url: opens the room as its host for two hours: never to be stored
    """

    id: str
    uuid: str = ""
    host_id: str = ""
    join_url: str = ""
    passcode: str = ""
    topic: str = ""
    start_at: datetime | None = None
    minutes: int | None = None
    timezone: str = ""
    waiting_room: bool | None = None
    start_url: str | None = None
    agenda: str = ""
    join_before_host: bool | None = None
    sign_in: bool | None = None
    registration: bool | None = None
    recording: bool | None = None
    assistant: bool | None = None

    def __repr__(self) -> str:
        return f"<Meeting {self.id}>"


def meeting_from(
    endpoint: ZoomEndpoint, answer: Answer, body: dict, *, listed: bool = False
) -> Meeting:
    """Return the meeting in `body`.

    :param listed: part of a list, where a join link may be missing
    :raises ZoomBadAnswer: no usable id, or a link that does not lead to Zoom
    """
    meeting_id = digits_of(body.get("id"))
    join_url, start_url = _text(body, "join_url"), _text(body, "start_url")
    needed = [join_url] if join_url or not listed else []
    needed += [start_url] if start_url else []
    allows = endpoint.allows_browser_url
    if meeting_id is None or not all(allows(url) for url in needed):
        raise answer.bad()
    settings = body.get("settings")
    settings = settings if isinstance(settings, dict) else {}
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
        join_before_host=_flag(settings, "join_before_host"),
        sign_in=_flag(settings, "meeting_authentication"),
        registration=_registration(settings),
        recording=_recording(settings),
        assistant=_assistant(settings),
    )


def digits_of(value: object) -> str | None:
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


def _flag(settings: dict, name: str) -> bool | None:
    value = settings.get(name)
    return value if isinstance(value, bool) else None


def _registration(settings: dict) -> bool | None:
    kind = settings.get("approval_type")
    if isinstance(kind, bool) or not isinstance(kind, int):
        return None
    return kind != NO_REGISTRATION


def _recording(settings: dict) -> bool | None:
    kind = settings.get("auto_recording")
    return kind != NO_RECORDING if isinstance(kind, str) and kind else None


def _assistant(settings: dict) -> bool | None:
    told = [_flag(settings, name) for name in AI_SETTINGS]
    return any(told) if any(flag is not None for flag in told) else None
