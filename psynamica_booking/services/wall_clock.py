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
from functools import lru_cache
from zoneinfo import ZoneInfo

from .periods import Period, as_utc

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


def moment_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock shows `wall` or later.

    :param wall: naive
    """
    day = wall.date()
    begin = begin_of_even_day(day, zone)
    if begin is not None:
        return begin + (wall - midnight(day))
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


@lru_cache(maxsize=20_000)
def begin_of_even_day(day: date, zone: ZoneInfo) -> datetime | None:
    """Return when `day` begins, in UTC, if its clock goes evenly for 24 hours.

    None on a day on which the clock is changed.  Nearly all days are even, and on them
    what the clock shows is told without asking the zone again.
    """
    try:
        begin = occurrence(midnight(day), zone, fold=0)
        if wall_time(begin + _DAY, zone) != midnight(day + _DAY):
            return None
    except OverflowError:  # the first and the last day of all
        return None
    moments = (begin + hour * _HOUR for hour in range(24))
    offsets = {moment.astimezone(zone).utcoffset() for moment in moments}
    is_even = len(offsets) == 1 and wall_time(begin, zone) == midnight(day)
    return begin if is_even else None


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
