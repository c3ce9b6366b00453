# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Therapists' days to try: made up by hypothesis, around those with odd clocks."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from psynamica_booking.services.agenda import Agenda
from psynamica_booking.services.busy import BusyEvent, blocked_period
from psynamica_booking.services.periods import Period
from psynamica_booking.services.slot_rules import SlotRules
from psynamica_booking.services.weekly_hours import Block, Opening, open_periods

from .slow_model import DAY, Event, WeeklyHours, World

# (zone, a day to look at and around)
PLACES = [
    ("UTC", date(2026, 5, 13)),
    ("Europe/Berlin", date(2026, 3, 29)),  # 2:00 → 3:00
    ("Europe/Berlin", date(2026, 10, 25)),  # 3:00 → 2:00
    ("Europe/Berlin", date(2026, 12, 31)),  # a week of two years
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Kathmandu", date(2026, 6, 1)),  # UTC+5:45
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # 2:00 → 1:30
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # 2:00 → 2:30
    ("Pacific/Apia", date(2026, 1, 5)),  # UTC+13
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that was left out
    ("Asia/Beirut", date(2026, 3, 29)),  # 0:00 → 1:00: no midnight
    ("Asia/Beirut", date(2026, 10, 25)),  # 0:00 → 23:00 the day before
    ("America/Havana", date(2026, 3, 8)),  # 0:00 → 1:00
    ("America/Havana", date(2026, 11, 1)),  # 1:00 → 0:00
    ("Africa/Casablanca", date(2026, 3, 22)),  # back for the winter in summer
    ("Pacific/Kiritimati", date(2026, 2, 28)),  # UTC+14
    ("Pacific/Pago_Pago", date(2026, 2, 28)),  # UTC−11
]

MODES = st.sampled_from(["both", "online", "in_person"])
DAYS_AROUND = 1
USUAL_HOURS = [(0, DAY), (0, 5 * 60), (90, 200), (9 * 60, 17 * 60)]
SIMULATED = (2 * DAYS_AROUND + 5) * DAY
# Round numbers meet each other: that is where mistakes are.
MINUTES = st.integers(96, 6 * 96).map(lambda n: n * 15) | st.integers(DAY, 6 * DAY)


@st.composite
def worlds(draw, place=None):
    zone, day = place or draw(st.sampled_from(PLACES))
    first_day = day - timedelta(days=DAYS_AROUND)
    last_day = day + timedelta(days=DAYS_AROUND)
    days = st.dates(first_day - timedelta(days=1), last_day + timedelta(days=1))
    notice = draw(seldom(st.sampled_from([1, 30, 12 * 60]), 0))
    horizon = draw(seldom(st.sampled_from([0, 60, DAY]), 60 * DAY))
    return World(
        zone=zone,
        first_day=first_day,
        last_day=last_day,
        window=draw(seldom(windows(), (DAY, SIMULATED - DAY))),
        now=draw(st.integers(DAY, 3 * DAY + DAY // 2)),
        minutes=draw(st.sampled_from([1, 20, 30, 45, 50, 60, 90, 180])),
        interval=draw(st.sampled_from([5, 15, 20, 25, 30, 45, 50, 60, 90])),
        before=draw(seldom(st.sampled_from([5, 15, 40]), 0)),
        after=draw(seldom(st.sampled_from([10, 15, 60]), 0)),
        notice=notice,
        horizon=notice + horizon,
        most_per_day=draw(seldom(st.integers(1, 3), None)),
        most_per_week=draw(seldom(st.integers(1, 4), None)),
        mode=draw(st.sampled_from(["online", "in_person"])),
        weekly=tuple(draw(weekly_hours(day))),
        extra=tuple(
            (start, stop, draw(MODES)) for start, stop in draw(stretches(max_size=2))
        ),
        events=tuple(draw(st.lists(events(days), max_size=4))),
        closed=tuple(draw(stretches(max_size=2))),
        breaks=tuple(draw(stretches(max_size=2, longest=60))),
        booked=tuple(draw(st.lists(st.integers(0, SIMULATED - 1), max_size=4))),
        joinable=draw(
            seldom(st.dictionaries(MINUTES, st.integers(0, 2), max_size=3), {})
        ),
    )


def seldom(strategy, usual):
    """A limit at a time: with all of them at once nothing would ever be free."""
    return st.one_of(st.just(usual), st.just(usual), strategy)


@st.composite
def windows(draw):
    start = draw(st.integers(DAY, SIMULATED - 3 * DAY))
    return start, start + draw(st.integers(1, 2 * DAY))


@st.composite
def weekly_hours(draw, around):
    usual = WeeklyHours(around.weekday(), *draw(st.sampled_from(USUAL_HOURS)))
    return [usual, *draw(st.lists(other_hours(around), max_size=5))]


@st.composite
def other_hours(draw, around):
    start = draw(st.integers(0, 95).map(lambda n: n * 15) | st.integers(0, DAY - 1))
    stop = draw(st.integers(start + 1, DAY))
    start, stop = draw(st.sampled_from([(start, stop), *USUAL_HOURS]))
    day = around + timedelta(days=draw(st.sampled_from([-1, 0, 1])))
    return WeeklyHours(
        weekday=day.weekday(),
        minute_from=start,
        minute_to=stop,
        mode=draw(MODES),
        week_type=draw(seldom(st.sampled_from([0, 1]), None)),
        valid_from=draw(seldom(st.just(around), None)),
        valid_to=draw(seldom(st.just(around), None)),
    )


@st.composite
def stretches(draw, *, max_size, longest=6 * 60):
    starts = draw(st.lists(MINUTES, max_size=max_size))
    return [(start, start + draw(st.integers(1, longest))) for start in starts]


@st.composite
def events(draw, days):
    # Most of them count; the others must not.
    shown = draw(
        st.sampled_from(
            [{}, {}, {}, {"declined": True}, {"free": True}, {"active": False}]
        )
    )
    if draw(st.integers(0, 9)) == 9:
        first = draw(days)
        last = first + timedelta(days=draw(st.integers(0, 1)))
        return Event(first_day=first, last_day=last, **shown)
    start = draw(MINUTES)
    length = draw(st.sampled_from([0, 1, 15, 50, 60, 300]))
    return Event(start=start, stop=start + length, **shown)


class Told:
    """A world in the addon's own words."""

    def __init__(self, world):
        self.world = world
        self.zone = ZoneInfo(world.zone)
        self.now = self.moment(world.now)
        self.window = self.period(*world.window)

    def moment(self, minute):
        return self.world.origin + timedelta(minutes=minute)

    def minute(self, moment):
        return (moment - self.world.origin) / timedelta(minutes=1)

    def period(self, start, stop):
        return Period(self.moment(start), self.moment(stop))

    @property
    def rules(self):
        world = self.world
        return SlotRules(
            minutes=world.minutes,
            interval_minutes=world.interval,
            buffer_before_minutes=world.before,
            buffer_after_minutes=world.after,
            notice=timedelta(minutes=world.notice),
            horizon=timedelta(minutes=world.horizon),
            most_per_day=world.most_per_day,
            most_per_week=world.most_per_week,
            mode=world.mode,
        )

    def hours(self, first_day=None, last_day=None):
        world = self.world
        blocks = [
            Block(
                weekday=hours.weekday,
                hour_from=hours.minute_from / 60,
                hour_to=hours.minute_to / 60,
                mode=hours.mode,
                week_type=hours.week_type,
                valid_from=hours.valid_from,
                valid_to=hours.valid_to,
            )
            for hours in world.weekly
        ]
        extra = [Opening(self.period(a, b), mode) for a, b, mode in world.extra]
        return open_periods(
            blocks,
            self.zone,
            first_day or world.first_day,
            last_day or world.last_day,
            world.mode,
            extra,
        )

    def busy(self):
        told = (blocked_period(self.event(e), self.zone) for e in self.world.events)
        return [period for period in told if period]

    def event(self, event):
        shown = {
            "active": event.active,
            "declined": event.declined,
            "free": event.free,
        }
        if event.first_day:
            return BusyEvent(
                all_day=True,
                first_day=event.first_day,
                last_day=event.last_day,
                **shown,
            )
        return BusyEvent(self.moment(event.start), self.moment(event.stop), **shown)

    def agenda(self, **changes):
        world = self.world
        known = {
            "hours": self.hours(),
            "busy": self.busy(),
            "closed": [self.period(*closed) for closed in world.closed],
            "breaks": [self.period(*pause) for pause in world.breaks],
            "booked_starts": [self.moment(minute) for minute in world.booked],
            "joinable": {self.moment(m): n for m, n in world.joinable.items()},
        }
        return Agenda(self.zone, **{**known, **changes})
