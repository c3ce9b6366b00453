# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom makes of a meeting it accepts, and how long it lives: pure functions."""

from collections.abc import Callable

from . import errors, meeting_settings
from .clock import DAY_S, iso
from .entities import INSTANT, SCHEDULED, Account, Meeting, User
from .meeting_checks import check_body, check_passcode, start_moment

DEFAULT_TOPIC = "Zoom Meeting"
DEFAULT_DURATION = 60  # minutes
EXPIRES_AFTER_S = 30 * DAY_S  # Zoom: "Meeting and webinar ID expiration"
RECOVERABLE_S = 7 * DAY_S  # Zoom: deleted meetings can be recovered for 7 days
START_URL_S = 2 * 60 * 60  # Zoom: Get a meeting, `start_url`
# Zoom: List meetings, `type`, and changelog 2024-11-18 for the six months.
LIST_TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
SIX_MONTHS_S = 183 * DAY_S


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
        still_on = start_at + meeting.duration * 60 > now
        return still_on and start_at <= now + SIX_MONTHS_S
    if kind == "previous_meetings":
        over = start_at + meeting.duration * 60 <= now
        return over and start_at >= now - SIX_MONTHS_S
    return True


def is_between(meeting: Meeting, first: str, last: str) -> bool:
    """Whether a meeting starts on the days from `first` to `last` (UTC).

    :param first, last: dates; empty = no limit.  Zoom: List meetings, `from`, `to`.
    """
    day = iso(meeting.start_at or 0)[:10]
    return first <= day and (not last or day <= last)
