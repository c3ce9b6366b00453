# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rate limits per account and the 100 a day per host.  Zoom: rate limits page."""

from collections import defaultdict, deque

from .clock import iso, next_utc_midnight, utc_day
from .entities import Account, User
from .errors import ZoomApiError

LIGHT = "Light"
MEDIUM = "Medium"
HEAVY = "Heavy"

# Zoom: rate limits page: calls per second, by plan and label.
PER_SECOND = {
    "free": {LIGHT: 4, MEDIUM: 2, HEAVY: 1},
    "pro": {LIGHT: 30, MEDIUM: 20, HEAVY: 10},
    "business": {LIGHT: 80, MEDIUM: 60, HEAVY: 40},
}
# Zoom: rate limits page: calls per UTC day; Light and Medium are free of one when
# the account is paid.
PER_DAY = {
    "free": {LIGHT: 6000, MEDIUM: 2000, HEAVY: 1000},
    "pro": {HEAVY: 30_000},
    "business": {HEAVY: 60_000},
}
# Zoom: rate limits page: "100 meeting create/update requests per day per user".
WRITES_PER_DAY = 100
# The 429 of that quota was observed with the headers of another limit.
_OBSERVED_LIMIT = 6000

TOO_FAST = (
    "You have reached the maximum per-second rate limit for this API. Try again later."
)
DAY_IS_OVER = (
    "You have reached the maximum daily rate limit for this API. Refer to the "
    "response header for details on when you can make another request."
)
WRITES_ARE_OVER = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API "
    "requests permitted for this particular user. You may resume these requests at "
    "GMT 00:00:00."
)
TOO_CONCURRENT = (
    "Too many concurrent requests. A request to disassociate this user has already "
    "been made."
)


class Limiter:
    """Counts calls; all apps and users of an account share its limits."""

    def __init__(self) -> None:
        self._recent: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._daily: dict[tuple[str, str, int], int] = defaultdict(int)
        self._writes: dict[tuple[str, int], int] = defaultdict(int)

    def take(self, account: Account, label: str, now: float) -> None:
        """Count one call.

        :raises ZoomApiError: 429, per second or per day
        """
        day_key = (account.id, label, utc_day(now))
        daily_limit = PER_DAY[account.plan].get(label)
        if daily_limit is not None and self._daily[day_key] >= daily_limit:
            raise too_many_a_day(label, daily_limit, now)
        recent = self._recent[account.id, label]
        while recent and not now - 1 < recent[0] <= now:
            recent.popleft()
        limit = PER_SECOND[account.plan][label]
        if len(recent) >= limit:
            raise too_fast(label, limit, now)
        recent.append(now)
        self._daily[day_key] += 1

    def take_write(self, user: User, now: float) -> None:
        """Count one create or update of a meeting.

        :raises ZoomApiError: 429, more than 100 since 00:00 UTC
        """
        key = (user.id, utc_day(now))
        if self._writes[key] >= WRITES_PER_DAY:
            used = self._daily[user.account.id, LIGHT, utc_day(now)]
            raise too_many_writes(used)
        self._writes[key] += 1

    def writes_used(self, user: User, now: float) -> int:
        """Return how many of the 100 are used today."""
        return self._writes.get((user.id, utc_day(now)), 0)

    def set_writes_used(self, user: User, used: int, now: float) -> None:
        """Set how many of the 100 are used today."""
        self._writes[user.id, utc_day(now)] = used

    def calls_today(self, account: Account, now: float) -> dict[str, int]:
        """Return today's number of calls by label."""
        day = utc_day(now)
        return {
            label: self._daily.get((account.id, label, day), 0)
            for label in (LIGHT, MEDIUM, HEAVY)
        }


def too_fast(label: str, limit: int, now: float) -> ZoomApiError:
    """Zoom: rate limits page: a Unix time in `X-RateLimit-Reset`, no `Retry-After`."""
    headers = {
        "X-RateLimit-Category": label,
        "X-RateLimit-Type": "QPS",
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(now) + 1),
    }
    return ZoomApiError(429, 429, TOO_FAST, headers=headers)


def too_many_a_day(label: str, limit: int, now: float) -> ZoomApiError:
    """Zoom: rate limits page: `Retry-After` is an ISO date, not seconds."""
    headers = {
        "X-RateLimit-Category": label,
        "X-RateLimit-Type": "Daily-limit",
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "Retry-After": iso(next_utc_midnight(now)),
    }
    return ZoomApiError(429, 429, DAY_IS_OVER, headers=headers)


def too_many_writes(calls_used: int) -> ZoomApiError:
    """Zoom: observed: the headers speak of another limit and name no time at all."""
    headers = {
        "X-RateLimit-Category": LIGHT,
        "X-RateLimit-Limit": str(_OBSERVED_LIMIT),
        "X-RateLimit-Remaining": str(max(0, _OBSERVED_LIMIT - calls_used)),
    }
    return ZoomApiError(429, 429, WRITES_ARE_OVER, headers=headers)


def too_concurrent() -> ZoomApiError:
    """Zoom: rate limits page: only ever sent by a fault here."""
    return ZoomApiError(429, 429, TOO_CONCURRENT)
