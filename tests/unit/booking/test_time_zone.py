# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services import time_zone
from psynamica_booking.services.time_zone import offset_differs, visitor_zone

UTC = timezone.utc


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Indiana/Knox"])
def test_a_zone_is_known_by_its_name(name):
    assert visitor_zone(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "posixrules",
        "Factory",
        "Europe",
        "europe/berlin",
        "Europe/Berlin\x00",
        " Europe/Berlin",
        "Europe/../Europe/Berlin",
        "x" * 1_000_000,
        b"Europe/Berlin",
        ["Europe/Berlin"],
        7,
    ],
)
def test_anything_else_is_no_zone(name):
    assert visitor_zone(name) is None


@given(st.text())
def test_no_text_does_harm(text):
    zone = visitor_zone(text)
    assert zone is None or isinstance(zone, ZoneInfo)


def test_the_first_names_browsers_keep_are_known_everywhere(monkeypatch):
    present = frozenset(time_zone._PRESENT_NAMES.values())
    assert present <= time_zone._known_names()
    # A machine without the tz database's `backward` file.
    monkeypatch.setattr(time_zone, "_known_names", lambda: present)
    for first, now in time_zone._PRESENT_NAMES.items():
        assert visitor_zone(first) == ZoneInfo(now)


def test_zones_differ_when_their_clocks_do():
    berlin, paris = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Paris")
    london, lagos = ZoneInfo("Europe/London"), ZoneInfo("Africa/Lagos")
    winter, summer = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 7))
    assert not offset_differs(berlin, paris, summer)
    assert offset_differs(berlin, london, summer)
    assert offset_differs(berlin, lagos, summer)
    assert not offset_differs(berlin, lagos, winter)
