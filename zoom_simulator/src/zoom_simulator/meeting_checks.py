# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom accepts in the body of a create or update: pure functions.

Recurring meetings (types 3 and 8) and screen-share-only ones (10) are not
simulated: asking for one is refused aloud rather than half done.
"""

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, timezone

from . import errors, meeting_settings
from .entities import INSTANT, SCHEDULED, PasscodeRules, User

TOPIC_MAX = 200  # Zoom: Create a meeting, `topic`
AGENDA_MAX = 2000  # Zoom: Create a meeting, `agenda`
DURATION_MAX = 1440  # minutes; Zoom: Create a meeting, `duration` (2026)
# Zoom: Create a meeting, `password`; the response's description also lists `!`.
_PASSWORD = re.compile(r"[A-Za-z0-9@\-_*!]{0,10}")
# Zoom: Create a meeting, `start_time`: UTC with Z, or local without; fractions and
# offsets are not documented, so they are refused here; so are years out of reach.
_START_TIME = re.compile(r"(?:19[7-9]\d|2\d{3})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z?)")
_LATER_TYPES = (3, 8, 10)
_SPECIAL = "@-_*!"


def zone_exists(name: object) -> bool:
    """Whether `name` is a time zone.  Zoom's own list is close to IANA's."""
    if not isinstance(name, str) or not name:
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def start_moment(text: str, zone: str) -> float | None:
    """Return the Unix time that a `start_time` means, or None when malformed.

    :param zone: where a time without `Z` is local
    """
    match = _START_TIME.fullmatch(text)
    if not match:
        return None
    try:
        naive = datetime.fromisoformat(text.rstrip("Z"))
    except ValueError:
        return None
    zone_info = timezone.utc if match[1] else zoneinfo.ZoneInfo(zone)
    return naive.replace(tzinfo=zone_info).timestamp()


def _topic_is_valid(value: object) -> bool:
    return isinstance(value, str) and len(value) <= TOPIC_MAX


def _agenda_is_valid(value: object) -> bool:
    return isinstance(value, str) and len(value) <= AGENDA_MAX


def _type_is_valid(value: object) -> bool:
    return value in (INSTANT, SCHEDULED) and not isinstance(value, bool)


def _duration_is_valid(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return 1 <= value <= DURATION_MAX


def _password_is_valid(value: object) -> bool:
    return isinstance(value, str) and bool(_PASSWORD.fullmatch(value))


def _start_time_is_valid(value: object) -> bool:
    return isinstance(value, str) and start_moment(value, "UTC") is not None


def _tracking_fields_are_valid(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(field, dict) and isinstance(field.get("field"), str)
        for field in value
    )


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "topic": (_topic_is_valid, f"Topic must be at most {TOPIC_MAX} characters."),
    "agenda": (_agenda_is_valid, f"Agenda must be at most {AGENDA_MAX} characters."),
    "type": (_type_is_valid, "Invalid field."),
    "duration": (_duration_is_valid, "Invalid field."),
    "password": (_password_is_valid, "Invalid password format."),
    "start_time": (_start_time_is_valid, "Invalid field."),
    "timezone": (zone_exists, "Invalid field."),
    "default_password": (_is_flag, "Invalid field."),
    "tracking_fields": (_tracking_fields_are_valid, "Invalid field."),
    "pre_schedule": (_is_flag, "Invalid field."),
}


def check_body(body: object, host: User) -> dict:
    """Return the body of a create or update when Zoom would take it.

    :raises ZoomApiError: 300 with the fields at fault; 200 paid only; 3000
    """
    if not isinstance(body, dict):
        raise errors.ZoomApiError(
            400, 300, "Request Body should be a valid JSON object."
        )
    if body.get("type") in _LATER_TYPES:
        raise errors.ZoomApiError(
            501, 300, "zoom_simulator: meeting types 3, 8 and 10 are not simulated."
        )
    wrong = [
        {"field": name, "message": message}
        for name, (is_valid, message) in _CHECKS.items()
        if name in body and not is_valid(body[name])
    ]
    settings = body.get("settings", {})
    wrong += meeting_settings.invalid(settings)
    if wrong:
        raise errors.invalid_fields(wrong)
    if meeting_settings.needs_payment(settings) and not host.paid:
        raise errors.paid_only(host.account.id)
    _check_schedule_for(body.get("schedule_for"), host)
    return body


def _check_schedule_for(value: object, host: User) -> None:
    """Zoom: Create a meeting, `schedule_for`: needs the scheduling privilege."""
    if value in (None, "", host.id, host.email):
        return
    raise errors.ZoomApiError(400, 3000, "You cannot schedule a meeting for this user.")


def check_passcode(code: str, rules: PasscodeRules) -> None:
    """Return quietly when a passcode that was sent obeys the account's rules.

    :raises ZoomApiError: 300.  Zoom: Get user settings, passcode requirements.
    """
    broken = (
        len(code) < rules.length
        or (rules.have_letter and not re.search("[A-Za-z]", code))
        or (rules.have_number and not re.search("[0-9]", code))
        or (rules.have_special_character and not any(c in _SPECIAL for c in code))
        or (rules.only_allow_numeric and not code.isdigit())
    )
    if broken:
        raise errors.invalid_fields(
            [
                {
                    "field": "password",
                    "message": "Passcode does not meet the account's requirements.",
                }
            ]
        )


def is_date(text: str) -> bool:
    """Whether `text` is a date as lists take it: `2026-12-01`."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False
