# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Months, and what strangers may ask for instead of one."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.month import (
    Month,
    by_day,
    month_of,
    reach,
    read_day,
    read_month,
    read_start,
    write_start,
)

NOW = datetime.fromisoformat("2026-11-21T09:00")
AHEAD = timedelta(days=60)
MONTHS = st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))


@given(MONTHS, st.integers(1, 7))
def test_weeks_hold_every_day_once_under_its_weekday(month, week_start):
    weeks = month.weeks(week_start)
    days = [day for week in weeks for day in week if day]
    assert days[0] == month.first
    assert days[-1] == month.last
    assert len(days) == len(set(days)) == month.last.day
    for week in weeks:
        assert len(week) == 7
        for index, day in enumerate(week):
            assert day is None or day.isoweekday() == (week_start - 1 + index) % 7 + 1


@given(MONTHS)
def test_next_and_previous_undo_each_other(month):
    assert month.next.previous == month
    assert month.previous.next == month
    assert read_month(str(month)) == month


def test_period_is_the_zones():
    period = Month(2026, 10).period(ZoneInfo("Europe/Berlin"))
    assert period.start == datetime(2026, 9, 30, 22, tzinfo=timezone.utc)
    assert period.stop == datetime(2026, 10, 31, 23, tzinfo=timezone.utc)


def test_reach_begins_with_the_visitors_month():
    late = datetime(2026, 11, 30, 20, tzinfo=timezone.utc)
    months = reach(late, AHEAD, ZoneInfo("Asia/Tokyo"))
    assert months.first == Month(2026, 12)
    assert months.clamp(Month(1, 1)) == Month(2026, 12)
    assert months.clamp(Month(9999, 12)) == Month(2027, 1)


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13", "2026-00", "0000-01", "2026-1", "٢٠٢٦-١١", None, 5]
)
def test_no_month(text):
    assert read_month(text) is None


@pytest.mark.parametrize("text", ["", "2026-02-30", "2026-2-3", "20261121", None, 5])
def test_no_day(text):
    assert read_day(text) is None
    assert read_day("2026-11-21") == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24T09:00",
        "2026-11-24T25:00Z",
        "9999-12-31T23:59Z",
        "0001-01-01T00:00Z",
        "2026-11-01T09:00Z",
        "2027-03-01T09:00Z",
        None,
        5,
    ],
)
def test_no_start(text):
    assert read_start(text, NOW, AHEAD) is None


@given(st.datetimes(NOW, NOW + AHEAD))
def test_start_is_read_as_it_was_written(start):
    start = start.replace(second=0, microsecond=0)
    assert read_start(write_start(start), NOW, AHEAD) == start


@given(st.text())
def test_anything_may_be_asked(text):
    read_start(text, NOW, AHEAD), read_day(text), read_month(text)


def test_slots_of_a_day_are_the_visitors():
    slot = datetime(2026, 11, 24, 8, tzinfo=timezone.utc)
    assert by_day([slot], ZoneInfo("Pacific/Honolulu")) == {date(2026, 11, 23): [slot]}
    assert month_of(date(2026, 11, 23)) == Month(2026, 11)
