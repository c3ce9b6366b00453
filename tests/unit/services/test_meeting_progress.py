# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.meeting_progress import (
    MOST_RUNS,
    in_order,
    noted,
    running,
)

T1, T2, T3, T4 = (f"2026-12-01 10:{minute:02}:00" for minute in (0, 5, 6, 49))


def told(*notifications):
    runs = {}
    for notification in notifications:
        runs = noted(runs, *notification)
    return runs


def test_nothing_has_run():
    assert in_order({}) == []
    assert running({}) is None


def test_it_is_on_until_it_ends():
    assert running(told(("a", T1, ""))) == (T1, "")
    assert running(told(("a", T1, ""), ("a", T1, T2))) is None


def test_an_end_that_comes_after_the_next_start_ends_the_run_before():
    runs = told(("a", T1, ""), ("b", T3, ""), ("a", T1, T2))
    assert running(runs) == (T3, "")
    assert in_order(runs) == [(T1, T2), (T3, "")]


def test_an_end_that_comes_before_its_own_start():
    runs = told(("a", T1, T2), ("a", T1, ""))
    assert running(runs) is None
    assert in_order(runs) == [(T1, T2)]


def test_a_lost_end_does_not_keep_an_earlier_run_on():
    runs = told(("a", T1, ""), ("b", T3, T4))
    assert running(runs) is None


def test_an_end_alone_is_enough():
    assert in_order(told(("a", "", T2))) == [("", T2)]


def test_no_more_runs_than_anybody_needs():
    runs = {}
    for number in range(MOST_RUNS + 5):
        runs = noted(runs, str(number), T1, "")
    assert len(runs) == MOST_RUNS
    assert noted(runs, "0", T1, T2)["0"] == [T1, T2]


NOTIFICATIONS = [
    ("a", T1, ""),
    ("a", T1, T2),
    ("b", T3, ""),
    ("b", T3, T4),
]


@given(
    st.permutations(NOTIFICATIONS),
    st.lists(st.sampled_from(NOTIFICATIONS), max_size=6),
)
def test_neither_order_nor_repetition_matters(order, again):
    assert told(*order, *again) == told(*NOTIFICATIONS)


@given(st.lists(st.sampled_from(NOTIFICATIONS), max_size=8))
def test_what_was_noted_is_not_changed(notifications):
    runs = told(*notifications)
    before = {uuid: list(pair) for uuid, pair in runs.items()}
    noted(runs, "a", T4, T4)
    assert runs == before
