# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When Zoom wants to be asked again, out of what it says in many ways.

Source: Zoom, rate limits page and older editions of it.  `Retry-After` is an ISO
moment there (seconds are HTTP's own form); a per-second refusal may carry
`X-RateLimit-Reset`, a Unix time.  The refusal of the hundredth meeting change of a
day carries neither and is known by its words alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from . import moments

LONGEST_WAIT = timedelta(hours=25)  # no limit of Zoom's lasts longer than a day
# A limit per second is over soon.  What says otherwise is the difference between
# Zoom's clock and a server's that is wrong.
LONGEST_SECOND = timedelta(minutes=1)


def is_daily(headers: Mapping[str, str], message: str) -> bool:
    """Return whether this refusal lasts until the next 00:00 UTC."""
    kind = headers.get("x-ratelimit-type", "").lower()
    return kind.startswith("daily") or "daily rate limit" in message.lower()


def _is_per_second(headers: Mapping[str, str]) -> bool:
    """Zoom: rate limits page, older editions: `X-RateLimit-Type` is `QPS`."""
    return headers.get("x-ratelimit-type", "").lower() == "qps"


def is_of_user(message: str) -> bool:
    """Return whether this refusal is of one user's quota, not of the account's.

    Zoom: rate limits page and its refusals: the 100 changes of meetings a day.
    """
    return "particular user" in message.lower()


def next_midnight(now: datetime) -> datetime:
    """Return the next 00:00 UTC after `now` (aware)."""
    tomorrow = now.astimezone(timezone.utc).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), timezone.utc)


def retry_at(
    headers: Mapping[str, str], *, daily: bool, now: datetime
) -> datetime | None:
    """Return the moment Zoom names, aware UTC; None when it names none we believe.

    :param headers: looked up in lower case
    :param daily: whether `is_daily`; such a refusal always has a moment
    :param now: aware
    """
    longest = LONGEST_SECOND if _is_per_second(headers) else LONGEST_WAIT
    for said in (
        _retry_after(headers.get("retry-after", ""), now),
        _unix_time(headers.get("x-ratelimit-reset", "")),
    ):
        if said is not None and now < said <= now + longest:
            return said
    return next_midnight(now) if daily else None


def _retry_after(text: str, now: datetime) -> datetime | None:
    seconds = _digits(text)
    if seconds is not None:
        return now + timedelta(seconds=seconds)
    return moments.parse(text.strip()) or _http_date(text)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment.astimezone(timezone.utc) if moment.tzinfo else None


def _unix_time(text: str) -> datetime | None:
    seconds = _digits(text)
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc)


def _digits(text: str) -> int | None:
    """Return a number of at most ten digits; more are no seconds of our age."""
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return int(text)
