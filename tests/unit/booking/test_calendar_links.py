# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from psynamica_booking.services.calendar_links import (
    Entry,
    google_link,
    outlook_link,
)

START = datetime(2026, 6, 9, 10, tzinfo=ZoneInfo("Europe/Berlin"))
ENTRY = Entry(
    "Приём & more", START, START + timedelta(minutes=50), "https://p.test/j?a=b&c", "x"
)


def query(link):
    return {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}


def test_google_gets_utc_times_and_every_letter():
    told = query(google_link(ENTRY))
    assert told["dates"] == "20260609T080000Z/20260609T085000Z"
    assert told["text"] == ENTRY.title
    assert told["location"] == ENTRY.place


def test_outlook_gets_utc_times_and_every_letter():
    told = query(outlook_link(ENTRY))
    assert told["startdt"] == "2026-06-09T08:00:00Z"
    assert told["enddt"] == "2026-06-09T08:50:00Z"
    assert told["subject"] == ENTRY.title
    assert told["location"] == ENTRY.place


@pytest.mark.parametrize("link", [google_link, outlook_link])
def test_time_without_a_zone_is_refused(link):
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        link(Entry("x", naive, naive + timedelta(hours=1)))
