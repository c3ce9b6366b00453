# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.reconciliation import (
    Found,
    Hint,
    Row,
    Times,
    Verdict,
    compare,
    from_hints,
    judge,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
OURS = Times(NOON, 50)
LATER = Times(NOON + timedelta(hours=2), 50)
SHORTER = Times(NOON, 30)
EARLIER = Times(NOON - timedelta(hours=2), 50)
ROW = Row(
    key=1,
    zoom_id="91111111111",
    unique="a",
    is_wanted=True,
    is_busy=False,
    desired=OURS,
    told=OURS,
    told_before=None,
)
THERE = Found("91111111111", "a", OURS)


def verdicts(rows, meetings):
    return [(one.verdict, one.key) for one in compare(rows, meetings)]


def test_what_agrees():
    assert judge(ROW, THERE) is Verdict.AGREES


@pytest.mark.parametrize("times", [LATER, SHORTER])
def test_what_the_host_has_changed(times):
    assert judge(ROW, THERE._replace(times=times)) is Verdict.MOVED


def test_what_the_host_has_deleted():
    assert judge(ROW, None) is Verdict.DELETED


def test_what_was_never_made():
    assert judge(ROW._replace(zoom_id="", told=None), None) is Verdict.MISSING


def test_a_change_of_ours_that_zoom_has_not_taken_over():
    row = ROW._replace(desired=LATER, told=LATER, told_before=OURS)
    assert judge(row, THERE) is Verdict.UNDELIVERED


def test_a_change_of_ours_that_was_never_told():
    assert judge(ROW._replace(desired=LATER), THERE) is Verdict.UNDELIVERED


def test_a_change_of_the_hosts_under_a_change_of_ours():
    row = ROW._replace(desired=LATER, told=LATER, told_before=OURS)
    assert judge(row, THERE._replace(times=EARLIER)) is Verdict.MOVED


def test_the_host_chose_what_we_want_too():
    row = ROW._replace(desired=LATER)
    assert judge(row, THERE._replace(times=LATER)) is Verdict.AGREES


def test_what_was_told_before_anybody_noted_it_is_told_again():
    row = ROW._replace(told=None)
    assert judge(row, THERE._replace(times=LATER)) is Verdict.UNDELIVERED


def test_seconds_do_not_count():
    times = Times(NOON + timedelta(seconds=59), 50)
    assert judge(ROW, THERE._replace(times=times)) is Verdict.AGREES


def test_what_zoom_does_not_say_does_not_differ():
    assert judge(ROW, THERE._replace(times=Times(None, None))) is Verdict.AGREES
    assert judge(ROW, THERE._replace(times=Times(None, 30))) is Verdict.MOVED


@pytest.mark.parametrize(
    "meeting", [None, THERE, THERE._replace(times=LATER)], ids=["gone", "same", "moved"]
)
@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_row_at_work_is_left_alone(meeting, is_wanted):
    row = ROW._replace(is_busy=True, is_wanted=is_wanted)
    assert judge(row, meeting) is Verdict.LEFT_ALONE


def test_what_nobody_wants_any_more():
    row = ROW._replace(is_wanted=False, desired=None)
    assert judge(row, THERE) is Verdict.UNWANTED
    assert judge(row, None) is Verdict.AGREES
    over = THERE._replace(is_over=True)
    assert verdicts([row], [over]) == [(Verdict.AGREES, 1)]


# All of an account


def test_meetings_without_our_marker_are_not_even_mentioned():
    assert compare([], [Found("92222222222", "", LATER)]) == []
    assert verdicts([ROW], [THERE, Found("92222222222", "", LATER)]) == [
        (Verdict.AGREES, 1)
    ]


def test_our_meeting_is_known_by_its_number_when_the_host_removed_the_marker():
    assert verdicts([ROW], [THERE._replace(unique="")]) == [(Verdict.AGREES, 1)]


def test_a_meeting_of_ours_without_a_row_is_an_orphan():
    orphan = Found("93333333333", "z", OURS)
    assert verdicts([ROW], [THERE, orphan]) == [
        (Verdict.AGREES, 1),
        (Verdict.ORPHAN, None),
    ]


def test_an_orphan_that_is_over_is_left_to_zoom():
    assert compare([], [Found("93333333333", "z", OURS, is_over=True)]) == []


def test_a_second_meeting_of_the_same_row_is_an_orphan():
    twin = THERE._replace(zoom_id="93333333333")
    assert verdicts([ROW], [THERE, twin]) == [
        (Verdict.AGREES, 1),
        (Verdict.ORPHAN, None),
    ]


def test_a_meeting_that_a_create_on_its_way_has_made_is_no_orphan():
    row = ROW._replace(zoom_id="", told=None, is_busy=True)
    assert verdicts([row], [THERE]) == [
        (Verdict.LEFT_ALONE, 1),
        (Verdict.LEFT_ALONE, None),
    ]


def test_a_meeting_whose_row_lost_sight_of_it_is_found():
    row = ROW._replace(zoom_id="", told=None)
    (finding,) = compare([row], [THERE])
    assert finding.verdict is Verdict.LOST
    assert finding.found is THERE


def test_a_twin_takes_the_place_of_a_deleted_meeting():
    twin = THERE._replace(zoom_id="93333333333")
    other = THERE._replace(zoom_id="94444444444")
    findings = compare([ROW], [twin, other])
    assert [one.verdict for one in findings] == [Verdict.LOST, Verdict.ORPHAN]
    assert findings[0].found is twin
    assert findings[1].found is other


# By notifications alone


def hint(seconds, is_deleted=None, start_at=None, minutes=None):
    moment = NOON + timedelta(seconds=seconds)
    return Hint(moment, is_deleted, Times(start_at, minutes))


def test_without_notifications_it_is_what_was_told():
    assert from_hints(OURS, NOON, []) == OURS


def test_only_what_changed_is_named():
    hints = [hint(60, start_at=LATER.start_at), hint(90, minutes=30)]
    assert from_hints(OURS, NOON, hints) == Times(LATER.start_at, 30)


def test_what_happened_before_zoom_was_told_is_of_no_consequence():
    hints = [hint(0, start_at=LATER.start_at), hint(-60, is_deleted=True)]
    assert from_hints(OURS, NOON, hints) == OURS


def test_deleted_and_recovered():
    assert from_hints(OURS, NOON, [hint(60, is_deleted=True)]) is None
    hints = [hint(60, is_deleted=True), hint(70, is_deleted=False)]
    assert from_hints(OURS, NOON, hints) == OURS


def test_a_notification_without_a_moment_says_nothing_certain():
    assert from_hints(OURS, None, [Hint(None, True, LATER)]) == OURS


@given(st.permutations([hint(60, start_at=LATER.start_at), hint(61, minutes=30)]))
def test_the_order_in_which_they_come_does_not_matter(hints):
    assert from_hints(OURS, NOON, hints) == Times(LATER.start_at, 30)


# Whatever there is

TIMES = st.builds(
    Times,
    st.sampled_from([None, OURS.start_at, LATER.start_at, EARLIER.start_at]),
    st.sampled_from([None, 30, 50]),
)
UNIQUES = st.sampled_from("abcd")
IDS = st.sampled_from(["91111111111", "92222222222", "93333333333", "94444444444"])


@st.composite
def some_rows(draw):
    uniques = draw(st.lists(UNIQUES, unique=True))
    ids = draw(st.permutations(["91111111111", "92222222222", "", ""]))
    return [
        Row(
            key=number,
            zoom_id=zoom_id,
            unique=unique,
            is_wanted=draw(st.booleans()),
            is_busy=draw(st.booleans()),
            desired=draw(TIMES),
            told=draw(st.none() | TIMES),
            told_before=draw(st.none() | TIMES),
        )
        for number, (unique, zoom_id) in enumerate(zip(uniques, ids, strict=False))
    ]


SOME_MEETINGS = st.lists(
    st.builds(Found, IDS, UNIQUES | st.just(""), TIMES, st.booleans()),
    unique_by=lambda one: one.zoom_id,
)


@given(some_rows(), SOME_MEETINGS)
def test_each_row_is_spoken_of_once_and_each_meeting_once_at_most(rows, meetings):
    findings = compare(rows, meetings)
    keys = [one.key for one in findings if one.key is not None]
    assert sorted(keys) == sorted(row.key for row in rows)
    found = [one.found.zoom_id for one in findings if one.found]
    assert len(found) == len(set(found))


@given(some_rows(), SOME_MEETINGS)
def test_nothing_is_deleted_that_is_not_ours_or_that_a_row_at_work_may_have_made(
    rows, meetings
):
    busy = {row.unique for row in rows if row.is_busy}
    known = {row.zoom_id for row in rows}
    for finding in compare(rows, meetings):
        if finding.verdict is Verdict.ORPHAN:
            assert finding.found.unique
            assert finding.found.unique not in busy
            assert finding.found.zoom_id not in known
            assert not finding.found.is_over


@given(some_rows(), SOME_MEETINGS)
def test_a_row_at_work_is_never_judged(rows, meetings):
    busy = {row.key for row in rows if row.is_busy}
    for finding in compare(rows, meetings):
        assert finding.key not in busy or finding.verdict is Verdict.LEFT_ALONE
