# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a session in the calendar to what Zoom is told: the least possible.

The topic is neutral, the agenda carries only a marker by which the meeting is found
again.  Nothing here knows a client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ..zoom_api.meeting_request import MeetingRequest

CODE_LENGTH = 6
# No look-alikes (0O, 1IL, 2Z, 5S, 8B) and no vowels, so that no code is a word.
CODE_ALPHABET = "34679CDFGHJKMNPQRTVWXY"
DEFAULT_TOPIC = "Appointment {code}"
_CODE = re.compile(r"[0-9A-Z]{4,12}")
_MARKER = re.compile(r"\bpsynamica-zoom/([0-9A-Z]{4,12})\b")


class Chooser(Protocol):
    """What is needed of a random generator, such as `secrets.SystemRandom()`."""

    def choice(self, seq: str, /) -> str: ...


@dataclass(frozen=True)
class Session:
    """One session as the calendar has it.

    :param start_at: aware
    :param stop_at: aware
    :param timezone: IANA name; None or an unknown one counts as UTC
    :param code: what `new_code` made for this session
    :param topic_template: may contain `{code}`; "" = the neutral default
    """

    start_at: datetime
    stop_at: datetime
    timezone: str | None
    code: str
    topic_template: str = ""
    waiting_room: bool = True
    join_before_host: bool = False


def meeting_request(session: Session) -> MeetingRequest:
    """Return what Zoom is told about `session`.

    :raises ValueError: a naive moment, or a code that is none
    """
    template = session.topic_template.strip() or DEFAULT_TOPIC
    return MeetingRequest(
        topic=template.replace("{code}", session.code),
        agenda=marker(session.code),
        start_at=session.start_at,
        minutes=_minutes(session),
        timezone=_known_zone(session.timezone),
        waiting_room=session.waiting_room,
        join_before_host=session.join_before_host,
    )


def new_code(random: Chooser) -> str:
    """Return a short code that people can read out to each other."""
    return "".join(random.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def marker(code: str) -> str:
    """Return the text by which a meeting of ours is known at Zoom.

    :raises ValueError: `code` could not be found again
    """
    if not _CODE.fullmatch(code):
        raise ValueError("that is no code")
    return f"psynamica-zoom/{code}"


def find_marker(text: str | None) -> str | None:
    """Return the code of the first marker in `text`, None without one."""
    found = _MARKER.search(text or "")
    return found[1] if found else None


def _minutes(session: Session) -> int:
    """Return the length rounded up; at least one minute, which Zoom needs."""
    length = session.stop_at - session.start_at
    return max(1, -(-length // timedelta(minutes=1)))


def _known_zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
