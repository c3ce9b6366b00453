# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The starts of a series: weekly or every other week, at the same time on the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .periods import Period, as_utc, merge, touches
from .wall_clock import occurrence, wall_time

MOST_SESSIONS = 260  # five years of weeks: longer is planned anew


@dataclass(frozen=True)
class Repetition:
    """How often and how long; either `times` or `until`.

    :param every_weeks: 1 or 2
    :param times: how many sessions are held; a skipped one is made up for at the end
    :param until: the last day it may fall on, included
    :raises ValueError: there is no such series
    """

    every_weeks: int = 1
    times: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.every_weeks not in (1, 2):
            raise ValueError("a series is weekly or every other week")
        if (self.times is None) == (self.until is None):
            raise ValueError("a series ends after a number of times or on a day")
        if self.times is not None and not 1 <= self.times <= MOST_SESSIONS:
            raise ValueError(f"a series is 1 to {MOST_SESSIONS} sessions long")


class Series(NamedTuple):
    """Where the sessions of a series are, and where they would have been.

    :param starts: in order, aware, UTC
    :param skipped: in order, aware, UTC
    """

    starts: tuple[datetime, ...]
    skipped: tuple[datetime, ...]


def series_starts(
    first: datetime,
    repetition: Repetition,
    zone: ZoneInfo,
    minutes: int,
    skip: Iterable[Period] = (),
) -> Series:
    """Return where the sessions of a series are.

    At the same time on the clock of `zone`.  Where the clock leaves that time out, as
    much later as it was put forward; where it shows it twice, the first time (RFC 5545,
    3.3.5).

    :param first: aware; skipped as any other
    :param minutes: a session's length
    :param skip: when no session may be held
    :raises ValueError: `first` is naive, or after the last day
    """
    first = as_utc(first)
    wall = wall_time(first, zone)
    if repetition.until and repetition.until < wall.date():
        raise ValueError("the series ends before it begins")
    closed = merge(skip)
    starts: list[datetime] = []
    skipped: list[datetime] = []
    for start in _moments(first, wall, repetition, zone):
        session = Period(start, start + timedelta(minutes=minutes))
        (skipped if touches(closed, session) else starts).append(start)
        if len(starts) == repetition.times:
            break
    return Series(tuple(starts), tuple(skipped))


def _moments(
    first: datetime, wall: datetime, repetition: Repetition, zone: ZoneInfo
) -> Iterator[datetime]:
    yield first
    for _number in range(1, MOST_SESSIONS):
        wall += timedelta(weeks=repetition.every_weeks)
        if repetition.until and repetition.until < wall.date():
            return
        yield occurrence(wall, zone, fold=0)
