# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

import pytest

from psynamica_zoom.zoom_api import errors

LEAVES = [
    kind
    for _name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.ZoomError) and kind is not errors.ZoomError
]

REASONS = {
    "ZoomUnreachable": "unreachable",
    "ZoomRateLimited": "rate_limited",
    "ZoomServerError": "server_error",
    "ZoomBadAnswer": "bad_answer",
    "ZoomMeetingInProgress": "in_progress",
    "ZoomTokenExpired": "token_expired",
    "ZoomGrantRevoked": "grant_revoked",
    "ZoomScopeMissing": "scope_missing",
    "ZoomAppRejected": "app_rejected",
    "ZoomNotFound": "not_found",
    "ZoomMeetingEnded": "already_ended",
    "ZoomHostRejected": "host_rejected",
    "ZoomForeignMeeting": "foreign_meeting",
    "ZoomPlanLimit": "plan_limit",
    "ZoomRejected": "rejected",
}


def test_every_leaf_has_its_own_word():
    assert {kind.__name__: kind("GET /x").reason for kind in LEAVES} == REASONS
    assert len(set(REASONS.values())) == len(REASONS)


def test_the_drawing_names_every_leaf():
    for kind in LEAVES:
        assert f"─ {kind.__name__}" in errors.__doc__


def test_only_passing_troubles_are_retryable():
    retryable = {kind.__name__ for kind in LEAVES if kind.retryable}
    assert retryable == {
        "ZoomUnreachable",
        "ZoomRateLimited",
        "ZoomServerError",
        "ZoomBadAnswer",
        "ZoomMeetingInProgress",
    }


def test_only_lost_answers_are_ambiguous():
    ambiguous = {kind.__name__ for kind in LEAVES if kind("GET /x").ambiguous}
    assert ambiguous == {"ZoomUnreachable", "ZoomServerError", "ZoomBadAnswer"}


def test_a_daily_limit_has_a_word_of_its_own():
    assert errors.ZoomRateLimited("GET /x", daily=True).reason == "daily_limit"


@pytest.mark.parametrize("kind", LEAVES)
def test_the_text_holds_route_word_and_numbers(kind):
    error = kind("PATCH /meetings/%s", status=400, code=300, tracking_id="T-1")
    assert str(error) == (
        f"PATCH /meetings/%s: {error.reason} (HTTP 400, code 300, tracking id T-1)"
    )


def test_the_text_leaves_out_what_is_not_known():
    assert str(errors.ZoomUnreachable("GET /x")) == "GET /x: unreachable"
    assert str(errors.ZoomNotFound(status=404)) == "not_found (HTTP 404)"


def test_zooms_words_are_not_in_the_text():
    error = errors.ZoomRejected("POST /x", fields=(("topic", "canary-words"),))
    assert error.fields == (("topic", "canary-words"),)
    assert "canary" not in f"{error} {error!r}"
