# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.periods import Period
from psynamica_booking.services.weekly_hours import (
    Block,
    Opening,
    open_periods,
    week_type,
)

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 6, 8)
SUNDAY = date(2026, 6, 14)


def berlin(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def hours_of(blocks, first=MONDAY, last=SUNDAY, mode="online", extra=()):
    return open_periods(blocks, BERLIN, first, last, mode, extra)


def test_a_week_of_mornings():
    blocks = [Block(weekday, 9, 12.5) for weekday in range(5)]
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    assert hours_of(blocks) == [
        Period(berlin(day, 9), berlin(day, 12, 30)) for day in days
    ]


def test_morning_and_afternoon_end_to_end_are_one():
    [whole] = hours_of([Block(0, 8, 12), Block(0, 12, 17)])
    assert whole == Period(berlin(MONDAY, 8), berlin(MONDAY, 17))


def test_hours_go_on_over_midnight():
    tuesday = MONDAY + timedelta(days=1)
    [night] = hours_of([Block(0, 22, 24.0), Block(1, 0, 2)])
    assert night == Period(berlin(MONDAY, 22), berlin(tuesday, 2))


def test_each_mode_has_its_hours():
    blocks = [
        Block(0, 8, 10, "in_person"),
        Block(0, 10, 12),
        Block(0, 12, 14, "online"),
    ]
    assert hours_of(blocks, mode="in_person") == [
        Period(berlin(MONDAY, 8), berlin(MONDAY, 12))
    ]
    assert hours_of(blocks, mode="online") == [
        Period(berlin(MONDAY, 10), berlin(MONDAY, 14))
    ]


def test_two_weeks_take_turns_over_the_new_year():
    # 2026 has 53 ISO weeks: odd, then odd again; these types go on taking turns.
    thursdays = [date(2026, 12, 17) + timedelta(weeks=n) for n in range(5)]
    kinds = [week_type(day) for day in thursdays]
    assert kinds in ([0, 1, 0, 1, 0], [1, 0, 1, 0, 1])
    found = hours_of([Block(3, 9, 10, week_type=0)], thursdays[0], thursdays[-1])
    zero = [day for day, kind in zip(thursdays, kinds, strict=True) if kind == 0]
    assert [period.start for period in found] == [berlin(day, 9) for day in zero]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        # What Odoo 19's own `get_week_type` returns.
        (date(2024, 1, 1), 1),
        (date(2026, 6, 8), 0),
        (date(2026, 6, 14), 0),
        (date(2026, 6, 15), 1),
        (date(2026, 12, 28), 1),
        (date(2027, 1, 3), 1),
        (date(2027, 1, 4), 0),
    ],
)
def test_the_type_of_a_week_is_odoos(day, kind):
    assert week_type(day) == kind


def test_hours_begin_and_end_to_be_valid():
    wednesday = MONDAY + timedelta(days=2)
    blocks = [
        Block(1, 9, 10, valid_from=wednesday),
        Block(2, 9, 10, valid_from=wednesday, valid_to=wednesday),
        Block(3, 9, 10, valid_to=wednesday),
    ]
    [only] = hours_of(blocks)
    assert only.start == berlin(wednesday, 9)


def test_a_single_saturday_is_opened():
    saturday = MONDAY + timedelta(days=5)
    opened = Period(berlin(saturday, 10), berlin(saturday, 14))
    assert hours_of([], extra=[Opening(opened)]) == [opened]
    assert hours_of([], extra=[Opening(opened, "in_person")]) == []


def test_an_opening_of_another_week_is_not_in_this_one():
    later = SUNDAY + timedelta(days=1)
    opened = Period(berlin(later, 10), berlin(later, 14))
    assert hours_of([], extra=[Opening(opened)]) == []


def test_hours_are_on_the_clock_so_some_nights_are_shorter_and_some_longer():
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 2), (autumn, 4)):
        [night] = hours_of([Block(6, 1, 4)], day, day)
        assert night.length == timedelta(hours=hours)


def test_hours_the_clock_leaves_out_are_none():
    spring = date(2026, 3, 29)
    assert hours_of([Block(6, 2, 3)], spring, spring) == []


def test_a_day_the_calendar_leaves_out_has_no_hours():
    day = date(2011, 12, 30)
    blocks = [Block(day.weekday(), 9, 17)]
    assert open_periods(blocks, ZoneInfo("Pacific/Apia"), day, day, "online") == []


def test_hours_are_to_the_minute_though_odoo_stores_a_fraction():
    [short] = hours_of([Block(0, 9.33, 9.67)])
    assert short == Period(berlin(MONDAY, 9, 20), berlin(MONDAY, 9, 40))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Block(7, 9, 10),
        lambda: Block(0, 10, 9),
        lambda: Block(0, 9, 9),
        lambda: Block(0, -1, 9),
        lambda: Block(0, 9, 24.5),
        lambda: Block(0, 9, float("nan")),
        lambda: Block(0, 9, 10, "by_post"),
        lambda: Block(0, 9, 10, week_type=2),
        lambda: Opening(Period(berlin(MONDAY, 9), berlin(MONDAY, 10)), "by_post"),
        lambda: hours_of([], mode="both"),
        lambda: hours_of([], SUNDAY, MONDAY),
    ],
)
def test_hours_that_cannot_be_are_refused(make):
    with pytest.raises(ValueError, match=r"."):
        make()
