# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A series looked at before it is booked: what stands in the way of each session."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .agenda import Agenda
from .periods import Period, touches
from .repetition import Repetition, series_starts
from .slot_rules import SlotRules
from .slots import Refusal, refusals
from .wall_clock import occurrence, wall_time

_FULL = {Refusal.DAY_FULL, Refusal.WEEK_FULL}


class Standing(Enum):
    """How a planned session stands; the practice may overrule OUTSIDE and FULL."""

    FREE = "free"
    OUTSIDE = "outside"
    FULL = "full"
    TAKEN = "taken"
    HOLIDAY = "holiday"


class Planned(NamedTuple):
    """One session that is planned.

    :param start: aware, UTC
    """

    start: datetime
    standing: Standing


def plan_series(
    rules: SlotRules,
    agenda: Agenda,
    first: datetime,
    repetition: Repetition,
    now: datetime,
) -> list[Planned]:
    """Return what follows `first`, which is booked already, in order.

    How early or late the service can be booked is for clients, so is its grid: neither
    counts here.

    :param first: aware; counts as one of the repetition's times
    :raises ValueError: a naive moment, or the series ends before it begins
    """
    booked = Period(first, first + rules.length)
    closed = [one for one in agenda.closed if not touches([one], booked)]
    series = series_starts(first, repetition, agenda.zone, rules.minutes, closed)
    planned = [
        Planned(start, _standing(refusals(rules, agenda, now, start)))
        for start in series.starts
        if start != booked.start
    ]
    planned += [Planned(start, Standing.HOLIDAY) for start in series.skipped]
    return sorted(planned, key=lambda one: one.start)


def moved_starts(
    starts: list[datetime], first: datetime, zone: ZoneInfo
) -> list[datetime]:
    """Return where sessions are when the first of them moves to `first`.

    By as much on the clock as the first one: at the same wall time over a change of
    the clock.

    :param starts: aware, in order, not empty
    """
    shift = wall_time(first, zone) - wall_time(starts[0], zone)
    walls = [wall_time(start, zone) + shift for start in starts]
    return [occurrence(wall, zone, fold=0) for wall in walls]


def _standing(found: tuple[Refusal, ...]) -> Standing:
    if Refusal.TAKEN in found:
        return Standing.TAKEN
    if Refusal.CLOSED in found:
        return Standing.OUTSIDE
    return Standing.FULL if _FULL.intersection(found) else Standing.FREE
