# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an event in a therapist's calendar blocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .periods import Period, as_utc
from .wall_clock import days_period


@dataclass(frozen=True)
class BusyEvent:
    """One event as one therapist has it.

    :param start: aware; not looked at when `all_day`
    :param stop: aware; not looked at when `all_day`
    :param first_day: of an all-day event
    :param last_day: of an all-day event, included: so Odoo stores `stop_date`
    :param active: neither cancelled nor archived
    :param declined: by this therapist
    :param free: shown as free
    :raises ValueError: the days or moments it needs are missing
    """

    start: datetime | None = None
    stop: datetime | None = None
    all_day: bool = False
    first_day: date | None = None
    last_day: date | None = None
    active: bool = True
    declined: bool = False
    free: bool = False

    def __post_init__(self) -> None:
        ends = (
            (self.first_day, self.last_day) if self.all_day else (self.start, self.stop)
        )
        if None in ends:
            raise ValueError("an event has a start and a stop")


def blocked_period(event: BusyEvent, zone: ZoneInfo) -> Period | None:
    """Return the time `event` takes from the therapist, None when it takes none.

    An all-day event takes whole days on the therapist's own clock.  One that ends where
    it starts, a mark in the calendar, takes nothing.

    :param zone: the therapist's
    :raises ValueError: a naive moment
    """
    if not event.active or event.declined or event.free:
        return None
    if event.all_day:
        if event.last_day < event.first_day:
            return None
        return days_period(event.first_day, event.last_day, zone)
    if as_utc(event.stop) <= as_utc(event.start):
        return None
    return Period(event.start, event.stop)


def with_buffers(period: Period, before_minutes: int, after_minutes: int) -> Period:
    """Return `period` with the breaks its own service keeps around it."""
    return Period(
        period.start - timedelta(minutes=before_minutes),
        period.stop + timedelta(minutes=after_minutes),
    )
