# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist's hours: a weekly grid, or one of two weeks, and single openings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .periods import Period, clip, merge
from .wall_clock import days_period, midnight, moment_at

Mode = Literal["online", "in_person"]
Availability = Literal["both", "online", "in_person"]
MODES = ("online", "in_person")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Block:
    """Hours that come back every week, or every other.

    :param weekday: 0 = Monday
    :param hour_from: on the clock, 9.5 = 9:30
    :param hour_to: 24.0 = the end of the day
    :param mode: what may be booked then
    :param week_type: None = every week, otherwise what `week_type` says of the day
    :param valid_from: the first day, None = since ever
    :param valid_to: the last day, None = for ever
    :raises ValueError: there are no such hours
    """

    weekday: int
    hour_from: float
    hour_to: float
    mode: Availability = "both"
    week_type: Literal[0, 1] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError("a weekday is 0 to 6")
        if not 0 <= self.minute_from < self.minute_to <= _MINUTES_A_DAY:
            raise ValueError("hours go up, from 0 to 24")
        if self.week_type not in (None, 0, 1):
            raise ValueError("a week is of type 0 or 1")
        _check_availability(self.mode)

    @property
    def minute_from(self) -> int:
        """Return where it begins, in minutes on the clock since midnight."""
        return round(self.hour_from * 60)

    @property
    def minute_to(self) -> int:
        """Return where it ends, in minutes on the clock since midnight."""
        return round(self.hour_to * 60)

    def is_on(self, day: date) -> bool:
        """Return whether it takes place on `day`."""
        if self.weekday != day.weekday():
            return False
        if self.week_type not in (None, week_type(day)):
            return False
        is_begun = self.valid_from is None or self.valid_from <= day
        return is_begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Opening:
    """Hours of a single date, besides those of the week.

    :raises ValueError: there is no such mode
    """

    period: Period
    mode: Availability = "both"

    def __post_init__(self) -> None:
        _check_availability(self.mode)


def week_type(day: date) -> int:
    """Return which of the two weeks `day` is in, 0 or 1.

    As Odoo counts: whole weeks since 1 January of the year 1, odd or even, so that the
    two always take turns (resource, `resource.calendar.attendance.get_week_type`).
    """
    return (day.toordinal() - 1) // 7 % 2


def open_periods(
    blocks: Sequence[Block],
    zone: ZoneInfo,
    first_day: date,
    last_day: date,
    mode: Mode,
    extra: Iterable[Opening] = (),
) -> list[Period]:
    """Return when sessions of this mode may be held, on these days of `zone`.

    Hours are times on the clock, see `wall_clock`: on the day it is put forward, 1:00
    to 4:00 is two hours long, on the day it is put back four.

    :param last_day: included
    :raises ValueError: `last_day` is before `first_day`; there is no such mode
    """
    if mode not in MODES:
        raise ValueError("a session is online or in person")
    span = days_period(first_day, last_day, zone)
    if span is None:
        return []
    wanted = [block for block in blocks if block.mode in ("both", mode)]
    weekly = _weekly(wanted, zone, first_day, last_day)
    single = [opening.period for opening in extra if opening.mode in ("both", mode)]
    return merge([*weekly, *clip(single, span)])


def _weekly(
    blocks: Sequence[Block], zone: ZoneInfo, first_day: date, last_day: date
) -> Iterator[Period]:
    by_weekday: dict[int, list[Block]] = {}
    for block in blocks:
        by_weekday.setdefault(block.weekday, []).append(block)
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        for block in by_weekday.get(day.weekday(), ()):
            if not block.is_on(day):
                continue
            start = moment_at(_at(day, block.minute_from), zone)
            stop = moment_at(_at(day, block.minute_to), zone)
            if start < stop:  # else the clock leaves these hours out
                yield Period(start, stop)


def _at(day: date, minute: int) -> datetime:
    return midnight(day) + timedelta(minutes=minute)


def _check_availability(mode: str) -> None:
    if mode not in ("both", *MODES):
        raise ValueError("hours are for online, for in person, or for both")
