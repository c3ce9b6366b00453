# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.busy import BusyEvent, blocked_period, with_buffers
from psynamica_booking.services.periods import Period

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 6, 9, 9, tzinfo=UTC)
STOP = START + timedelta(hours=1)
FIRST, LAST = date(2026, 6, 9), date(2026, 6, 10)


def test_a_timed_event_blocks_its_time():
    assert blocked_period(BusyEvent(START, STOP), BERLIN) == Period(START, STOP)


@pytest.mark.parametrize("why", [{"declined": True}, {"active": False}, {"free": True}])
def test_what_is_declined_cancelled_or_shown_as_free_blocks_nothing(why):
    all_day = {"all_day": True, "first_day": FIRST, "last_day": LAST}
    assert blocked_period(BusyEvent(START, STOP, **why), BERLIN) is None
    assert blocked_period(BusyEvent(**all_day, **why), BERLIN) is None


def test_an_all_day_event_blocks_the_therapists_own_days():
    event = BusyEvent(all_day=True, first_day=FIRST, last_day=LAST)
    for zone in (BERLIN, ZoneInfo("Asia/Kathmandu")):
        assert blocked_period(event, zone) == Period(
            datetime(2026, 6, 9, tzinfo=zone), datetime(2026, 6, 11, tzinfo=zone)
        )


def test_of_an_all_day_event_the_hours_do_not_count():
    # Odoo stores 8:00 to 18:00 with it.
    event = BusyEvent(START, STOP, all_day=True, first_day=FIRST, last_day=FIRST)
    assert blocked_period(event, BERLIN).length == timedelta(days=1)


def test_a_day_on_which_the_clock_is_put_back_is_blocked_for_25_hours():
    day = date(2026, 10, 25)
    event = BusyEvent(all_day=True, first_day=day, last_day=day)
    assert blocked_period(event, BERLIN).length == timedelta(hours=25)


@pytest.mark.parametrize("stop", [START, START - timedelta(hours=1)])
def test_a_mark_in_the_calendar_blocks_nothing(stop):
    assert blocked_period(BusyEvent(START, stop), BERLIN) is None


def test_days_that_go_down_block_nothing():
    event = BusyEvent(all_day=True, first_day=LAST, last_day=FIRST)
    assert blocked_period(event, BERLIN) is None


@pytest.mark.parametrize(
    "known", [{}, {"start": START}, {"all_day": True, "first_day": FIRST}]
)
def test_an_event_without_its_ends_is_refused(known):
    with pytest.raises(ValueError, match="a start and a stop"):
        BusyEvent(**known)


def test_the_buffers_of_a_booking():
    minute = timedelta(minutes=1)
    assert with_buffers(Period(START, STOP), 5, 10) == Period(
        START - 5 * minute, STOP + 10 * minute
    )
