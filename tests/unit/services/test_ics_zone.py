# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.ics_zone import describe_zone, known_zone

UTC = timezone.utc
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
LAST = datetime(2027, 11, 20, tzinfo=UTC)

# One of each kind: European, American, southern, none, by the moon, half an hour, odd.
ZONES = [
    "Europe/Berlin",
    "Europe/Moscow",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
    "UTC",
]


def text_of(name, first=FIRST, last=LAST):
    calendar = vobject.iCalendar()
    calendar.add(describe_zone(name, first, last))
    return calendar.serialize()


def as_read_by_others(text):
    return tzical(StringIO(text.replace("\r\n", "\n"))).get()


@pytest.mark.parametrize("name", ZONES)
def test_another_program_reads_the_same_clock(name):
    read, real = as_read_by_others(text_of(name)), ZoneInfo(name)
    moment = FIRST
    while moment < LAST:
        wall = moment.astimezone(real).replace(tzinfo=None)
        told = {wall.replace(tzinfo=read, fold=fold).utcoffset() for fold in (0, 1)}
        meant = {wall.replace(tzinfo=real, fold=fold).utcoffset() for fold in (0, 1)}
        assert told <= meant, wall
        moment += timedelta(hours=1)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York"])
def test_regular_clocks_are_two_rules(name):
    text = text_of(name)
    assert text.count("RRULE:FREQ=YEARLY") == 2
    assert text.count("BEGIN:") == 2 + 2


def test_a_clock_that_is_never_turned_is_one_line_of_time():
    text = text_of("Asia/Kolkata")
    assert text.count("BEGIN:STANDARD") == 1
    assert "BEGIN:DAYLIGHT" not in text
    assert "TZOFFSETTO:+0530" in text


def test_irregular_clocks_are_told_turn_by_turn():
    text = text_of("Africa/Casablanca")
    assert "RRULE" not in text
    assert text.count("TZOFFSETTO:+0000") >= 2


def test_west_is_negative():
    assert "TZOFFSETTO:-0500" in text_of("America/New_York")
    assert "TZOFFSETTO:-0330" in text_of("America/St_Johns")


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "../x", "/etc", "Europe", "A\r\nX:1"]
)
def test_an_unknown_zone_is_refused(name):
    assert known_zone(name) is None
    with pytest.raises(ValueError, match="no such zone"):
        describe_zone(name, FIRST, LAST)


@given(
    st.sampled_from(ZONES),
    st.datetimes(
        datetime.fromisoformat("2024-01-01"),
        datetime.fromisoformat("2033-01-01"),
        timezones=st.just(UTC),
    ),
    st.integers(0, 400),
)
def test_the_session_itself_is_always_at_its_time(name, moment, days):
    read = as_read_by_others(text_of(name, moment, moment + timedelta(days=days)))
    real = ZoneInfo(name)
    wall = moment.astimezone(real).replace(tzinfo=None)
    meant = {wall.replace(tzinfo=real, fold=fold).utcoffset() for fold in (0, 1)}
    assert wall.replace(tzinfo=read).utcoffset() in meant
