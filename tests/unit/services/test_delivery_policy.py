# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services.delivery_policy import (
    Reaction,
    next_attempt,
    pause,
    reaction,
)
from psynamica_zoom.zoom_api import errors

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=timezone.utc)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=timezone.utc)
MIDDLE = 0.5  # the jitter that changes nothing

REACTIONS = {
    "ZoomUnreachable": Reaction.RETRY,
    "ZoomRateLimited": Reaction.RETRY,
    "ZoomServerError": Reaction.RETRY,
    "ZoomBadAnswer": Reaction.RETRY,
    "ZoomMeetingInProgress": Reaction.RETRY,
    "ZoomTokenExpired": Reaction.REFRESH_AND_REPEAT,
    "ZoomGrantRevoked": Reaction.RECONNECT,
    "ZoomScopeMissing": Reaction.RECONNECT,
    "ZoomAppRejected": Reaction.FIX_APP,
    "ZoomNotFound": Reaction.GONE,
    "ZoomMeetingEnded": Reaction.GONE,
    "ZoomHostRejected": Reaction.GIVE_UP,
    "ZoomForeignMeeting": Reaction.GIVE_UP,
    "ZoomPlanLimit": Reaction.GIVE_UP,
    "ZoomRejected": Reaction.GIVE_UP,
}
LEAVES = [getattr(errors, name) for name in REACTIONS]


def delay_s(error, attempts, jitter=MIDDLE):
    return (next_attempt(error, attempts, NOW, jitter) - NOW).total_seconds()


def test_every_error_has_its_reaction():
    assert {kind.__name__: reaction(kind("GET /x")) for kind in LEAVES} == REACTIONS
    kinds = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.ZoomError) and kind is not errors.ZoomError
    }
    assert kinds == set(REACTIONS)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [
        (0, 15),
        (1, 15),
        (2, 30),
        (3, 60),
        (4, 120),
        (8, 1920),
        (9, 3600),
        (10, 3600),
        (10_000, 3600),
    ],
)
def test_the_wait_doubles_up_to_an_hour_and_never_ends(attempts, seconds):
    for kind in (errors.ZoomUnreachable, errors.ZoomServerError, errors.ZoomBadAnswer):
        assert delay_s(kind("GET /x"), attempts) == seconds


@given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
def test_waits_are_spread_by_a_fifth(attempts, jitter):
    error = errors.ZoomUnreachable("GET /x")
    middle = delay_s(error, attempts)
    assert 0.8 * middle <= delay_s(error, attempts, jitter) <= 1.2 * middle


def test_jitter_spreads_to_both_sides():
    error = errors.ZoomUnreachable("GET /x")
    assert delay_s(error, 1, 0.0) == pytest.approx(12)
    assert delay_s(error, 1, 0.999) == pytest.approx(18, abs=0.1)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 50))
def test_the_moment_zoom_names_is_kept_and_never_anticipated(jitter, attempts):
    named = NOW + timedelta(minutes=7)
    error = errors.ZoomRateLimited("GET /x", retry_at=named)
    moment = next_attempt(error, attempts, NOW, jitter)
    assert named <= moment <= named + timedelta(seconds=120)


def test_a_moment_in_the_past_is_no_moment():
    error = errors.ZoomRateLimited("GET /x", retry_at=NOW - timedelta(minutes=1))
    assert delay_s(error, 1) == 15


def test_a_limit_without_a_moment_backs_off():
    assert delay_s(errors.ZoomRateLimited("GET /x"), 3) == 60


def test_a_daily_limit_is_parked_until_midnight_utc():
    named = errors.ZoomRateLimited("GET /x", daily=True, retry_at=MIDNIGHT)
    unnamed = errors.ZoomRateLimited("GET /x", daily=True)
    for error in (named, unnamed):
        assert next_attempt(error, 1, NOW, 0.0) == MIDNIGHT
        assert MIDNIGHT < next_attempt(error, 1, NOW, 0.9) < NOW + timedelta(hours=2)


def test_a_meeting_in_progress_is_tried_again():
    assert delay_s(errors.ZoomMeetingInProgress("DELETE /meetings/%s"), 1) == 15


def test_a_token_that_stays_refused_is_no_accident():
    error = errors.ZoomTokenExpired("GET /x")
    assert delay_s(error, 1) == 15
    assert delay_s(error, 2) == 30
    assert next_attempt(error, 3, NOW, MIDDLE) is None


@pytest.mark.parametrize(
    "kind",
    [kind for kind in LEAVES if not kind.retryable and "Token" not in kind.__name__],
)
def test_everything_else_waits_for_a_person(kind):
    assert next_attempt(kind("GET /x"), 1, NOW, MIDDLE) is None


def test_a_short_pause_is_not_stretched():
    named = NOW + timedelta(seconds=2)
    error = errors.ZoomRateLimited("GET /x", status=429, retry_at=named)
    assert next_attempt(error, 1, NOW, 0.0) == named
    assert next_attempt(error, 1, NOW, 0.99) < named + timedelta(seconds=1)


def test_a_server_that_fails_may_name_a_moment_but_not_tomorrow():
    soon = errors.ZoomServerError("GET /x", retry_at=NOW + timedelta(minutes=5))
    assert next_attempt(soon, 9, NOW, 0.0) == NOW + timedelta(minutes=5)
    late = errors.ZoomServerError("GET /x", retry_at=NOW + timedelta(hours=20))
    assert next_attempt(late, 1, NOW, 0.0) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "until"),
    [
        (errors.ZoomRateLimited("GET /x", status=429, daily=True), MIDNIGHT),
        (errors.ZoomRateLimited("GET /x", status=429, daily=True, of_user=True), None),
        (errors.ZoomRateLimited("our own pace"), None),
        (errors.ZoomServerError("GET /x", status=503), None),
        (errors.ZoomUnreachable("GET /x"), None),
    ],
    ids=repr,
)
def test_only_a_limit_of_the_account_makes_the_account_wait(error, until):
    assert pause(error, NOW, 0.0) == until


def test_a_limit_without_a_moment_makes_the_account_wait_a_little():
    error = errors.ZoomRateLimited("GET /x", status=429)
    assert pause(error, NOW, MIDDLE) == NOW + timedelta(seconds=15)
