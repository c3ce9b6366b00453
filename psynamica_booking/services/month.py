# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month of free slots on the visitor's own calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .periods import Period
from .wall_clock import days_period, local_date

_DAY = timedelta(days=1)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_START = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")


class Month(NamedTuple):
    """A month of one year; a later one is greater."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - _DAY

    @property
    def next(self) -> Month:
        return month_of(self.first + timedelta(days=31))

    @property
    def previous(self) -> Month:
        return month_of(self.first - _DAY)

    def period(self, zone: ZoneInfo) -> Period:
        """Return when this month is in `zone`."""
        # A month is longer than any day a zone ever left out.
        return days_period(self.first, self.last, zone)

    def weeks(self, week_start: int) -> list[list[date | None]]:
        """Return the days in weeks; None before the first and after the last.

        :param week_start: ISO weekday, 1 = Monday
        """
        before = (self.first.isoweekday() - week_start) % 7
        cells: list[date | None] = [None] * before
        cells += [self.first + _DAY * index for index in range(self.last.day)]
        cells += [None] * (-len(cells) % 7)
        return [cells[index : index + 7] for index in range(0, len(cells), 7)]


class Reach(NamedTuple):
    """The months a visitor can look at: from this one to the end of the horizon."""

    first: Month
    last: Month

    def clamp(self, month: Month) -> Month:
        return max(self.first, min(self.last, month))


def reach(now: datetime, horizon: timedelta, zone: ZoneInfo) -> Reach:
    """Return which months can be looked at.

    :param now: aware
    """
    return Reach(
        month_of(local_date(now, zone)), month_of(local_date(now + horizon, zone))
    )


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def read_month(text: object) -> Month | None:
    """Return the month a stranger asks for, None when it is none: 2026-11."""
    if not isinstance(text, str) or not _MONTH.fullmatch(text):
        return None
    year, number = map(int, text.split("-"))
    return Month(year, number) if year else None


def read_day(text: object) -> date | None:
    """Return the day a stranger asks for, None when it is none: 2026-11-24."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_start(text: object, now: datetime, horizon: timedelta) -> datetime | None:
    """Return the start a stranger asks for, naive UTC: 2026-11-24T09:00Z.

    None when it is none, or so far away that no slot can be there: not every sum of
    the far past or future can be done.

    :param now: naive UTC
    """
    if not isinstance(text, str) or not _START.fullmatch(text):
        return None
    try:
        start = datetime.fromisoformat(text[:-1])
    except ValueError:
        return None
    return start if now - 7 * _DAY < start < now + horizon + _DAY else None


def write_start(start: datetime) -> str:
    """Return a start as `read_start` reads it.

    :param start: in UTC, naive or not
    """
    return start.strftime("%Y-%m-%dT%H:%MZ")


def by_day(slots: Iterable[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """Return the slots of each day of `zone`, in order.

    :param slots: aware, in order
    """
    days: dict[date, list[datetime]] = {}
    for slot in slots:
        days.setdefault(local_date(slot, zone), []).append(slot)
    return days
