# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.ics_series import SeriesRule, describe

UTC = timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = "FREQ=WEEKLY;BYDAY=TU"
# Tuesdays at ten in Berlin, over the end of summer time
SLOTS = [
    (datetime(2026, 10, 6, 10) + timedelta(weeks=week)).replace(tzinfo=BERLIN)  # noqa: DTZ001
    for week in range(8)
]


def yielded(series, first, zone=BERLIN):
    """Return what another program makes of the rule: wall time in `zone`."""
    rule, until = series.rule.rsplit(";UNTIL=", 1)
    last = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    start = first.astimezone(zone).replace(tzinfo=None)
    stop = last.astimezone(zone).replace(tzinfo=None)
    moments = rrulestr(rule, dtstart=start).between(start, stop, inc=True)
    return [
        m.replace(tzinfo=zone)
        for m in moments
        if m.replace(tzinfo=zone) not in series.excluded
    ]


def test_a_weekly_series_is_one_rule_until_its_last_session():
    series = describe(SLOTS, "Europe/Berlin", WEEKLY)
    assert series == SeriesRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261124T090000Z", ())
    assert yielded(series, SLOTS[0]) == SLOTS


@pytest.mark.parametrize(
    "rule",
    [
        "RRULE:" + WEEKLY,
        "DTSTART:20261006T080000\nRRULE:" + WEEKLY,
        WEEKLY + ";COUNT=99",
        WEEKLY + ";UNTIL=20300101T000000",
        "COUNT=3;" + WEEKLY + "\n",
    ],
)
def test_how_far_the_rule_goes_is_what_the_rows_say(rule):
    assert describe(SLOTS, "Europe/Berlin", rule) == describe(
        SLOTS, "Europe/Berlin", WEEKLY
    )


def test_deleted_sessions_are_exceptions():
    kept = [SLOTS[0], SLOTS[2], SLOTS[7]]
    series = describe(kept, "Europe/Berlin", WEEKLY)
    assert list(series.excluded) == [SLOTS[n] for n in (1, 3, 4, 5, 6)]
    assert yielded(series, kept[0]) == kept


def test_order_and_repetition_do_not_matter():
    assert describe([*reversed(SLOTS), SLOTS[0]], "Europe/Berlin", WEEKLY) == describe(
        SLOTS, "Europe/Berlin", WEEKLY
    )


@pytest.mark.parametrize(
    ("slots", "zone", "rule"),
    [
        ([], "Europe/Berlin", WEEKLY),
        (SLOTS[:1], "Europe/Berlin", WEEKLY),
        (SLOTS, "Mars/Base", WEEKLY),
        (SLOTS, "", WEEKLY),
        (SLOTS, "Europe/Berlin", ""),
        (SLOTS, "Europe/Berlin", "  \n"),
        (SLOTS, "Europe/Berlin", "COUNT=3"),
        (SLOTS, "Europe/Berlin", "nonsense"),
        (SLOTS, "Europe/Berlin", "FREQ=SOMETIMES"),
        (SLOTS, "Europe/Berlin", "FREQ=WEEKLY;BYDAY=WE"),
        (SLOTS, "UTC", WEEKLY),
        ([*SLOTS, SLOTS[7] + timedelta(hours=1)], "Europe/Berlin", WEEKLY),
    ],
)
def test_no_rule_when_it_would_not_give_exactly_the_sessions(slots, zone, rule):
    assert describe(slots, zone, rule) is None


@given(st.text(), st.text())
def test_no_rule_makes_it_fail_or_adds_a_line(rule, zone):
    for text in (rule, WEEKLY + rule, "FREQ=" + rule):
        for name in (zone, "Europe/Berlin"):
            series = describe(SLOTS, name, text)
            assert series is None or len(series.rule.splitlines()) == 1


@given(st.sets(st.integers(0, 7), min_size=2))
def test_every_choice_of_sessions_comes_back(chosen):
    kept = [SLOTS[n] for n in sorted(chosen)]
    assert yielded(describe(kept, "Europe/Berlin", WEEKLY), kept[0]) == kept
