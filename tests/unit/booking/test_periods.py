# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.periods import (
    Period,
    clip,
    holder,
    intersect,
    merge,
    touches,
)

UTC = timezone.utc
ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def period(start, stop):
    return Period(ORIGIN + timedelta(minutes=start), ORIGIN + timedelta(minutes=stop))


def minutes(periods):
    return {
        minute
        for p in periods
        for minute in range(
            (p.start - ORIGIN) // timedelta(minutes=1),
            (p.stop - ORIGIN) // timedelta(minutes=1),
        )
    }


PERIODS = st.lists(
    st.builds(lambda a, n: period(a, a + n), st.integers(0, 60), st.integers(1, 20)),
    max_size=8,
)


@given(PERIODS)
def test_merged_periods_are_sorted_and_apart(periods):
    merged = merge(periods)
    assert minutes(merged) == minutes(periods)
    for one, following in zip(merged, merged[1:], strict=False):
        assert one.stop < following.start


@given(PERIODS, PERIODS)
def test_intersecting_leaves_what_is_in_both(some, others):
    common = intersect(some, others)
    assert minutes(common) == minutes(some) & minutes(others)
    assert common == merge(common)


@given(PERIODS, st.integers(0, 80), st.integers(1, 20))
def test_looking_up_one_period(periods, start, length):
    merged, asked = merge(periods), period(start, start + length)
    common = minutes(merged) & minutes([asked])
    assert touches(merged, asked) == bool(common)
    held = holder(merged, asked)
    assert bool(held) == (common == minutes([asked]))
    assert held is None or held in merged


def test_clipping_keeps_what_is_inside():
    assert clip([period(0, 10), period(20, 30)], period(5, 25)) == [
        period(5, 10),
        period(20, 25),
    ]


def test_end_to_end_is_no_overlap():
    assert not touches([period(0, 10)], period(10, 20))


@pytest.mark.parametrize("length", [0, -1])
def test_a_period_takes_time(length):
    with pytest.raises(ValueError, match="after its start"):
        Period(ORIGIN, ORIGIN + timedelta(minutes=length))


def test_a_naive_moment_is_refused():
    naive = ORIGIN.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        Period(naive, ORIGIN)


def test_the_hour_that_comes_twice_is_an_hour_though_the_clock_shows_the_same():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    twice = Period(first, first.replace(fold=1))
    assert twice.length == timedelta(hours=1)
    assert twice.start.tzinfo is UTC
