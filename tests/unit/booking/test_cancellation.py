# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.cancellation import deadline, is_late, may_change

START = datetime(2026, 6, 9, 9, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
DEADLINE = START - timedelta(hours=24)


def test_exactly_at_the_deadline_is_in_time():
    assert not is_late(START, DEADLINE, 24)
    assert is_late(START, DEADLINE + SECOND, 24)


def test_with_no_hours_only_the_start_is_too_late():
    assert not is_late(START, START, 0)
    assert is_late(START, START + SECOND, 0)


def test_half_hours_count():
    assert deadline(START, 0.5) == START - timedelta(minutes=30)


def test_24_hours_are_24_hours_on_the_day_the_clock_is_changed():
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 29, 10, tzinfo=berlin).astimezone(timezone.utc)
    # On the clock that is 9:00 the day before.
    assert deadline(start, 24).astimezone(berlin).hour == 9


@pytest.mark.parametrize(
    ("now", "may_move", "may_cancel"),
    [
        (DEADLINE, True, True),
        (DEADLINE + SECOND, False, True),
        (START - SECOND, False, True),
        (START, False, False),
        (START + SECOND, False, False),
    ],
)
def test_a_client_may_move_in_time_and_cancel_until_the_start(
    now, may_move, may_cancel
):
    assert may_change("move", START, now, 24) is may_move
    assert may_change("cancel", START, now, 24) is may_cancel


def test_nothing_may_be_changed_at_the_start_even_without_a_deadline():
    assert may_change("move", START, START - SECOND, 0)
    assert not may_change("move", START, START, 0)


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 10_000])
def test_a_deadline_that_cannot_be_is_refused(hours):
    with pytest.raises(ValueError, match="a deadline is"):
        is_late(START, START, hours)


def test_there_are_two_changes():
    with pytest.raises(ValueError, match="no such change"):
        may_change("forget", START, START, 24)
