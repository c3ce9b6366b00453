# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A notification of Zoom's as typed values, and the key by which it counts once.

Source: Zoom, webhooks page and the payloads of `meeting.*`, `app_deauthorized` and
`endpoint.url_validation`.  An event we do not know is a value, not an error.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ..zoom_api import moments
from . import strict_json

MAX_BYTES = 64 * 1024  # a series with all its occurrences stays below 16 kB
_EVENT = re.compile(r"[a-z][a-z0-9_.]{0,99}")
_MEETING_ID = re.compile(r"[0-9]{9,19}")
_LONGEST_ID = 256  # characters; Zoom's have 22 to 60
_LATEST_MS = 253_402_300_799_999  # year 9999, the last a datetime can hold
_LONGEST_TEXT = 4000  # characters of a topic or a link
_BY_API = "open_api"  # Zoom: meeting.created, `creation_source`
_NOT_STORED = frozenset({"plain_token", "key", "created"})


class NotificationError(Exception):
    """This is no notification of Zoom's; the message quotes nothing of it."""


@dataclass(frozen=True, repr=False)
class NewMeeting:
    """What opens a new meeting, and what it is called: never stored as a fact.

    :param topic: "" when Zoom does not say, as any text here
    :param by_api: not made by hand; None when Zoom does not say
    """

    topic: str
    join_url: str
    passcode: str
    by_api: bool | None


class Notification(NamedTuple):
    """One notification.  Texts and moments Zoom left out are None; moments are UTC.

    :param user_id: who is concerned: the user who removed the app, else who acted,
        else the host
    :param meeting_id: digits, whether Zoom sent a number or a string
    :param minutes: the planned length
    :param occurrence: it is about single sessions of a series, not about all of it
    :param plain_token: of a URL validation, to be answered and forgotten
    :param keep_data: the user explicitly lets us keep their data
    :param created: of a meeting that was just made
    :param key: the same for each delivery of the same notification
    """

    event: str
    event_at: datetime | None
    account_id: str | None
    user_id: str | None
    client_id: str | None
    meeting_id: str | None
    uuid: str | None
    host_id: str | None
    start_at: datetime | None
    ended_at: datetime | None
    minutes: int | None
    timezone: str | None
    occurrence: bool
    plain_token: str | None
    deauthorized_at: datetime | None
    keep_data: bool
    created: NewMeeting | None
    key: str

    def facts(self) -> dict[str, Any]:
        """Return what may be stored, fit for JSON; nothing about people or links."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self._asdict().items()
            if name not in _NOT_STORED and value is not None
        }


def parse(body: bytes) -> Notification:
    """Return the notification in `body`, which must have been verified before.

    :raises NotificationError: it is malformed
    """
    if len(body) > MAX_BYTES:
        raise NotificationError("the notification is too long")
    try:
        document = strict_json.decode(body)
    except ValueError:
        raise NotificationError("the notification is not proper JSON") from None
    if not isinstance(document, dict):
        raise NotificationError("the notification is not an object")
    event = document.get("event")
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        raise NotificationError("event is missing or malformed")
    return _notification(event, document, _object(document, "payload"))


def _notification(event: str, document: dict, payload: dict) -> Notification:
    # Other events have other objects, whose ids mean something else.
    about_meeting = event.startswith("meeting.")
    meeting = _object(payload, "object") if about_meeting else {}
    host_id = _text(meeting, "host_id")
    user_id = _text(payload, "user_id") or _text(payload, "operator_id") or host_id
    is_validation = event == "endpoint.url_validation"
    return Notification(
        event=event,
        event_at=_event_at(document),
        account_id=_text(payload, "account_id"),
        user_id=user_id,
        client_id=_text(payload, "client_id"),
        meeting_id=_meeting_id(meeting) if about_meeting else None,
        uuid=_text(meeting, "uuid"),
        host_id=host_id,
        start_at=_moment(meeting, "start_time"),
        ended_at=_moment(meeting, "end_time"),
        minutes=_minutes(meeting),
        timezone=_text(meeting, "timezone"),
        occurrence=bool(_occurrences(meeting)) or payload.get("operation") == "single",
        plain_token=_plain_token(payload) if is_validation else None,
        deauthorized_at=_moment(payload, "deauthorization_time"),
        keep_data=_is_explicitly_true(payload.get("user_data_retention")),
        created=_new_meeting(meeting) if event == "meeting.created" else None,
        key=_key(event, document, payload, meeting),
    )


def _new_meeting(meeting: dict) -> NewMeeting:
    source = meeting.get("creation_source")
    return NewMeeting(
        topic=_loose_text(meeting, "topic"),
        join_url=_loose_text(meeting, "join_url"),
        passcode=_loose_text(meeting, "password"),
        by_api=source == _BY_API if isinstance(source, str) else None,
    )


def _loose_text(values: dict, name: str) -> str:
    """Return a text that people may have written; a strange one is no reason to refuse.

    A topic may hold anything, and the notification is of use without it.
    """
    value = values.get(name)
    is_fit = isinstance(value, str) and len(value) <= _LONGEST_TEXT
    return value if is_fit else ""


def _key(event: str, document: dict, payload: dict, meeting: dict) -> str:
    """Return the hash of what makes a notification the same one.

    Zoom sends no id of its own with it.  Participants come and go in the same
    millisecond, and users of one account may remove an app in the same one.
    """
    facts = [
        event,
        document.get("event_ts"),
        [payload.get(n) for n in ("account_id", "user_id", "deauthorization_time")],
        [str(meeting.get("id")), meeting.get("uuid"), _occurrences(meeting)],
        meeting.get("participant"),
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _object(values: dict, name: str) -> dict:
    value = values.get(name)
    if not isinstance(value, dict):
        raise NotificationError(f"{name} is missing or malformed")
    return value


def _text(values: dict, name: str) -> str | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable():
        return value
    raise NotificationError(f"{name} is malformed")


def _moment(values: dict, name: str) -> datetime | None:
    """Return the moment; None for one we cannot read.

    Only the wrong type is refused: a notification is worth more than its time.
    """
    value = values.get(name)
    if value is None or isinstance(value, str):
        return moments.parse(value)
    raise NotificationError(f"{name} is malformed")


def _event_at(document: dict) -> datetime | None:
    value = document.get("event_ts")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotificationError("event_ts is malformed")
    if not 0 <= value <= _LATEST_MS:
        raise NotificationError("event_ts is malformed")
    seconds, milliseconds = divmod(value, 1000)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.replace(microsecond=milliseconds * 1000)


def _meeting_id(meeting: dict) -> str:
    value = meeting.get("id")
    text = str(value) if isinstance(value, (int, str)) else ""
    if not _MEETING_ID.fullmatch(text):
        raise NotificationError("the meeting's id is missing or malformed")
    return text


def _minutes(meeting: dict) -> int | None:
    value = meeting.get("duration")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotificationError("duration is malformed")
    return value if 0 <= value <= 10**6 else None


def _occurrences(meeting: dict) -> list[Any]:
    value = meeting.get("occurrences")
    if value is None or isinstance(value, list):
        return value or []
    raise NotificationError("occurrences is malformed")


def _plain_token(payload: dict) -> str:
    token = _text(payload, "plainToken")
    if token is None:
        raise NotificationError("plainToken is missing")
    return token


def _is_explicitly_true(value: object) -> bool:
    """Zoom has sent a string, a boolean, null and nothing at all over the years."""
    return value is True or (isinstance(value, str) and value.lower() == "true")
