# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is known of one therapist's time when slots of one service are sought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from .periods import Period, as_utc, merge
from .wall_clock import local_date

Week = tuple[int, int]  # ISO year and week


@dataclass(frozen=True)
class Agenda:
    """One therapist's time.  Periods may come in any order and overlap.

    When a booking is moved or held already, leave it out of `busy`, `breaks` and
    `booked_starts`: it is not in its own way.

    :param zone: the therapist's
    :param hours: when sessions may be held
    :param busy: what neither a session nor its buffers may touch: events, bookings
    :param closed: what no session may touch: holidays, time off.  Buffers may.
    :param breaks: what no session may touch: the buffers other bookings keep
    :param booked_starts: aware; the bookings that count against the caps
    :param joinable: aware start of a session of this service that is planned already →
        seats left.  A start with seats is free whatever else is in the agenda, as
        nothing new is put there; one without is taken.
    :raises ValueError: a naive moment
    """

    zone: ZoneInfo
    hours: Iterable[Period] = ()
    busy: Iterable[Period] = ()
    closed: Iterable[Period] = ()
    breaks: Iterable[Period] = ()
    booked_starts: Iterable[datetime] = ()
    joinable: Mapping[datetime, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("hours", "busy", "closed", "breaks"):
            object.__setattr__(self, name, tuple(merge(getattr(self, name))))
        starts = tuple(as_utc(start) for start in self.booked_starts)
        object.__setattr__(self, "booked_starts", starts)
        joinable = {as_utc(start): seats for start, seats in self.joinable.items()}
        object.__setattr__(self, "joinable", joinable)

    def day_of(self, moment: datetime) -> date:
        """Return the therapist's date at `moment`."""
        return local_date(moment, self.zone)

    def week_of(self, moment: datetime) -> Week:
        """Return the therapist's week at `moment`, Monday to Sunday."""
        return self.day_of(moment).isocalendar()[:2]

    @cached_property
    def booked_by_day(self) -> Counter[date]:
        return Counter(map(self.day_of, self.booked_starts))

    @cached_property
    def booked_by_week(self) -> Counter[Week]:
        return Counter(map(self.week_of, self.booked_starts))
