# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which starts are free.

**The grid.**  Within an open period, starts are offered every `interval_minutes` *on
the clock*, counted from where the period begins, and anew from each midnight it lasts
over: a period from 9:00 with 30 minutes gives 9:00, 9:30, … whatever is booked
meanwhile, whichever window is asked for, and on the days the clock is changed.  A time
the clock leaves out is not offered; one it shows twice is offered once, at its first
coming in the period.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from heapq import nsmallest
from zoneinfo import ZoneInfo

from .agenda import Agenda
from .periods import Period, as_utc, first_after, holder, touches
from .slot_rules import SlotRules
from .wall_clock import (
    begin_of_even_day,
    local_date,
    midnight,
    moment_at,
    occurrence,
    wall_time,
)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Far enough for any booking, near enough for any sum of it.
_THINKABLE = timedelta(days=36525)


class Refusal(Enum):
    """Why a start is not free."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"


def free_slots(
    rules: SlotRules, agenda: Agenda, now: datetime, window: Period
) -> list[datetime]:
    """Return the free starts within `window`, in order, in UTC.

    :param now: aware
    :raises ValueError: `now` is naive
    """
    now = as_utc(now)
    earliest, last = max(window.start, now + rules.notice), now + rules.horizon
    # The last moment of the horizon is in it, the last one of a period is not.
    latest = min(window.stop, last + _MINUTE)
    if earliest >= latest:
        return []
    grid = _grid(rules, agenda, Period(earliest, latest))
    until = min(bisect_left(grid, latest), bisect_right(grid, last))
    starts = grid[bisect_left(grid, earliest) : until]
    if not agenda.joinable:
        return _clear_starts(rules, agenda, starts)
    single = [start for start in starts if start not in agenda.joinable]
    groups = (
        start
        for start, seats in agenda.joinable.items()
        if seats > 0 and earliest <= start < latest and start <= last
    )
    return sorted([*_clear_starts(rules, agenda, single), *groups])


def is_free(rules: SlotRules, agenda: Agenda, now: datetime, start: datetime) -> bool:
    """Return whether `start` is one of the free slots.

    :raises ValueError: a naive moment
    """
    return next(_reasons(rules, agenda, now, start), None) is None


def refusals(
    rules: SlotRules, agenda: Agenda, now: datetime, start: datetime
) -> tuple[Refusal, ...]:
    """Return everything that speaks against `start`; nothing when it is free.

    A therapist who books may overrule some of it: the caller chooses which.

    :param now: aware
    :param start: aware
    :raises ValueError: a naive moment
    """
    return tuple(_reasons(rules, agenda, now, start))


def nearest(slots: Sequence[datetime], wanted: datetime, count: int) -> list[datetime]:
    """Return the `count` of `slots` that are nearest to `wanted`, in order.

    Of two as near, the earlier one.
    """
    return sorted(nsmallest(count, slots, key=lambda slot: (abs(slot - wanted), slot)))


def days_to_know(rules: SlotRules, zone: ZoneInfo, window: Period) -> tuple[date, date]:
    """Return the first and last day of which the agenda must know everything.

    All that a slot of `window` can touch, and whole weeks if weeks are counted.
    """
    first = local_date(window.start - rules.before, zone)
    last = local_date(window.stop + rules.length + rules.after, zone)
    if rules.most_per_week is None:
        return first, last
    return (
        first - timedelta(days=first.weekday()),
        last + timedelta(days=6 - last.weekday()),
    )


def _reasons(
    rules: SlotRules, agenda: Agenda, now: datetime, start: datetime
) -> Iterator[Refusal]:
    now, start = as_utc(now), as_utc(start)
    if start < now + rules.notice:
        yield Refusal.TOO_SOON
    if start > now + rules.horizon:
        yield Refusal.TOO_FAR
    if abs(start - now) > _THINKABLE:
        return
    if start in agenda.joinable:
        if agenda.joinable[start] < 1:
            yield Refusal.TAKEN
        return
    yield from _against_hours(rules, agenda, start)
    yield from _against_bookings(rules, agenda, start)


def _against_hours(
    rules: SlotRules, agenda: Agenda, start: datetime
) -> Iterator[Refusal]:
    session = Period(start, start + rules.length)
    opening = holder(agenda.hours, session)
    if opening is None or touches(agenda.closed, session):
        yield Refusal.CLOSED
    if opening and not _is_on_grid(rules, agenda, opening, start):
        yield Refusal.OFF_GRID


def _against_bookings(
    rules: SlotRules, agenda: Agenda, start: datetime
) -> Iterator[Refusal]:
    session = Period(start, start + rules.length)
    with_buffers = Period(session.start - rules.before, session.stop + rules.after)
    if touches(agenda.busy, with_buffers) or touches(agenda.breaks, session):
        yield Refusal.TAKEN
    yield from _full(rules, agenda, start)


def _full(rules: SlotRules, agenda: Agenda, start: datetime) -> Iterator[Refusal]:
    if _is_full(agenda.booked_by_day[agenda.day_of(start)], rules.most_per_day):
        yield Refusal.DAY_FULL
    if _is_full(agenda.booked_by_week[agenda.week_of(start)], rules.most_per_week):
        yield Refusal.WEEK_FULL


def _clear_starts(
    rules: SlotRules, agenda: Agenda, starts: list[datetime]
) -> list[datetime]:
    """Return those of `starts` against which no booking and no time off speaks.

    The same as asking `_reasons` of each, in one sweep.

    :param starts: in order, within the hours and on their grid
    """
    nothing = timedelta(0)
    starts = _clear_of(agenda.busy, starts, rules.before, rules.length + rules.after)
    starts = _clear_of(agenda.closed, starts, nothing, rules.length)
    starts = _clear_of(agenda.breaks, starts, nothing, rules.length)
    if rules.most_per_day is None and rules.most_per_week is None:
        return starts
    return [start for start in starts if not any(_full(rules, agenda, start))]


def _clear_of(
    obstacles: Sequence[Period],
    starts: list[datetime],
    before: timedelta,
    after: timedelta,
) -> list[datetime]:
    """Return those of `starts` with no obstacle from `before` to `after` them.

    :param obstacles: what `periods.merge` returns
    :param starts: in order
    """
    if not obstacles:
        return starts
    clear = []
    ends = iter(obstacles)
    obstacle = next(ends, None)
    for start in starts:
        begin = start - before
        while obstacle is not None and obstacle.stop <= begin:
            obstacle = next(ends, None)
        if obstacle is None or start + after <= obstacle.start:
            clear.append(start)
    return clear


def _is_full(booked: int, most: int | None) -> bool:
    return most is not None and booked >= most


def _grid(rules: SlotRules, agenda: Agenda, reach: Period) -> list[datetime]:
    """Return every start on the grid of the days that `reach` touches, in order."""
    first_day, last_day = agenda.day_of(reach.start), agenda.day_of(reach.stop)
    starts: list[datetime] = []
    is_mixed = False
    index = first_after(agenda.hours, reach.start)
    while index < len(agenda.hours) and agenda.hours[index].start < reach.stop:
        opening = agenda.hours[index]
        day = max(first_day, agenda.day_of(opening.start))
        stop_day = min(last_day, agenda.day_of(opening.stop))
        while day <= stop_day:
            begin = begin_of_even_day(day, agenda.zone)
            if begin is not None and opening.start < begin + _DAY:
                starts += _grid_of_even_day(rules, opening, begin)
            else:
                starts += _grid_of_uneven_day(rules, agenda, opening, day)
                is_mixed = True
            day += _DAY
        index += 1
    return sorted(set(starts)) if is_mixed else starts


def _grid_of_even_day(
    rules: SlotRules, opening: Period, begin: datetime
) -> list[datetime]:
    """Return the grid of a day on which the clock and the moments go together."""
    start, interval = max(opening.start, begin), rules.interval
    latest, day_stop = opening.stop - rules.length, begin + _DAY
    starts = []
    while start <= latest and start < day_stop:
        starts.append(start)
        start += interval
    return starts


def _grid_of_uneven_day(
    rules: SlotRules, agenda: Agenda, opening: Period, day: date
) -> Iterator[datetime]:
    """Yield the grid of a day on which the clock is changed, some of it twice.

    For a time the clock leaves out `moment_at` gives the moment of the change: that is
    on the grid by what the clock shows then, or not at all.
    """
    wall = _anchor(agenda, opening, day)
    while wall.date() == day:
        start = _first_coming(agenda, opening, wall)
        if start + rules.length > opening.stop:
            return
        if opening.start <= start and _is_on_grid(rules, agenda, opening, start):
            yield start
        wall += rules.interval


def _is_on_grid(
    rules: SlotRules, agenda: Agenda, opening: Period, start: datetime
) -> bool:
    wall = wall_time(start, agenda.zone)
    since = wall - _anchor(agenda, opening, wall.date())
    return (
        since >= timedelta(0)
        and since % rules.interval == timedelta(0)
        and start == _first_coming(agenda, opening, wall)
    )


def _anchor(agenda: Agenda, opening: Period, day: date) -> datetime:
    """Return where the grid of `day` begins on the clock."""
    day_start = moment_at(midnight(day), agenda.zone)
    return wall_time(max(opening.start, day_start), agenda.zone)


def _first_coming(agenda: Agenda, opening: Period, wall: datetime) -> datetime:
    """Return the first moment since `opening` that is `wall` on the clock."""
    first = moment_at(wall, agenda.zone)
    if first >= opening.start:
        return first
    return occurrence(wall, agenda.zone, fold=1)
