# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sets of moments as sorted periods: joined, cut, in one sweep each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone


@dataclass(frozen=True)
class Period:
    """From `start` until just before `stop`.

    Kept in UTC: two moments of one zone that changes its clock compare by what the
    clock shows (PEP 495), not by which is first.

    :param start: aware
    :param stop: aware, later than `start`
    :raises ValueError: a naive moment, or no time between the two
    """

    start: datetime
    stop: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", as_utc(self.start))
        object.__setattr__(self, "stop", as_utc(self.stop))
        if self.start >= self.stop:
            raise ValueError("a period ends after its start")

    @property
    def length(self) -> timedelta:
        return self.stop - self.start


def as_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC.

    :raises ValueError: it is naive
    """
    if moment.tzinfo is timezone.utc:
        return moment
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(timezone.utc)


def merge(periods: Iterable[Period]) -> list[Period]:
    """Return the same time as sorted periods that neither overlap nor touch."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start):
        if not merged or merged[-1].stop < period.start:
            merged.append(period)
        elif merged[-1].stop < period.stop:
            merged[-1] = Period(merged[-1].start, period.stop)
    return merged


def intersect(some: Iterable[Period], others: Iterable[Period]) -> list[Period]:
    """Return the time that is in both."""
    left, right = merge(some), merge(others)
    common: list[Period] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i].start, right[j].start)
        stop = min(left[i].stop, right[j].stop)
        if start < stop:
            common.append(Period(start, stop))
        if left[i].stop <= right[j].stop:
            i += 1
        else:
            j += 1
    return common


def clip(periods: Iterable[Period], window: Period) -> list[Period]:
    """Return the part of `periods` that is inside `window`."""
    return intersect(periods, [window])


def first_after(merged: Sequence[Period], moment: datetime) -> int:
    """Return the index of the first period that ends after `moment`.

    :param merged: what `merge` returns
    """
    return bisect_right(merged, moment, key=lambda period: period.stop)


def touches(merged: Sequence[Period], period: Period) -> bool:
    """Return whether some of `period` is in `merged`; end to end is not.

    :param merged: what `merge` returns
    """
    index = first_after(merged, period.start)
    return index < len(merged) and merged[index].start < period.stop


def holder(merged: Sequence[Period], period: Period) -> Period | None:
    """Return the one period of `merged` that holds all of `period`, else None.

    :param merged: what `merge` returns
    """
    index = first_after(merged, period.start)
    if index == len(merged):
        return None
    candidate = merged[index]
    is_inside = candidate.start <= period.start and period.stop <= candidate.stop
    return candidate if is_inside else None
