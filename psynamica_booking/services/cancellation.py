# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Until when a client may move or cancel, and what counts as late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Change = Literal["move", "cancel"]


def is_late(start: datetime, now: datetime, deadline_hours: float) -> bool:
    """Return whether less than `deadline_hours` are left until `start`.

    Exactly at the deadline is in time.

    :param start: aware
    :param now: aware
    :param deadline_hours: 0 = in time until the start
    :raises ValueError: there is no such deadline
    """
    return now > deadline(start, deadline_hours)


def deadline(start: datetime, deadline_hours: float) -> datetime:
    """Return the last moment that is in time.

    :raises ValueError: there is no such deadline
    """
    if not 0 <= deadline_hours <= 24 * 366:
        raise ValueError("a deadline is 0 hours to a year before the start")
    # By the moments, not by the clock: 24 hours are 24 hours on every day of the year.
    return start - timedelta(hours=deadline_hours)


def may_change(
    change: Change, start: datetime, now: datetime, deadline_hours: float
) -> bool:
    """Return whether the client may still do it by themselves.

    Move: while in time.  Cancel: until the session starts, though it may be late: a
    late word is better than none.

    :raises ValueError: there is no such change or deadline
    """
    if change not in ("move", "cancel"):
        raise ValueError("there is no such change")
    late = is_late(start, now, deadline_hours)
    return now < start and (change == "cancel" or not late)
