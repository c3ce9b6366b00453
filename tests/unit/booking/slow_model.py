# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which starts are free, found out minute by minute.

Slow, and right for all to see.  It shares no line with the addon, and of time zones it
asks one question only: what does the clock show at this moment?  All moments are whole
minutes since `World.origin`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60


@dataclass(frozen=True)
class WeeklyHours:
    weekday: int
    minute_from: int
    minute_to: int
    mode: str = "both"
    week_type: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def are_on(self, day):
        if day.weekday() != self.weekday:
            return False
        if self.valid_from and day < self.valid_from:
            return False
        if self.valid_to and day > self.valid_to:
            return False
        # 1 January of the year 1 was a Monday, in a week of type 0.
        whole_weeks = (day - date(1, 1, 1)).days // 7
        return self.week_type is None or whole_weeks % 2 == self.week_type


@dataclass(frozen=True)
class Event:
    """Timed, with minutes; or all day, with days, the last one included."""

    start: int | None = None
    stop: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    active: bool = True
    declined: bool = False
    free: bool = False

    @property
    def counts(self):
        return self.active and not self.declined and not self.free


@dataclass(frozen=True)
class World:
    zone: str
    first_day: date
    last_day: date
    window: tuple
    now: int
    minutes: int = 60
    interval: int = 60
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon: int = 60 * DAY
    most_per_day: int | None = None
    most_per_week: int | None = None
    mode: str = "online"
    weekly: tuple = ()
    extra: tuple = ()  # (start, stop, mode)
    events: tuple = ()
    closed: tuple = ()  # (start, stop)
    breaks: tuple = ()  # (start, stop)
    booked: tuple = ()
    joinable: dict = field(default_factory=dict)

    @property
    def origin(self):
        """Two days before the first, in UTC: earlier than that day anywhere."""
        midnight = datetime.combine(self.first_day, time(), timezone.utc)
        return midnight - timedelta(days=2)


@lru_cache(maxsize=100)
def clock(zone_name, origin, count):
    """What the clock shows each minute, and the latest it has shown so far."""
    zone = ZoneInfo(zone_name)
    shown, latest = [], []
    for minute in range(count):
        moment = origin + timedelta(minutes=minute)
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        shown.append(wall)
        latest.append(max(wall, latest[-1]) if latest else wall)
    return shown, latest


class SlowModel:
    def __init__(self, world):
        self.world = world
        count = ((world.last_day - world.first_day).days + 5) * DAY
        self.shown, self.latest = clock(world.zone, world.origin, count)
        self.open = [self._is_open(minute) for minute in range(count)]
        self.closed = _minutes_of([*world.closed, *world.breaks])
        self.busy = {minute for minute in range(count) if self._is_busy(minute)}
        # Since when it has been open.
        self.begun = []
        for minute, is_open in enumerate(self.open):
            goes_on = is_open and minute and self.open[minute - 1]
            self.begun.append(self.begun[-1] if goes_on else minute)

    def free_starts(self):
        first, stop = self.world.window
        return [minute for minute in range(first, stop) if self.is_free(minute)]

    def is_free(self, start):
        world = self.world
        if not world.now + world.notice <= start <= world.now + world.horizon:
            return False
        if start in world.joinable:
            return world.joinable[start] > 0
        session = range(start, start + world.minutes)
        with_buffers = range(session.start - world.before, session.stop + world.after)
        return (
            all(self.open[minute] for minute in session)
            and self.closed.isdisjoint(session)
            and self.busy.isdisjoint(with_buffers)
            and self._is_on_grid(start)
            and self._is_under_the_caps(start)
        )

    def _is_open(self, minute):
        """While the clock shows an hour again, it stands still for opening hours."""
        world, wall = self.world, self.latest[minute]
        if not world.first_day <= wall.date() <= world.last_day:
            return False
        on_the_clock = wall.hour * 60 + wall.minute
        weekly = any(
            hours.minute_from <= on_the_clock < hours.minute_to
            for hours in world.weekly
            if hours.are_on(wall.date()) and hours.mode in ("both", world.mode)
        )
        return weekly or any(
            start <= minute < stop
            for start, stop, mode in world.extra
            if mode in ("both", world.mode)
        )

    def _is_busy(self, minute):
        day = self.latest[minute].date()
        for event in self.world.events:
            if not event.counts:
                continue
            if event.start is not None and event.start <= minute < event.stop:
                return True
            if event.first_day and event.first_day <= day <= event.last_day:
                return True
        return False

    def _is_on_grid(self, start):
        """Every `interval` on the clock since the hours began, or since midnight."""
        wall, begun = self.shown[start], self.begun[start]
        day_begun = next(
            minute
            for minute in range(begun, start + 1)
            if self.shown[minute].date() == wall.date()
        )
        since = (wall - self.shown[day_begun]).total_seconds() / 60
        if since < 0 or since % self.world.interval:
            return False
        # What the clock showed before was offered then.
        return wall not in self.shown[begun:start]

    def _is_under_the_caps(self, start):
        world, day = self.world, self.shown[start].date()
        days = [self._day(minute) for minute in world.booked]
        that_week = [d for d in days if _monday(d) == _monday(day)]
        if world.most_per_day and days.count(day) >= world.most_per_day:
            return False
        return not world.most_per_week or len(that_week) < world.most_per_week

    def _day(self, minute):
        moment = self.world.origin + timedelta(minutes=minute)
        return moment.astimezone(ZoneInfo(self.world.zone)).date()


def _minutes_of(periods):
    return {minute for start, stop in periods for minute in range(start, stop)}


def _monday(day):
    return day - timedelta(days=day.weekday())
