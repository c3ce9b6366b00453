# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""After a failure: what to do, and when to try again."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from ..zoom_api import errors, rate_limit

FIRST_DELAY_S = 15
LONGEST_DELAY_S = 3600
SPREAD = 0.2  # up to a fifth earlier or later, so that failures do not return together
# After a moment that Zoom named: a fifth of the wait later, never earlier.
PAUSE_SPREAD_S = 120  # at the most
LEAST_PAUSE_SPREAD_S = 1
LONGEST_OUTAGE_WAIT = timedelta(hours=1)  # a server that fails knows no better
MAX_TOKEN_ATTEMPTS = 3  # a fresh token refused so often is no accident


class Reaction(enum.Enum):
    RETRY = "retry"
    REFRESH_AND_REPEAT = "refresh_and_repeat"
    RECONNECT = "reconnect"
    FIX_APP = "fix_app"
    GONE = "gone"
    GIVE_UP = "give_up"  # a person looks


_REACTIONS: tuple[tuple[type[errors.ZoomError], Reaction], ...] = (
    (errors.ZoomTokenExpired, Reaction.REFRESH_AND_REPEAT),
    (errors.ZoomGrantRevoked, Reaction.RECONNECT),
    (errors.ZoomScopeMissing, Reaction.RECONNECT),
    (errors.ZoomAppRejected, Reaction.FIX_APP),
    (errors.ZoomNotFound, Reaction.GONE),
    (errors.ZoomMeetingEnded, Reaction.GONE),
)


def reaction(error: errors.ZoomError) -> Reaction:
    """Return what this error asks for."""
    if error.retryable:
        return Reaction.RETRY
    for kind, answer in _REACTIONS:
        if isinstance(error, kind):
            return answer
    return Reaction.GIVE_UP


def next_attempt(
    error: errors.ZoomError, attempts: int, now: datetime, jitter: float
) -> datetime | None:
    """Return when to try again (aware UTC); None = not by itself, a person must look.

    Networks and servers come back: for them there is no last attempt.

    :param attempts: how many have failed, this one included
    :param now: aware UTC
    :param jitter: random, in [0, 1)
    """
    if isinstance(error, errors.ZoomTokenExpired):
        is_hopeless = attempts >= MAX_TOKEN_ATTEMPTS
        return None if is_hopeless else now + _delay(attempts, jitter)
    if not error.retryable:
        return None
    moment = _named_moment(error, now)
    if moment is not None:
        return moment + _spread(moment - now, jitter)
    return now + _delay(attempts, jitter)


def pause(error: errors.ZoomError, now: datetime, jitter: float) -> datetime | None:
    """Return until when a whole account is left alone after this error, aware UTC.

    None when the limit is the user's own, or when this is no limit at all.

    :param now: aware UTC
    :param jitter: random, in [0, 1)
    """
    if not isinstance(error, errors.ZoomRateLimited) or error.of_user:
        return None
    if error.status is None:
        return None  # not Zoom's word: our own pace
    return next_attempt(error, 1, now, jitter)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    most = min(max(SPREAD * wait.total_seconds(), LEAST_PAUSE_SPREAD_S), PAUSE_SPREAD_S)
    return timedelta(seconds=most * jitter)


def _named_moment(error: errors.ZoomError, now: datetime) -> datetime | None:
    """Return the moment before which Zoom will refuse again, None when not known."""
    if error.retry_at is not None and error.retry_at > now:
        if isinstance(error, errors.ZoomServerError):
            return min(error.retry_at, now + LONGEST_OUTAGE_WAIT)
        return error.retry_at
    if isinstance(error, errors.ZoomRateLimited) and error.daily:
        return rate_limit.next_midnight(now)
    return None


def _delay(attempts: int, jitter: float) -> timedelta:
    doublings = min(max(attempts - 1, 0), 16)  # far beyond the longest delay
    seconds = min(FIRST_DELAY_S * 2**doublings, LONGEST_DELAY_S)
    return timedelta(seconds=seconds * (1 - SPREAD + 2 * SPREAD * jitter))
