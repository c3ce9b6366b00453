# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.rate_limit import Limit, allows, free_at

NOW = datetime(2026, 6, 9, 9, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
THREE_AN_HOUR = Limit(3, timedelta(hours=1))


def ago(*minutes):
    return [NOW - n * MINUTE for n in minutes]


def test_the_third_try_is_allowed_the_fourth_is_not():
    assert allows(THREE_AN_HOUR, ago(1, 2), NOW)
    assert not allows(THREE_AN_HOUR, ago(1, 2, 3), NOW)


def test_old_tries_are_forgotten():
    assert not allows(THREE_AN_HOUR, ago(1, 2, 59), NOW)
    assert allows(THREE_AN_HOUR, ago(1, 2, 60), NOW)


def test_who_has_to_wait_is_told_how_long():
    assert free_at(THREE_AN_HOUR, ago(10, 20, 50), NOW) == NOW + 10 * MINUTE
    assert free_at(THREE_AN_HOUR, ago(10, 20, 40, 50), NOW) == NOW + 20 * MINUTE
    assert free_at(THREE_AN_HOUR, ago(10), NOW) == NOW


def test_tries_of_a_host_whose_clock_is_ahead_count():
    assert not allows(THREE_AN_HOUR, ago(-1, -1, -2), NOW)


@given(st.lists(st.integers(-10, 200)), st.integers(1, 5), st.integers(1, 100))
def test_at_the_time_told_it_is_allowed_and_not_a_minute_before(past, tries, window):
    limit, earlier = Limit(tries, window * MINUTE), ago(*past)
    told = free_at(limit, earlier, NOW)
    assert allows(limit, earlier, told)
    assert told == NOW or not allows(limit, earlier, told - MINUTE)


@pytest.mark.parametrize(("tries", "window"), [(0, MINUTE), (1, timedelta(0))])
def test_a_limit_that_is_none_is_refused(tries, window):
    with pytest.raises(ValueError, match="a limit"):
        Limit(tries, window)
