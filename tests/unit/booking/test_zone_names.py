# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from psynamica_booking.services.zone_names import city_name, zone_label

WINTER = datetime(2026, 12, 1, tzinfo=timezone.utc)
SUMMER = datetime(2026, 7, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("Europe/Berlin", "en", "Berlin"),
        ("Europe/Berlin", "ru", "Берлин"),
        ("America/New_York", "ru", "Нью-Йорк"),
        ("UTC", "ru", "UTC"),
    ],
)
def test_a_zone_is_called_after_its_place(zone, language, name):
    assert city_name(zone, Locale(language)) == name


@pytest.mark.parametrize(
    ("at", "label"), [(WINTER, "Берлин (GMT+01:00)"), (SUMMER, "Берлин (GMT+02:00)")]
)
def test_the_offset_is_that_of_the_moment(at, label):
    assert zone_label(ZoneInfo("Europe/Berlin"), Locale("ru"), at) == label


def test_utc_needs_no_offset():
    assert zone_label(ZoneInfo("UTC"), Locale("en"), WINTER) == "UTC"
