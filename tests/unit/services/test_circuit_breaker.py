# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services import circuit_breaker as breaker
from psynamica_zoom.services.circuit_breaker import CLOSED
from psynamica_zoom.zoom_api import errors

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=timezone.utc)
MIDDLE = 0.5  # the jitter that changes nothing
LIMIT = 3


def fail(circuit, now=NOW, times=1):
    for _number in range(times):
        circuit = breaker.failed(circuit, LIMIT, now, MIDDLE)
    return circuit


def probe(circuit, now=NOW):
    return fail(breaker.probing(circuit, now), now)


OPEN = fail(CLOSED, times=LIMIT)


def test_it_opens_after_failures_in_a_row_only():
    assert not fail(CLOSED, times=LIMIT - 1).is_open
    assert not fail(breaker.answered(fail(CLOSED, times=2)), times=2).is_open
    assert OPEN.is_open
    assert (OPEN.since, OPEN.probes) == (NOW, 0)


def test_probes_come_at_growing_intervals():
    circuit, waits = OPEN, []
    for _number in range(8):
        waits.append((circuit.retry_at - NOW).total_seconds())
        circuit = probe(circuit)
    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]
    assert circuit.since == NOW


@given(st.floats(0, 1, exclude_max=True))
def test_intervals_are_spread_by_a_fifth(jitter):
    wait = breaker.failed(fail(CLOSED, times=2), LIMIT, NOW, jitter).retry_at - NOW
    assert 12 <= wait.total_seconds() <= 18


def test_calls_that_were_on_their_way_are_no_probes():
    assert fail(OPEN, times=5) == OPEN


def test_only_one_probe_is_on_its_way():
    circuit = breaker.probing(OPEN, NOW)
    assert circuit.is_probing
    assert circuit.retry_at == NOW + breaker.PROBE_LASTS
    assert circuit.most_calls == 1
    assert breaker.probing(CLOSED, NOW) == CLOSED


def test_a_probe_that_was_not_sent_is_free_again():
    circuit = breaker.undecided(breaker.probing(OPEN, NOW), NOW)
    assert (circuit.is_probing, circuit.retry_at) == (False, NOW)
    assert breaker.undecided(OPEN, NOW) == OPEN
    assert breaker.undecided(CLOSED, NOW) == CLOSED


def test_it_recovers_gently():
    circuit, most = breaker.answered(probe(OPEN)), []
    while circuit != CLOSED:
        most.append(circuit.most_calls)
        circuit = breaker.answered(circuit)
    assert most == [1, 2, 3, 4, 5, 6, 7]
    assert CLOSED.most_calls is None


def test_one_failure_while_it_recovers_opens_it_again():
    later = NOW + timedelta(minutes=1)
    circuit = fail(breaker.answered(probe(OPEN)), later)
    assert circuit.is_open
    assert circuit.since == NOW  # still the same outage
    assert circuit.probes == 1
    assert circuit.answers == 0


def test_who_answers_at_times_is_asked_again_soon():
    circuit = OPEN
    for _number in range(6):
        circuit = fail(breaker.answered(circuit))
        assert circuit.retry_at == NOW + timedelta(seconds=30)
    assert (probe(circuit).retry_at - NOW).total_seconds() == 60


def test_it_is_settled_when_nothing_waits_any_more():
    assert breaker.settled(breaker.answered(OPEN)) == CLOSED
    told = breaker.settled(breaker.answered(OPEN._replace(is_told=True)))
    assert told == CLOSED._replace(is_told=True)


def test_a_hiccup_is_told_to_nobody():
    soon = NOW + breaker.NOTICE_AFTER - timedelta(seconds=1)
    assert not breaker.must_tell_outage(OPEN, soon)
    assert not breaker.must_tell_outage(CLOSED, soon)
    assert not breaker.must_tell_end(breaker.settled(breaker.answered(OPEN)))


def test_an_outage_is_told_once_and_its_end_once():
    later = NOW + breaker.NOTICE_AFTER
    assert breaker.must_tell_outage(OPEN, later)
    told = OPEN._replace(is_told=True)
    assert not breaker.must_tell_outage(told, later)
    assert not breaker.must_tell_end(told)
    recovering = breaker.answered(told)
    assert not breaker.must_tell_outage(recovering, later)
    assert not breaker.must_tell_end(recovering)
    assert breaker.must_tell_end(breaker.settled(recovering))


@pytest.mark.parametrize(
    ("error", "outage", "answer"),
    [
        (None, False, True),
        (errors.ZoomUnreachable("GET /x"), True, False),
        (errors.ZoomServerError("GET /x", status=503), True, True),
        (errors.ZoomBadAnswer("GET /x", status=200), True, True),
        (errors.ZoomRateLimited("GET /x", status=429), False, True),
        (errors.ZoomGrantRevoked("GET /x", status=400), False, True),
        (errors.ZoomGrantRevoked("no connection"), False, False),
        (errors.ZoomRateLimited("our own pace"), False, False),
    ],
)
def test_what_an_error_says(error, outage, answer):
    assert breaker.is_outage(error) == outage
    assert breaker.is_answer(error) == answer


def test_one_account_is_not_zoom():
    errors_only = errors.ZoomServerError("GET /x", status=500)
    silence = errors.ZoomUnreachable("GET /x")
    assert breaker.concerns_zoom(errors_only, CLOSED)
    assert not breaker.concerns_zoom(errors_only, OPEN)
    assert breaker.concerns_zoom(silence, OPEN)
    assert breaker.ACCOUNT_FAILURES < breaker.ZOOM_FAILURES


STEPS = st.lists(st.sampled_from(["fail", "answer", "probe", "undecided", "settle"]))


@given(STEPS)
def test_whatever_happens_a_circuit_can_be_probed_or_is_closed(steps):
    circuit = CLOSED
    for step in steps:
        if step == "fail":
            circuit = fail(circuit)
        elif step == "answer":
            circuit = breaker.answered(circuit)
        elif step == "probe":
            circuit = breaker.probing(circuit, NOW)
        elif step == "undecided":
            circuit = breaker.undecided(circuit, NOW)
        elif circuit.answers:
            circuit = breaker.settled(circuit)
        assert circuit.is_open or not circuit.is_probing
        assert circuit.most_calls is None or circuit.most_calls >= 1
        assert not (circuit.is_open and circuit.answers)
        if circuit.is_open:
            assert circuit.since is not None
            assert circuit.retry_at <= NOW + timedelta(seconds=600 * 1.2)
