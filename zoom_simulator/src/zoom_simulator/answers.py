# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bodies of Zoom's REST answers.  Zoom: meetings API, users API."""

from urllib.parse import quote

from . import meeting_settings, rules
from .clock import iso
from .entities import Meeting, User
from .identifiers import Signer


class Answers:
    """Turns entities into JSON as Zoom shows it, links included."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        # Where a browser reaches the lobby; set when the server listens.
        self.browser_base = ""

    def join_url(self, meeting: Meeting) -> str:
        """Return the participants' link; it changes with the passcode."""
        url = f"{self.browser_base}/j/{meeting.id}"
        if not meeting.password:
            return url
        return f"{url}?pwd={self._signer.join_hash(meeting.id, meeting.password)}"

    def pwd_matches(self, meeting: Meeting, pwd: str) -> bool:
        """Whether `pwd` of a join link is the one of today's passcode."""
        return pwd == self._signer.join_hash(meeting.id, meeting.password)

    def start_url(self, meeting: Meeting, now: float) -> str:
        """Return the host's link: it holds a login for two hours.

        Zoom: Get a meeting, `start_url`.
        """
        until = int(now) + rules.START_URL_S
        zak = self._signer.seal({"m": meeting.id, "u": meeting.host.id, "e": until})
        return f"{self.browser_base}/s/{meeting.id}?zak=eyJ{quote(zak)}"

    def zak_expiry(self, meeting: Meeting, zak: str) -> float | None:
        """Return until when `zak` opens this meeting, None when it never does."""
        content = self._signer.open(zak.removeprefix("eyJ"))
        if not content or content.get("m") != meeting.id:
            return None
        return float(content["e"])

    def meeting(self, meeting: Meeting, now: float) -> dict:
        """Zoom: Get a meeting, response; create answers with the same."""
        body = {
            "uuid": meeting.uuid,
            "id": meeting.id,
            "host_id": meeting.host.id,
            "host_email": meeting.host.email,
            "topic": meeting.topic,
            "type": meeting.type,
            "status": meeting.status,
            "start_time": iso(meeting.start_at or 0),
            "duration": meeting.duration,
            "timezone": meeting.timezone,
            "agenda": meeting.agenda,
            "created_at": iso(meeting.created_at),
            "start_url": self.start_url(meeting, now),
            "join_url": self.join_url(meeting),
            "pre_schedule": False,
            "creation_source": meeting.creation_source,
            # Optional additions since 2024: to be ignored by clients.
            "dynamic_host_key": str(meeting.id)[-6:],
            "supportGoLive": False,
            "settings": {**meeting.settings, **meeting_settings.LATE_ADDITIONS},
        }
        if meeting.start_at is None:
            del body["start_time"]  # Zoom: absent for instant meetings
        if meeting.password:
            body |= self._passwords(meeting)
        if meeting.tracking_fields:
            body["tracking_fields"] = [
                {**field, "visible": True} for field in meeting.tracking_fields
            ]
        return body

    def _passwords(self, meeting: Meeting) -> dict:
        digits = "".join(c for c in meeting.password if c.isdigit())
        return {
            "password": meeting.password,
            "h323_password": digits or meeting.password,
            "pstn_password": digits,
            "encrypted_password": self._signer.join_hash(meeting.id, meeting.password),
        }

    def list_item(self, meeting: Meeting) -> dict:
        """Zoom: List meetings, response: fewer fields, no passcode of its own."""
        item = {
            "uuid": meeting.uuid,
            "id": meeting.id,
            "host_id": meeting.host.id,
            "topic": meeting.topic,
            "type": meeting.type,
            "duration": meeting.duration,
            "timezone": meeting.timezone,
            "created_at": iso(meeting.created_at),
            "join_url": self.join_url(meeting),
        }
        if meeting.start_at is not None:
            item["start_time"] = iso(meeting.start_at)
        if meeting.agenda:
            item["agenda"] = meeting.agenda
        return item

    def user(self, user: User) -> dict:
        """Zoom: Get a user, response."""
        return {
            "id": user.id,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "display_name": user.display_name,
            "email": user.email,
            "type": user.type,
            "role_name": "Member",
            "role_id": "2",
            "pmi": user.pmi,
            "use_pmi": False,
            "personal_meeting_url": f"{self.browser_base}/j/{user.pmi}",
            "timezone": user.timezone,
            "verified": 1,
            "dept": "",
            "created_at": iso(user.created_at),
            "user_created_at": iso(user.created_at),
            "language": "en-US",
            "status": "active",
            "account_id": user.account.id,
            "account_number": user.account.number,
            "cluster": "us05",
        }


def comparable(meeting: Meeting) -> dict:
    """Return what meeting.updated compares."""
    values = {
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "password": meeting.password,
        "settings": dict(meeting.settings),
    }
    if meeting.start_at is not None:
        values["start_time"] = iso(meeting.start_at)
    return values
