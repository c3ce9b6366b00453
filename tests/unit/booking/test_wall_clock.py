# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.wall_clock import (
    begin_of_even_day,
    days_period,
    local_date,
    moment_at,
    wall_time,
)

from .worlds import PLACES

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")


def wall(text):
    return datetime.fromisoformat(text)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "moment"),
    [
        ("2026-06-09 09:00", "2026-06-09 07:00"),
        ("2026-03-29 01:59", "2026-03-29 00:59"),
        # Left out: the moment of the change.
        ("2026-03-29 02:00", "2026-03-29 01:00"),
        ("2026-03-29 02:59", "2026-03-29 01:00"),
        ("2026-03-29 03:00", "2026-03-29 01:00"),
        # Shown twice: the first time.
        ("2026-10-25 02:30", "2026-10-25 00:30"),
        ("2026-10-25 03:00", "2026-10-25 02:00"),
    ],
)
def test_berlin(shown, moment):
    assert moment_at(wall(shown), BERLIN) == utc(moment)


def test_a_day_that_was_left_out_has_no_time():
    left_out = date(2011, 12, 30)
    assert days_period(left_out, left_out, ZoneInfo("Pacific/Apia")) is None


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 6, 9), 24), (date(2026, 10, 25), 25)],
)
def test_the_length_of_a_day(day, hours):
    assert days_period(day, day, BERLIN).length == timedelta(hours=hours)


def test_days_go_up():
    with pytest.raises(ValueError, match="before the first"):
        days_period(date(2026, 6, 9), date(2026, 6, 8), BERLIN)


@given(
    st.sampled_from(PLACES),
    st.lists(st.integers(-2880, 2880), min_size=2, max_size=2).map(sorted),
)
def test_what_is_earlier_on_the_clock_is_not_later_in_truth(place, minutes):
    zone, day = ZoneInfo(place[0]), wall(str(place[1]))
    first, second = (
        moment_at(day + timedelta(minutes=minute), zone) for minute in minutes
    )
    assert first <= second


@given(st.sampled_from(PLACES), st.integers(-2880, 2880))
def test_it_is_the_first_moment_that_shows_that_time_or_later(place, minute):
    zone = ZoneInfo(place[0])
    asked = wall(str(place[1])) + timedelta(minutes=minute)
    moment = moment_at(asked, zone)

    def shown(at):
        return at.astimezone(zone).replace(tzinfo=None)

    assert shown(moment) >= asked
    earlier = [moment - timedelta(minutes=n) for n in range(1, 181)]
    assert all(shown(at) < asked for at in earlier)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def test_on_an_even_day_the_clock_shows_what_has_gone_by_since_it_began(place):
    zone, middle = ZoneInfo(place[0]), place[1]
    for day in (middle + timedelta(days=n) for n in range(-2, 3)):
        begin = begin_of_even_day(day, zone)
        if begin is None:
            continue
        for minute in range(-60, 24 * 60 + 60):
            at = begin + timedelta(minutes=minute)
            if 0 <= minute < 24 * 60:
                expected = wall(str(day)) + timedelta(minutes=minute)
                assert wall_time(at, zone) == expected
            else:
                assert local_date(at, zone) != day


def test_a_day_on_which_the_clock_is_changed_is_not_even():
    assert begin_of_even_day(date(2026, 3, 29), BERLIN) is None
    assert begin_of_even_day(date(2026, 10, 25), BERLIN) is None
    assert begin_of_even_day(date(2026, 6, 9), BERLIN) == utc("2026-06-08 22:00")
    assert begin_of_even_day(date.max, BERLIN) is None
