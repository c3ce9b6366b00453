# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom is told about a meeting.

Source: Zoom, meetings API, create and update.  Zoom does not apply the user's own
defaults to meetings made through the API, so every setting we care about is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from . import zones
from .meeting import AI_SETTINGS, NO_RECORDING, NO_REGISTRATION
from .plain_text import one_line

MAX_TOPIC = 200  # characters
MAX_AGENDA = 2000  # characters
MAX_MINUTES = 1440
_SCHEDULED = 2  # `type`


@dataclass(frozen=True)
class MeetingRequest:
    """One scheduled meeting.  Topic, agenda and minutes are cut to Zoom's limits.

    :param start_at: aware, any zone
    :param timezone: IANA name of the zone the host thinks in
    :raises ValueError: `start_at` is naive or the zone is unknown
    """

    topic: str
    agenda: str
    start_at: datetime
    minutes: int
    timezone: str
    waiting_room: bool = True
    join_before_host: bool = False

    def __post_init__(self) -> None:
        if self.start_at.utcoffset() is None:
            raise ValueError("start_at is naive")
        _zone(self.timezone)
        self._set("topic", one_line(self.topic)[:MAX_TOPIC])
        self._set("agenda", self.agenda[:MAX_AGENDA])
        self._set("minutes", min(max(self.minutes, 1), MAX_MINUTES))
        moment = self.start_at.astimezone(timezone.utc).replace(microsecond=0)
        self._set("start_at", moment)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def as_create_body(self) -> dict:
        """Return the body for POST /users/me/meetings.

        No passcode is sent: with `default_password` Zoom makes one that satisfies the
        account's rules, which ours might not.
        """
        return {
            "type": _SCHEDULED,
            "default_password": True,
            **self.as_update_body(),
        }

    def as_update_body(self) -> dict:
        """Return the body for PATCH /meetings/{id}.

        It leaves the passcode alone: a new one changes the join link.
        """
        return {
            "topic": self.topic,
            "agenda": self.agenda,
            **self._time(),
            "duration": self.minutes,
            "settings": self._settings(),
        }

    def _time(self) -> dict[str, str]:
        """Return start and zone, as wall-clock time whenever that says it all.

        A time with Z appears as UTC in Zoom's own mails and lists.  It is sent where
        wall-clock time could be misunderstood: in the hour that the clock goes through
        twice, and in a zone that Zoom does not know.
        """
        zone, told = _zone(self.timezone), zones.known_as(self.timezone)
        local = self.start_at.astimezone(zone).replace(tzinfo=None)
        offsets = {local.replace(tzinfo=zone, fold=f).utcoffset() for f in (0, 1)}
        if told is None or len(offsets) > 1:
            moment = self.start_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"start_time": moment, "timezone": told or "UTC"}
        return {"start_time": local.isoformat(), "timezone": told}

    def _settings(self) -> dict:
        return {
            "waiting_room": self.waiting_room,
            "join_before_host": self.join_before_host,
            "meeting_authentication": False,  # clients need no Zoom account
            "use_pmi": False,  # events of a personal room carry another id
            "private_meeting": True,
            "auto_recording": NO_RECORDING,
            **dict.fromkeys(AI_SETTINGS, False),
            "approval_type": NO_REGISTRATION,
            "registrants_email_notification": False,
            "email_notification": False,
        }


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError):
        raise ValueError("the time zone is unknown") from None
