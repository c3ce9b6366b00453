# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.agenda import Agenda
from psynamica_booking.services.periods import Period
from psynamica_booking.services.repetition import Repetition
from psynamica_booking.services.series_plan import (
    Standing,
    moved_starts,
    plan_series,
)
from psynamica_booking.services.slot_rules import SlotRules

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 12, 7, 9, tzinfo=timezone.utc)
NOW = datetime(2026, 12, 1, 9, tzinfo=timezone.utc)
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)


def at(week, length=HOUR):
    return Period(FIRST + week * WEEK, FIRST + week * WEEK + length)


def plan(times=4, rules=None, **agenda):
    everything = Period(FIRST - WEEK, FIRST + 99 * WEEK)
    values = {"zone": UTC, "hours": [everything], **agenda}
    return plan_series(
        rules or SlotRules(minutes=50, interval_minutes=30),
        Agenda(**values),
        FIRST,
        Repetition(times=times),
        NOW,
    )


def test_the_first_is_booked_already_and_counts():
    planned = plan()
    assert [one.start for one in planned] == [FIRST + n * WEEK for n in (1, 2, 3)]
    assert {one.standing for one in planned} == {Standing.FREE}


def test_busy_time_is_told_and_not_made_up_for():
    planned = plan(busy=[at(2)])
    standings = [one.standing for one in planned]
    assert standings == [Standing.FREE, Standing.TAKEN, Standing.FREE]


def test_holidays_are_made_up_for():
    planned = plan(closed=[at(1)])
    standings = [one.standing for one in planned]
    assert standings == [Standing.HOLIDAY, *[Standing.FREE] * 3]


def test_the_first_is_held_even_on_a_holiday():
    assert len(plan(closed=[at(0)])) == 3


def test_outside_the_hours():
    planned = plan(hours=[at(0), at(1)])
    standings = [one.standing for one in planned]
    assert standings == [Standing.FREE, Standing.OUTSIDE, Standing.OUTSIDE]


def test_more_than_the_service_allows():
    rules = SlotRules(minutes=50, interval_minutes=30, most_per_day=1)
    earlier = FIRST + WEEK - 3 * HOUR
    assert plan(rules=rules, booked_starts=[earlier])[0].standing is Standing.FULL


def test_how_far_ahead_clients_book_does_not_count():
    rules = SlotRules(minutes=50, interval_minutes=30, horizon=timedelta(days=1))
    assert plan(rules=rules)[-1].standing is Standing.FREE


def test_a_series_of_one_has_nothing_that_follows():
    assert plan(times=1) == []


@pytest.mark.parametrize("shift", [timedelta(hours=2), -WEEK, timedelta(days=1)])
def test_moved_by_as_much_on_the_clock(shift):
    """Over 28 March 2027, when Berlin puts its clock forward."""
    walls = [datetime(2027, 3, day, 10, tzinfo=BERLIN) for day in (15, 22, 29)]
    starts = [wall.astimezone(timezone.utc) for wall in walls]
    moved = moved_starts(starts, (walls[0] + shift).astimezone(timezone.utc), BERLIN)
    shown = [one.astimezone(BERLIN).replace(tzinfo=None) for one in moved]
    assert shown == [(wall + shift).replace(tzinfo=None) for wall in walls]
