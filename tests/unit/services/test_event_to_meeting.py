# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.event_to_meeting import (
    CODE_ALPHABET,
    Marker,
    Profile,
    Session,
    database_mark,
    find_marker,
    meeting_request,
    new_code,
)

MARKER = Marker("0123456789ab", "0123456789abcdef0123")
START = datetime(2026, 12, 1, 14, tzinfo=timezone.utc)


def request(length=timedelta(minutes=50), **values):
    return meeting_request(
        Session(
            **{
                "start_at": START,
                "stop_at": START + length,
                "timezone": "Europe/Berlin",
                "code": "7K3F",
                "marker": MARKER,
            }
            | values
        )
    )


def test_zoom_is_told_the_least():
    told = request()
    assert told.topic == "Appointment 7K3F"
    assert told.agenda == "psynamica-zoom/0123456789ab/0123456789abcdef0123"
    assert told.start_at == START
    assert told.minutes == 50
    assert told.timezone == "Europe/Berlin"
    assert told.waiting_room
    assert not told.join_before_host


def test_the_practices_own_choices():
    told = request(profile=Profile("Sitzung {code} ", False, True))
    assert told.topic == "Sitzung 7K3F"
    assert not told.waiting_room
    assert told.join_before_host


@pytest.mark.parametrize(
    ("template", "topic"),
    [
        ("", "Appointment 7K3F"),
        ("  ", "Appointment 7K3F"),
        ("Room", "Room"),
        ("{code} {code}", "7K3F 7K3F"),
        ("{} {0} {code.__class__} {name}", "{} {0} {code.__class__} {name}"),
        ("A\r\nB", "A  B"),
    ],
)
def test_only_the_code_is_filled_into_a_template(template, topic):
    assert request(profile=Profile(template)).topic == topic


@pytest.mark.parametrize(
    ("length", "minutes"),
    [
        (timedelta(minutes=50), 50),
        (timedelta(minutes=50, seconds=1), 51),
        (timedelta(microseconds=1), 1),
        (timedelta(0), 1),
        (timedelta(minutes=-5), 1),
        (timedelta(days=3), 1440),
    ],
)
def test_minutes_are_rounded_up(length, minutes):
    assert request(length).minutes == minutes


@pytest.mark.parametrize("name", [None, "", "Mars/Base", "../x", "/etc", "Europe"])
def test_an_unknown_zone_counts_as_utc(name):
    assert request(timezone=name).timezone == "UTC"


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        request(start_at=START.replace(tzinfo=None), stop_at=START.replace(tzinfo=None))


@pytest.mark.parametrize("code", ["", "7k3f", "7K3", "7K3F 1", "A" * 13, "7К3F"])
def test_a_code_nobody_could_read_out_is_refused(code):
    with pytest.raises(ValueError, match="no code"):
        request(code=code)


@pytest.mark.parametrize(
    "marker",
    [
        Marker("", MARKER.unique),
        Marker(MARKER.database, ""),
        Marker(MARKER.database.upper(), MARKER.unique),
        Marker(MARKER.database, MARKER.unique + "4"),
        Marker(MARKER.database, MARKER.unique + "\n"),
        Marker(MARKER.database + "/", MARKER.unique),
    ],
)
def test_a_marker_that_could_not_be_found_again_is_refused(marker):
    with pytest.raises(ValueError, match="no marker"):
        request(marker=marker)


def test_a_database_is_named_shortly_and_always_the_same():
    mark = database_mark("c1b8a2de-33a0-4bd1-a53d-6bbbfa5b8c6b")
    assert mark == database_mark("c1b8a2de-33a0-4bd1-a53d-6bbbfa5b8c6b")
    assert mark != database_mark("c1b8a2de-33a0-4bd1-a53d-6bbbfa5b8c6c")
    assert find_marker(Marker(mark, MARKER.unique).text) == (mark, MARKER.unique)


def test_codes_are_easy_to_read_out():
    codes = {new_code(random.Random(seed)) for seed in range(2000)}
    assert len(codes) > 1990
    assert all(len(code) == 6 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert not set(CODE_ALPHABET) & set("0O1IL2Z5S8BAEUaeiou")
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET)


@given(
    st.text("0123456789abcdef", min_size=12, max_size=12),
    st.text("0123456789abcdef", min_size=20, max_size=20),
    st.text(),
    st.text(),
)
def test_every_marker_is_found_again_in_any_surroundings(
    database, unique, before, after
):
    marker = Marker(database, unique)
    assert find_marker(f"{before} {marker.text}\n{after}") == (
        find_marker(before) or marker
    )


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Appointment 7K3F",
        "psynamica-zoom/",
        "psynamica-zoom/7K3F",
        "psynamica-zoom/0123456789ab",
        "psynamica-zoom/0123456789AB/0123456789abcdef0123",
        "/0123456789ab/0123456789abcdef0123",
    ],
)
def test_no_marker(text):
    assert find_marker(text) is None


def test_the_marker_of_another_product_is_not_ours():
    assert find_marker(f"x{MARKER.text}") is None
    assert find_marker(f"{MARKER.text}4") is None
