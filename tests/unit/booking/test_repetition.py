# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.periods import Period
from psynamica_booking.services.repetition import Repetition, series_starts
from psynamica_booking.services.wall_clock import days_period

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 17, 18, tzinfo=BERLIN)


def plan(repetition, first=TUESDAY, skip=(), zone=BERLIN):
    return series_starts(first, repetition, zone, 50, skip)


def on_the_clock(moments, zone=BERLIN):
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in moments]


def day_off(day):
    return days_period(day, day, BERLIN)


def test_a_weekly_series_stays_at_its_hour_when_clocks_change():
    series = plan(Repetition(times=3))
    assert on_the_clock(series.starts) == ["03-17 18:00", "03-24 18:00", "03-31 18:00"]
    assert [start.hour for start in series.starts] == [17, 17, 16]
    assert series.skipped == ()


def test_every_other_week():
    series = plan(Repetition(every_weeks=2, times=3))
    assert on_the_clock(series.starts) == ["03-17 18:00", "03-31 18:00", "04-14 18:00"]


def test_the_last_day_is_included():
    until = date(2026, 3, 31)
    assert len(plan(Repetition(until=until)).starts) == 3
    assert len(plan(Repetition(until=until - timedelta(days=1))).starts) == 2
    assert len(plan(Repetition(until=date(2026, 3, 17))).starts) == 1


def test_the_last_day_is_one_of_the_zone():
    # In Berlin the session is on the 18th already.
    late = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
    assert len(plan(Repetition(until=date(2026, 3, 25)), late).starts) == 2
    assert len(plan(Repetition(until=date(2026, 3, 24)), late).starts) == 1


def test_a_holiday_is_skipped_told_and_made_up_for():
    series = plan(Repetition(times=3), skip=[day_off(date(2026, 3, 24))])
    assert on_the_clock(series.starts) == ["03-17 18:00", "03-31 18:00", "04-07 18:00"]
    assert on_the_clock(series.skipped) == ["03-24 18:00"]


def test_a_series_until_a_day_is_not_longer_for_a_holiday():
    until = date(2026, 3, 31)
    series = plan(Repetition(until=until), skip=[day_off(date(2026, 3, 24))])
    assert on_the_clock(series.starts) == ["03-17 18:00", "03-31 18:00"]


def test_the_first_session_may_be_skipped_as_well():
    series = plan(Repetition(times=1), skip=[day_off(date(2026, 3, 17))])
    assert on_the_clock(series.starts) == ["03-24 18:00"]
    assert on_the_clock(series.skipped) == ["03-17 18:00"]


def test_a_session_is_skipped_when_any_of_it_is_closed():
    end = TUESDAY + timedelta(minutes=50)
    touching = Period(end, end + timedelta(hours=1))
    overlapping = Period(end - timedelta(minutes=1), end)
    assert plan(Repetition(times=1), skip=[touching]).skipped == ()
    assert plan(Repetition(times=1), skip=[overlapping]).skipped == (TUESDAY,)


def test_a_time_the_clock_leaves_out_is_as_much_later():
    sunday = datetime(2026, 3, 22, 2, 30, tzinfo=BERLIN)
    series = plan(Repetition(times=3), sunday)
    assert on_the_clock(series.starts) == ["03-22 02:30", "03-29 03:30", "04-05 02:30"]


def test_a_time_the_clock_shows_twice_is_the_first():
    sunday = datetime(2026, 10, 18, 2, 30, tzinfo=BERLIN)
    series = plan(Repetition(times=2), sunday)
    assert series.starts[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_first_start_is_the_moment_asked_for():
    second_coming = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert plan(Repetition(times=1), second_coming).starts == (
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


def test_a_series_that_is_always_closed_comes_to_an_end():
    for_ever = Period(TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=36500))
    series = plan(Repetition(times=10), skip=[for_ever])
    assert series.starts == ()
    assert len(series.skipped) == 260


def test_a_series_until_the_end_of_time_comes_to_an_end():
    assert len(plan(Repetition(until=date.max)).starts) == 260


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"times": 3, "until": date(2026, 6, 1)},
        {"times": 0},
        {"times": 261},
        {"times": 3, "every_weeks": 3},
        {"times": 3, "every_weeks": 0},
    ],
)
def test_a_series_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="a series"):
        Repetition(**wrong)


def test_a_series_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        plan(Repetition(until=date(2026, 3, 16)))
