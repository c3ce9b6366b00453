# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a session in the calendar to what Zoom is told: the least possible.

The topic is neutral, the agenda carries only a marker by which the meeting is found
again.  The marker names the database too: two of them may share a Zoom account, and
neither may touch what the other has made.  Nothing here knows a client.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ..zoom_api.meeting_request import MeetingRequest

CODE_LENGTH = 6
# No look-alikes (0O, 1IL, 2Z, 5S, 8B) and no vowels, so that no code is a word.
CODE_ALPHABET = "34679CDFGHJKMNPQRTVWXY"
DEFAULT_TOPIC = "Appointment {code}"
_CODE = re.compile(r"[0-9A-Z]{4,12}")
_CODE_IN_TEXT = re.compile(rf"(?<!\w)[{CODE_ALPHABET}]{{{CODE_LENGTH}}}(?!\w)")
DATABASE_LENGTH = 12  # hexadecimal digits
UNIQUE_LENGTH = 20  # 80 bits: nobody meets another's by chance
_MARKER = re.compile(
    rf"\bpsynamica-zoom/([0-9a-f]{{{DATABASE_LENGTH}}})/([0-9a-f]{{{UNIQUE_LENGTH}}})\b"
)


class Chooser(Protocol):
    """What is needed of a random generator, such as `secrets.SystemRandom()`."""

    def choice(self, seq: str, /) -> str: ...


class Marker(NamedTuple):
    """Whose a meeting is: which database made it, and for which row there.

    :param database: what `database_mark` makes
    :param unique: `UNIQUE_LENGTH` random hexadecimal digits
    """

    database: str
    unique: str

    @property
    def text(self) -> str:
        """Return what the meeting's agenda carries.

        :raises ValueError: it could not be found again
        """
        text = f"psynamica-zoom/{self.database}/{self.unique}"
        if not _MARKER.fullmatch(text):
            raise ValueError("that is no marker")
        return text


class Profile(NamedTuple):
    """How a meeting is held, where sessions may differ in it.

    Recording, summaries and registration are off in all of them.

    :param topic_template: may contain `{code}`; "" = the neutral default
    """

    topic_template: str = ""
    waiting_room: bool = True
    join_before_host: bool = False


class Session(NamedTuple):
    """One session as the calendar has it.

    :param start_at: aware
    :param stop_at: aware
    :param timezone: IANA name; None or an unknown one counts as UTC
    :param code: what `new_code` made for this session: what people see
    :param marker: what the meeting is known by
    """

    start_at: datetime
    stop_at: datetime
    timezone: str | None
    code: str
    marker: Marker
    profile: Profile = Profile()


def meeting_request(session: Session) -> MeetingRequest:
    """Return what Zoom is told about `session`.

    :raises ValueError: a naive moment, or a code or marker that is none
    """
    if not _CODE.fullmatch(session.code):
        raise ValueError("that is no code")
    profile = session.profile
    template = profile.topic_template.strip() or DEFAULT_TOPIC
    return MeetingRequest(
        topic=template.replace("{code}", session.code),
        agenda=session.marker.text,
        start_at=session.start_at,
        minutes=_minutes(session),
        timezone=_known_zone(session.timezone),
        waiting_room=profile.waiting_room,
        join_before_host=profile.join_before_host,
    )


def new_code(random: Chooser) -> str:
    """Return a short code that people can read out to each other."""
    return "".join(random.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def find_codes(text: str) -> frozenset[str]:
    """Return what may be codes of ours in a topic."""
    return frozenset(_CODE_IN_TEXT.findall(text))


def database_mark(database_uuid: str) -> str:
    """Return how a database is named in markers: short, and telling nothing."""
    digest = hashlib.sha256(f"psynamica-zoom/{database_uuid}".encode()).hexdigest()
    return digest[:DATABASE_LENGTH]


def find_marker(text: str | None) -> Marker | None:
    """Return the first marker in `text`, None without one."""
    found = _MARKER.search(text or "")
    return Marker(found[1], found[2]) if found else None


def _minutes(session: Session) -> int:
    """Return the length rounded up; at least one minute, which Zoom needs."""
    length = session.stop_at - session.start_at
    return max(1, -(-length // timedelta(minutes=1)))


def _known_zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "UTC").key
    except (KeyError, ValueError, OSError):
        return "UTC"
