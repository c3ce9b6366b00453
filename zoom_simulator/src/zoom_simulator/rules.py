# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom accepts for a meeting and what it makes of it: pure functions.

Recurring meetings (types 3 and 8) and screen-share-only ones (10) are not
simulated: asking for one is refused aloud rather than half done.
"""

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, timezone

from . import errors, meeting_settings
from .clock import DAY_S, iso
from .entities import INSTANT, SCHEDULED, Account, Meeting, PasscodeRules, User

TOPIC_MAX = 200  # Zoom: Create a meeting, `topic`
AGENDA_MAX = 2000  # Zoom: Create a meeting, `agenda`
PASSWORD_MAX = 10  # Zoom: Create a meeting, `password`
DURATION_MAX = 1440  # minutes; Zoom: Create a meeting, `duration` (2026)
DEFAULT_TOPIC = "Zoom Meeting"
DEFAULT_DURATION = 60  # minutes
EXPIRES_AFTER_S = 30 * DAY_S  # Zoom: "Meeting and webinar ID expiration"
SIX_MONTHS_S = 183 * DAY_S
# Zoom: List meetings, `type`.
LIST_TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
RECOVERABLE_S = 7 * DAY_S  # Zoom: deleted meetings can be recovered for 7 days
START_URL_S = 2 * 60 * 60  # Zoom: Get a meeting, `start_url`
# Zoom: Create a meeting, `password`; the response's description also lists `!`.
_PASSWORD = re.compile(r"[A-Za-z0-9@\-_*!]{0,10}")
# Zoom: Create a meeting, `start_time`: UTC with Z, or local without; fractions and
# offsets are not documented, so they are refused here.
_START_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z?)")
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


def choose_passcode(
    body: dict, before: str, account: Account, make: Callable[[], str]
) -> str:
    """Return the passcode a meeting gets; the empty string is none.

    :param before: the meeting's passcode until now
    :param make: returns a passcode that obeys the account's rules
    :raises ZoomApiError: 300, the passcode sent breaks the account's rules
    """
    wanted = body.get("password")
    if wanted:
        check_passcode(wanted, account.passcode_rules)
        return wanted
    kept = before if wanted is None else ""
    if kept:
        return kept
    # Zoom: Create a meeting, `default_password`; "require passcode" when locked.
    if body.get("default_password") or account.require_passcode:
        return make()
    return "" if not _is_unprotected(body, account) else make()


def _is_unprotected(body: dict, account: Account) -> bool:
    """Zoom: "Enhanced security": some accounts get a passcode, not a waiting room."""
    if account.forced_protection != "passcode":
        return False
    wanted = {**body.get("settings", {}), **account.locks}
    return not (wanted.get("waiting_room") or wanted.get("meeting_authentication"))


def created_values(body: dict, host: User, *, make_passcode: Callable[[], str]) -> dict:
    """Return the values of a new meeting, as far as a request decides them.

    A start in the past is kept: what Zoom does with one is not documented.

    :raises ZoomApiError: see `check_body` and `check_passcode`
    """
    body = check_body(body, host)
    account = host.account
    zone = body.get("timezone") or host.timezone
    password = choose_passcode(body, "", account, make_passcode)
    settings = body.get("settings", {})
    values = {
        "topic": body.get("topic") or DEFAULT_TOPIC,
        "type": body.get("type", SCHEDULED),
        "start_at": start_moment(body.get("start_time", ""), zone),
        "duration": body.get("duration", DEFAULT_DURATION),
        "timezone": zone,
        "agenda": body.get("agenda", ""),
        "password": password,
        "settings": meeting_settings.effective(
            settings, meeting_settings.DEFAULTS, account, password
        ),
        "tracking_fields": body.get("tracking_fields", []),
    }
    if values["start_at"] is None or values["type"] == INSTANT:
        # Zoom: Create a meeting, `start_time`: without one it becomes instant.
        values.update(type=INSTANT, start_at=None)
    return values


def updated_values(
    body: dict, meeting: Meeting, *, now: float, make_passcode: Callable[[], str]
) -> dict:
    """Return a meeting's values after an update; absent fields stay as they are.

    :raises ZoomApiError: see `check_body` and `check_passcode`
    """
    host = meeting.host
    body = check_body(body, host)
    zone = body.get("timezone") or meeting.timezone
    with_before = {**body, "settings": {**meeting.settings, **body.get("settings", {})}}
    password = choose_passcode(
        with_before, meeting.password, host.account, make_passcode
    )
    start_at = start_moment(body.get("start_time", ""), zone)
    if start_at is None or start_at <= now:
        # Zoom: Update a meeting, `start_time`: missing or past values are ignored.
        start_at = meeting.start_at
    kind = body.get("type", meeting.type)
    return {
        "topic": body.get("topic") or meeting.topic,
        "type": SCHEDULED if kind == SCHEDULED and start_at else INSTANT,
        "start_at": start_at if kind == SCHEDULED else None,
        "duration": body.get("duration", meeting.duration),
        "timezone": zone,
        "agenda": body.get("agenda", meeting.agenda),
        "password": password,
        "settings": meeting_settings.effective(
            body.get("settings", {}), meeting.settings, host.account, password
        ),
        "tracking_fields": body.get("tracking_fields", meeting.tracking_fields),
    }


def has_expired(meeting: Meeting, now: float) -> bool:
    """Whether the meeting number is no longer valid.

    Zoom: "Meeting and webinar ID expiration": 30 days after the scheduled date or
    the last start; an instant meeting ends with its end.
    """
    if meeting.status == "started":
        return False
    if meeting.type == INSTANT and meeting.ended_at:
        return True
    marks = (meeting.start_at, meeting.last_started_at, meeting.created_at)
    return now > max(mark for mark in marks if mark) + EXPIRES_AFTER_S


def may_be_deleted(meeting: Meeting, now: float) -> None:
    """Return quietly when a live meeting may be deleted.

    :raises ZoomApiError: 3002 in progress, 3007 over.  Zoom: Delete a meeting.
    """
    if meeting.status == "started":
        raise errors.meeting_in_progress()
    scheduled_end = (meeting.start_at or 0) + meeting.duration * 60
    if meeting.ended_at and now >= scheduled_end:
        raise errors.meeting_ended()


def meetings_at_once(host: User) -> int:
    """Return how many meetings a host may run at the same time.

    Zoom: "Host multiple meetings simultaneously": two when licensed, else one.
    """
    return 2 if host.paid else 1


def is_listed(meeting: Meeting, kind: str, now: float) -> bool:
    """Whether a valid scheduled meeting is in a list.  Zoom: List meetings, `type`.

    :param kind: one of `LIST_TYPES`
    """
    start_at = meeting.start_at or 0
    if kind == "live":
        return meeting.status == "started"
    if kind in ("upcoming", "upcoming_meetings"):
        # Zoom changelog 2024-11-18: limited to six months.
        still_on = start_at + meeting.duration * 60 > now
        return still_on and start_at <= now + SIX_MONTHS_S
    if kind == "previous_meetings":
        over = start_at + meeting.duration * 60 <= now
        return over and start_at >= now - SIX_MONTHS_S
    return True


def is_date(text: str) -> bool:
    """Whether `text` is a date as lists take it: `2026-12-01`."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)) and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False


def is_between(meeting: Meeting, first: str, last: str) -> bool:
    """Whether a meeting starts on the days from `first` to `last` (UTC).

    :param first, last: dates; empty = no limit.  Zoom: List meetings, `from`, `to`.
    """
    day = iso(meeting.start_at or 0)[:10]
    return first <= day and (not last or day <= last)
