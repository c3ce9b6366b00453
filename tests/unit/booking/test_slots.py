# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Free slots by example."""

import sys
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.agenda import Agenda
from psynamica_booking.services.periods import Period
from psynamica_booking.services.slot_rules import SlotRules
from psynamica_booking.services.slots import (
    Refusal,
    days_to_know,
    free_slots,
    is_free,
    nearest,
    refusals,
)
from psynamica_booking.services.weekly_hours import Block, open_periods

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 6, 9)  # UTC+2
NOW = datetime(2026, 6, 1, tzinfo=UTC)

FIFTY_MINUTES = SlotRules(minutes=50, interval_minutes=60)


def at(clock, day=TUESDAY, zone=BERLIN):
    """The moment at which a clock in Berlin shows this, such as "9:30"."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def period(start, stop, day=TUESDAY):
    return Period(at(start, day), at(stop, day))


def whole_day(day=TUESDAY):
    start = at("0:00", day)
    return Period(start, start + timedelta(days=1))


def agenda(*hours, **known):
    return Agenda(BERLIN, hours=[period(*h) for h in hours], **known)


def clock(slots, zone=BERLIN):
    shown = [slot.astimezone(zone) for slot in slots]
    return [f"{wall.hour}:{wall.minute:02}" for wall in shown]


def offered(rules, known, *, now=NOW, window=None):
    return clock(free_slots(rules, known, now, window or whole_day()))


def test_a_morning_is_cut_into_sessions():
    known = agenda(("9:00", "13:00"))
    assert offered(FIFTY_MINUTES, known) == ["9:00", "10:00", "11:00", "12:00"]


def test_a_session_fits_into_the_hours_to_the_minute():
    known = agenda(("9:00", "9:50"))
    assert offered(FIFTY_MINUTES, known) == ["9:00"]
    assert offered(replace(FIFTY_MINUTES, minutes=51), known) == []


def test_two_openings_end_to_end_are_one():
    known = agenda(("9:00", "10:30"), ("10:30", "12:00"))
    assert offered(FIFTY_MINUTES, known) == ["9:00", "10:00", "11:00"]


def test_the_grid_starts_where_the_hours_start():
    known = agenda(("9:15", "11:15"), ("14:00", "16:00"))
    assert offered(FIFTY_MINUTES, known) == ["9:15", "10:15", "14:00", "15:00"]


def test_the_grid_stays_after_a_booking_of_another_length():
    known = agenda(("9:00", "13:00"), busy=[period("9:00", "10:20")])
    assert offered(FIFTY_MINUTES, known) == ["11:00", "12:00"]


def test_the_grid_stays_after_an_hour_off():
    known = agenda(("9:00", "13:00"), closed=[period("9:00", "10:20")])
    assert offered(FIFTY_MINUTES, known) == ["11:00", "12:00"]


def test_the_grid_begins_anew_at_midnight():
    rules = SlotRules(minutes=30, interval_minutes=50)
    late = Period(at("22:30"), at("22:30") + timedelta(hours=3))
    window = Period(at("22:00"), at("22:00") + timedelta(hours=6))
    slots = free_slots(rules, Agenda(BERLIN, hours=[late]), NOW, window)
    assert clock(slots) == ["22:30", "23:20", "0:00", "0:50"]


def test_end_to_end_with_another_booking_is_free():
    known = agenda(
        ("9:00", "13:00"), busy=[period("8:00", "9:00"), period("9:50", "11:00")]
    )
    assert offered(FIFTY_MINUTES, known) == ["9:00", "11:00", "12:00"]


def test_buffers_keep_away_from_what_is_busy():
    rules = replace(FIFTY_MINUTES, buffer_before_minutes=10, buffer_after_minutes=15)
    known = agenda(("9:00", "14:00"), busy=[period("11:00", "11:50")])
    # 10:00 ends at 10:50, ten minutes before; 12:00 starts ten minutes after.
    assert offered(rules, known) == ["9:00", "12:00", "13:00"]


def test_buffers_may_reach_out_of_the_hours_and_into_time_off():
    rules = replace(FIFTY_MINUTES, buffer_before_minutes=60, buffer_after_minutes=60)
    known = agenda(("9:00", "9:50"), closed=[period("9:50", "18:00")])
    assert offered(rules, known) == ["9:00"]


def test_the_break_after_another_booking_is_kept():
    known = agenda(
        ("9:00", "12:00"),
        busy=[period("9:00", "9:50")],
        breaks=[period("9:50", "10:05")],
    )
    assert offered(FIFTY_MINUTES, known) == ["11:00"]


def test_a_holiday_has_no_slots():
    known = agenda(("9:00", "13:00"), closed=[whole_day()])
    assert offered(FIFTY_MINUTES, known) == []


def test_notice_is_kept_to_the_minute():
    rules = replace(FIFTY_MINUTES, notice=timedelta(hours=2))
    known = agenda(("9:00", "12:00"))
    assert offered(rules, known, now=at("8:00")) == ["10:00", "11:00"]
    assert offered(rules, known, now=at("8:01")) == ["11:00"]


def test_the_horizon_is_kept_to_the_minute():
    rules = replace(FIFTY_MINUTES, horizon=timedelta(days=7))
    known = agenda(("9:00", "12:00"))
    week_before = at("10:00") - timedelta(days=7)
    assert offered(rules, known, now=week_before) == ["9:00", "10:00"]


def test_nothing_is_free_in_the_past():
    assert offered(FIFTY_MINUTES, agenda(("9:00", "12:00")), now=at("10:01")) == [
        "11:00"
    ]


def test_a_full_day_is_full():
    rules = replace(FIFTY_MINUTES, most_per_day=2)
    hours = ("9:00", "18:00")
    assert offered(rules, agenda(hours, booked_starts=[at("9:00")]))
    full = agenda(hours, booked_starts=[at("9:00"), at("20:00")])
    assert offered(rules, full) == []


def test_a_day_of_the_cap_is_the_therapists_day():
    rules = replace(FIFTY_MINUTES, most_per_day=1)
    # In UTC still Monday.
    known = agenda(("9:00", "12:00"), booked_starts=[at("0:30")])
    assert offered(rules, known) == []


def test_a_week_of_the_cap_ends_on_sunday():
    rules = replace(FIFTY_MINUTES, most_per_week=1)
    hours = ("9:00", "10:00")
    sunday_before, sunday = TUESDAY - timedelta(days=2), TUESDAY + timedelta(days=5)
    before = agenda(hours, booked_starts=[at("23:59", sunday_before)])
    assert offered(rules, before) == ["9:00"]
    same = agenda(hours, booked_starts=[at("23:59", sunday)])
    assert offered(rules, same) == []


def test_a_week_of_the_cap_may_be_in_two_years():
    rules = SlotRules(minutes=50, interval_minutes=60, most_per_week=1)
    new_year, thursday = date(2027, 1, 1), date(2026, 12, 31)
    known = Agenda(
        BERLIN,
        hours=[period("9:00", "10:00", new_year)],
        booked_starts=[at("9:00", thursday)],
    )
    now = datetime(2026, 12, 30, tzinfo=UTC)
    assert free_slots(rules, known, now, whole_day(new_year)) == []


def test_a_group_with_seats_is_free_where_it_is_though_the_hour_is_taken():
    rules = replace(FIFTY_MINUTES, most_per_day=1)
    group = at("10:00")
    taken = {"busy": [period("10:00", "10:50")], "booked_starts": [group]}
    assert offered(rules, agenda(("9:00", "12:00"), **taken)) == []
    with_seats = agenda(("9:00", "12:00"), **taken, joinable={group: 3})
    assert offered(rules, with_seats) == ["10:00"]


def test_a_group_without_a_seat_is_taken():
    full = agenda(("9:00", "11:00"), joinable={at("10:00"): 0})
    assert offered(FIFTY_MINUTES, full) == ["9:00"]


def test_a_group_in_the_evening_can_be_joined_out_of_hours_but_not_out_of_time():
    rules = replace(FIFTY_MINUTES, notice=timedelta(hours=1))
    known = agenda(joinable={at("18:10"): 1})
    assert offered(rules, known, now=at("17:10")) == ["18:10"]
    assert offered(rules, known, now=at("17:11")) == []


def test_slots_are_the_starts_in_the_window():
    known = agenda(("9:00", "13:00"))
    window = period("10:00", "12:00")
    assert offered(FIFTY_MINUTES, known, window=window) == ["10:00", "11:00"]


def test_slots_are_in_utc_and_told_in_any_zone():
    known = agenda(("9:00", "10:00"))
    [slot] = free_slots(FIFTY_MINUTES, known, NOW, whole_day())
    assert slot == datetime(2026, 6, 9, 7, 0, tzinfo=UTC)
    assert slot.tzinfo is UTC
    assert clock([slot], ZoneInfo("Asia/Kathmandu")) == ["12:45"]


# The nights on which clocks are changed ------------------------------------------


def night(day, hour_from=0, hour_to=5, *, interval=60, minutes=30, zone=BERLIN):
    block = Block(day.weekday(), hour_from, hour_to)
    known = Agenda(zone, hours=open_periods([block], zone, day, day, "online"))
    rules = SlotRules(minutes=minutes, interval_minutes=interval)
    now = at("0:00", day, UTC) - timedelta(days=7)
    around = Period(now, now + timedelta(days=14))
    return clock(free_slots(rules, known, now, around), zone)


def test_when_clocks_go_forward_the_hour_that_is_not_is_not_offered():
    assert night(date(2026, 3, 29)) == ["0:00", "1:00", "3:00", "4:00"]


def test_a_session_lasts_as_long_as_ever_while_clocks_go_forward():
    assert night(date(2026, 3, 29), 1, 4, minutes=90) == ["1:00"]


def test_when_clocks_go_back_the_hour_that_comes_twice_is_offered_once():
    assert night(date(2026, 10, 25)) == ["0:00", "1:00", "2:00", "3:00", "4:00"]


def test_half_an_hour_forward():
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    slots = night(date(2026, 10, 4), 1, 4, interval=30, zone=lord_howe)
    assert slots == ["1:00", "1:30", "2:30", "3:00", "3:30"]


AUTUMN = date(2026, 10, 25)  # 3:00 → 2:00 in Berlin
HALF_HOURS = SlotRules(minutes=30, interval_minutes=30)


def second(clock):
    """The moment at which a clock shows this for the second time."""
    hour, minute = map(int, clock.split(":"))
    shown = datetime(2026, 10, 25, hour, minute, fold=1, tzinfo=BERLIN)
    return shown.astimezone(UTC)


def test_the_second_coming_of_a_time_is_not_on_the_grid():
    known = Agenda(BERLIN, hours=[period("1:00", "5:00", AUTUMN)])
    before = at("0:00", AUTUMN)
    assert is_free(HALF_HOURS, known, before, at("2:30", AUTUMN))
    assert refusals(HALF_HOURS, known, before, second("2:30")) == (Refusal.OFF_GRID,)


def test_hours_from_the_second_coming_of_a_time_have_their_grid_from_there():
    hours = Period(second("2:00"), at("4:00", AUTUMN))
    known, before = Agenda(BERLIN, hours=[hours]), at("0:00", AUTUMN)
    slots = free_slots(HALF_HOURS, known, before, hours)
    assert clock(slots) == ["2:00", "2:30", "3:00", "3:30"]
    assert slots[0] == second("2:00")


def test_a_time_shown_only_after_hours_began_later_on_the_clock_is_not_on_the_grid():
    hours = Period(at("2:30", AUTUMN), at("4:00", AUTUMN))
    known, before = Agenda(BERLIN, hours=[hours]), at("0:00", AUTUMN)
    assert clock(free_slots(HALF_HOURS, known, before, hours)) == [
        "2:30",
        "3:00",
        "3:30",
    ]
    assert refusals(HALF_HOURS, known, before, second("2:00")) == (Refusal.OFF_GRID,)


def test_a_day_without_midnight_has_a_grid_from_where_it_begins():
    havana, sunday = ZoneInfo("America/Havana"), date(2026, 3, 8)
    blocks = [Block(5, 23, 24), Block(6, 0, 4)]
    saturday = sunday - timedelta(days=1)
    hours = open_periods(blocks, havana, saturday, sunday, "online")
    rules = SlotRules(minutes=50, interval_minutes=50)
    around = Period(hours[0].start, hours[0].stop)
    known = Agenda(havana, hours=hours)
    slots = free_slots(rules, known, around.start, around)
    assert clock(slots, havana) == ["23:00", "23:50", "1:00", "1:50", "2:40"]


def test_hours_that_begin_in_the_hour_that_is_not_begin_after_it():
    assert night(date(2026, 3, 29), 2.5, 5) == ["3:00", "4:00"]


# Asked about one start -----------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("9:30", Refusal.OFF_GRID),
        ("8:00", Refusal.CLOSED),
        ("12:00", Refusal.CLOSED),
        ("10:00", Refusal.TAKEN),
    ],
)
def test_a_refusal_says_why(start, reason):
    known = agenda(("9:00", "12:00"), busy=[period("10:20", "10:50")])
    assert reason in refusals(FIFTY_MINUTES, known, NOW, at(start))
    assert not is_free(FIFTY_MINUTES, known, NOW, at(start))


def test_all_reasons_are_told_so_that_a_therapist_may_overrule_some():
    rules = replace(
        FIFTY_MINUTES, notice=timedelta(days=1), most_per_day=1, most_per_week=1
    )
    known = agenda(
        ("9:00", "12:00"), busy=[period("9:00", "12:00")], booked_starts=[at("9:00")]
    )
    assert refusals(rules, known, at("8:00"), at("9:30")) == (
        Refusal.TOO_SOON,
        Refusal.OFF_GRID,
        Refusal.TAKEN,
        Refusal.DAY_FULL,
        Refusal.WEEK_FULL,
    )


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (datetime.max.replace(tzinfo=UTC), Refusal.TOO_FAR),
        (datetime.min.replace(tzinfo=UTC), Refusal.TOO_SOON),
    ],
)
def test_a_start_beyond_all_time_is_refused_and_no_more(start, reason):
    rules = replace(FIFTY_MINUTES, buffer_before_minutes=60)
    assert refusals(rules, agenda(), NOW, start) == (reason,)


def test_a_window_beyond_all_time_is_empty():
    last = datetime.max.replace(tzinfo=UTC)
    window = Period(last - timedelta(days=1), last)
    assert free_slots(FIFTY_MINUTES, agenda(), NOW, window) == []


def test_a_naive_moment_is_refused():
    naive = datetime(2026, 6, 9, 9)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        is_free(FIFTY_MINUTES, agenda(), NOW, naive)
    with pytest.raises(ValueError, match="time zone"):
        free_slots(FIFTY_MINUTES, agenda(), naive, whole_day())


# Others to offer -----------------------------------------------------------------


def test_the_nearest_are_offered_in_order():
    slots = [at(clock) for clock in ("8:00", "9:00", "11:00", "14:00", "18:00")]
    assert clock(nearest(slots, at("10:00"), 3)) == ["8:00", "9:00", "11:00"]
    assert nearest(slots, at("10:00"), 1) == [at("9:00")]
    assert nearest([], at("10:00"), 3) == []
    assert nearest(slots, at("10:00"), 99) == slots


ONCE_A_WEEK = replace(FIFTY_MINUTES, most_per_week=1)


def test_the_days_to_know_are_whole_weeks_when_weeks_are_counted():
    days = days_to_know(ONCE_A_WEEK, BERLIN, whole_day())
    assert days == (date(2026, 6, 8), date(2026, 6, 14))


def test_the_days_to_know_are_those_of_the_window_when_weeks_are_not_counted():
    morning = period("0:00", "12:00")
    assert days_to_know(FIFTY_MINUTES, BERLIN, morning) == (TUESDAY, TUESDAY)


def test_the_days_to_know_hold_what_a_buffer_reaches():
    rules = replace(ONCE_A_WEEK, buffer_before_minutes=1)
    monday = TUESDAY - timedelta(days=1)
    assert days_to_know(rules, BERLIN, whole_day(monday))[0] == date(2026, 6, 1)


def test_the_days_to_know_hold_the_end_of_the_last_session():
    sunday = TUESDAY + timedelta(days=5)
    window = period("0:00", "23:30", sunday)
    assert days_to_know(ONCE_A_WEEK, BERLIN, window)[1] == date(2026, 6, 21)
    short = replace(ONCE_A_WEEK, minutes=20)
    assert days_to_know(short, BERLIN, window)[1] == sunday


# A year of events ----------------------------------------------------------------


def steps(act):
    """How many Python functions `act` calls: the same on every machine."""
    calls = 0

    def count(_frame, kind, _argument):
        nonlocal calls
        calls += kind == "call"

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


def test_ten_times_the_events_cost_hardly_more_to_look_at():
    month = Period(at("0:00"), at("0:00") + timedelta(days=30))
    hours = [
        Period(at("9:00") + timedelta(days=n), at("17:00") + timedelta(days=n))
        for n in range(30)
    ]

    def look_at(count):
        apart = month.length / count
        busy = [
            Period(month.start + n * apart, month.start + n * apart + apart / 2)
            for n in range(count)
        ]
        known = Agenda(BERLIN, hours=hours, busy=busy)
        return steps(lambda: free_slots(FIFTY_MINUTES, known, NOW, month))

    look_at(10)  # what a zone is asked once a day is kept
    assert look_at(10_000) < 1.5 * look_at(1_000)
