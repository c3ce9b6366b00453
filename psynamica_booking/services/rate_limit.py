# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often somebody may try, in a window that slides along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """So many tries within any such length of time.

    :raises ValueError: it would let nobody or everybody through
    """

    tries: int
    window: timedelta

    def __post_init__(self) -> None:
        if self.tries < 1 or self.window <= timedelta(0):
            raise ValueError("a limit is at least one try in some time")


def allows(limit: Limit, earlier: Iterable[datetime], now: datetime) -> bool:
    """Return whether one more try is allowed now.

    :param earlier: aware; when the earlier tries were, in any order
    :param now: aware
    """
    return free_at(limit, earlier, now) <= now


def free_at(limit: Limit, earlier: Iterable[datetime], now: datetime) -> datetime:
    """Return when the next try is allowed: `now`, or when enough have grown old.

    A try "later than now" counts: it was written by a host whose clock is ahead.

    :param earlier: aware; when the earlier tries were, in any order
    :param now: aware
    """
    recent = sorted(moment for moment in earlier if moment > now - limit.window)
    if len(recent) < limit.tries:
        return now
    return recent[-limit.tries] + limit.window
