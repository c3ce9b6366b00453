# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what a clock on the wall shows to the moment, where clocks are changed.

One rule for every use: a wall time means the first moment at which the clock shows that
time or a later one.  So a time that comes twice means its first coming, a time that is
left out means the moment of the change, and what is earlier on the clock is never later
in truth: hours that follow each other on paper neither overlap nor leave a gap.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .periods import Period, as_utc

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def moment_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock shows `wall` or later.

    :param wall: naive
    """
    after = occurrence(wall, zone, fold=0)
    if wall_time(after, zone) == wall:
        return after
    # Left out.  PEP 495: read with the old offset it is after the change, with the new
    # one before it.
    before = occurrence(wall, zone, fold=1)
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def occurrence(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """Return `wall` in UTC as PEP 495 reads it.

    :param wall: naive
    :param fold: 0 = the first of two comings, 1 = the second
    """
    return wall.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc)


def wall_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock shows at `moment`, naive."""
    return as_utc(moment).astimezone(zone).replace(tzinfo=None, fold=0)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall at `moment`."""
    return as_utc(moment).astimezone(zone).date()


def midnight(day: date) -> datetime:
    """Return the beginning of `day` on the clock, naive."""
    return datetime.combine(day, time.min)  # noqa: DTZ901 - a wall time has no zone


def days_period(first: date, last: date, zone: ZoneInfo) -> Period | None:
    """Return the time from the beginning of `first` to the end of `last`.

    None when there is none: Samoa had no 30 December 2011.

    :raises ValueError: `last` is before `first`
    """
    if last < first:
        raise ValueError("the last day is before the first")
    start = moment_at(midnight(first), zone)
    stop = moment_at(midnight(last + _DAY), zone)
    return Period(start, stop) if start < stop else None
