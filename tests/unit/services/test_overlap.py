# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.overlap import Span, clash, most_at_once

NINE = datetime(2026, 12, 3, 9, tzinfo=timezone.utc)


def span(start_min, stop_min):
    return Span(NINE + timedelta(minutes=start_min), NINE + timedelta(minutes=stop_min))


minute = st.integers(0, 30)
spans = st.builds(span, minute, minute)


@pytest.mark.parametrize(
    ("plan", "most"),
    [
        ("basic", 1),
        ("licensed", 2),
        ("unassigned", 1),
        ("unknown", 1),
        (False, 1),
        (None, 1),
    ],
)
def test_what_a_plan_allows(plan, most):
    assert most_at_once(plan) == most


@pytest.mark.parametrize(
    ("other", "is_clash"),
    [
        (span(0, 50), True),
        (span(49, 60), True),
        (span(-10, 1), True),
        (span(10, 20), True),
        (span(-10, 60), True),
        (span(50, 100), False),
        (span(-50, 0), False),
        (span(20, 20), False),
        (span(30, 20), False),
    ],
)
def test_another_session_of_a_basic_account(other, is_clash):
    assert clash(span(0, 50), [other], most=1) == ([other] if is_clash else [])


def test_two_others_one_after_the_other_are_never_on_together():
    assert clash(span(0, 60), [span(0, 30), span(30, 60)], most=2) == []


def test_two_others_that_meet_are_too_many_for_a_licensed_account():
    others = [span(30, 60), span(0, 31)]
    assert clash(span(0, 60), others, most=2) == [span(0, 31), span(30, 60)]


def test_others_that_meet_outside_the_session_do_not_matter():
    assert clash(span(0, 20), [span(10, 60), span(30, 60)], most=2) == []


def on_at(moment, candidates):
    return [one for one in candidates if one.start_at <= moment < one.stop_at]


@given(session=spans, others=st.lists(spans, max_size=6), most=st.integers(1, 3))
def test_agrees_with_looking_at_every_minute(session, others, most):
    minutes = (NINE + timedelta(minutes=number) for number in range(31))
    busy = [
        on_at(moment, others)
        for moment in minutes
        if on_at(moment, [session]) and len(on_at(moment, others)) >= most
    ]
    assert clash(session, others, most) == (sorted(busy[0]) if busy else [])


@given(one=spans, other=spans)
def test_two_sessions_clash_both_ways_or_not_at_all(one, other):
    assert bool(clash(one, [other], 1)) == bool(clash(other, [one], 1))
