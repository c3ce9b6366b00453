# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api import errors, refusals

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


def api(status, body, headers=None):
    return refusals.api_error(
        status,
        headers or {},
        body,
        route="PATCH /meetings/%s",
        tracking_id="T-1",
        now=NOW,
    )


def oauth(status, body):
    return refusals.oauth_error(
        status, {}, body, route="POST /oauth/token", tracking_id="T-1", now=NOW
    )


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, 124, "Access token is expired.", errors.ZoomTokenExpired),
        (400, 124, "Invalid access token.", errors.ZoomTokenExpired),
        (401, None, "", errors.ZoomTokenExpired),
        (404, 3001, "Meeting does not exist: 1.", errors.ZoomNotFound),
        (400, 3001, "Meeting does not exist: 1.", errors.ZoomNotFound),
        (400, 300, "Meeting 1 is not found or has expired.", errors.ZoomNotFound),
        (404, 300, "Meeting does not exist", errors.ZoomNotFound),
        (404, 9999, "", errors.ZoomNotFound),
        (404, 2300, "This API endpoint is not recognized.", errors.ZoomRejected),
        (404, 1001, "User does not exist: me.", errors.ZoomHostRejected),
        (400, 1010, "User not in account", errors.ZoomHostRejected),
        (400, 3161, "hosting not allowed", errors.ZoomHostRejected),
        (400, 3002, "in progress", errors.ZoomMeetingInProgress),
        (400, 3007, "already ended", errors.ZoomMeetingEnded),
        (403, 2306, "", errors.ZoomForeignMeeting),
        (400, 3003, "not the host", errors.ZoomForeignMeeting),
        (400, 200, "Only available for paid account", errors.ZoomPlanLimit),
        (400, 200, "No permission.", errors.ZoomRejected),
        (400, 300, "Invalid topic", errors.ZoomRejected),
        (400, 4700, "Token cannot be empty.", errors.ZoomRejected),
        (400, 3000, "", errors.ZoomRejected),
        (403, None, "", errors.ZoomRejected),
        (418, 7, "", errors.ZoomRejected),
        (500, None, "", errors.ZoomServerError),
        (503, 3001, "Meeting does not exist", errors.ZoomServerError),
        (429, 4001, "per second", errors.ZoomRateLimited),
        (400, 429, "Too many", errors.ZoomRateLimited),
        (302, None, "", errors.ZoomBadAnswer),
    ],
)
def test_api_refusals(status, code, message, kind):
    body = {"message": message} | ({} if code is None else {"code": code})
    error = api(status, body)
    assert type(error) is kind
    assert (error.status, error.code, error.tracking_id) == (status, code, "T-1")
    assert error.route == "PATCH /meetings/%s"


@pytest.mark.parametrize("body", [None, {}, {"error": "Not Found"}])
def test_a_404_that_is_not_zooms_does_not_mean_gone(body):
    error = api(404, body)
    assert type(error) is errors.ZoomBadAnswer
    assert error.retryable


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("code", [4700, 4711])
def test_missing_scopes_are_named(status, code):
    error = api(
        status,
        {
            "code": code,
            "message": "Invalid access token, does not contain scopes:"
            "[meeting:write:meeting, meeting:write:meeting:admin].",
        },
    )
    assert type(error) is errors.ZoomScopeMissing
    assert error.scopes == ("meeting:write:meeting", "meeting:write:meeting:admin")


@pytest.mark.parametrize(
    "message",
    [
        "Invalid access token, does not contain scopes.",
        "Invalid access token, does not contain scopes:[<b>x</b>, A B].",
        "Invalid access token, does not contain scopes:[]",
        "Invalid access token, does not contain scopes:[" + "a" * 600 + "]",
    ],
)
def test_what_is_no_scope_is_not_named(message):
    error = api(401, {"code": 4700, "message": message})
    assert type(error) is errors.ZoomScopeMissing
    assert error.scopes == ()


def test_the_hundredth_change_of_a_day_is_parked_until_midnight_utc():
    error = api(
        429,
        {
            "code": 429,
            "message": "You have exceeded the daily rate limit (100) of Meeting"
            " Create/Update API requests permitted for this particular user.",
        },
        {"x-ratelimit-limit": "6000", "x-ratelimit-remaining": "5893"},
    )
    assert error.daily
    assert error.reason == "daily_limit"
    assert error.retry_at == datetime(2026, 11, 21, tzinfo=timezone.utc)


def test_a_per_second_limit_has_no_moment_without_a_header():
    error = api(429, {"code": 429, "message": "maximum per-second rate limit"})
    assert not error.daily
    assert error.retry_at is None


def test_rejected_fields_are_cut_and_printable():
    entries = [{"field": "topic\r\n", "message": "bad\x00" + "é" * 500}, "x", {}]
    error = api(400, {"code": 300, "message": "Validation", "errors": entries * 9})
    assert error.fields[0] == ("topic  ", "bad " + "é" * 196)
    assert error.fields[1] == ("", "")
    assert len(error.fields) == 7  # of the first ten entries, the objects


@pytest.mark.parametrize("code", [True, "3001", 3001.0, -1, 10**12, None, [1]])
def test_a_code_that_is_no_number_is_none(code):
    assert api(400, {"code": code}).code is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (
            400,
            {"reason": "Invalid Token!", "error": "invalid_grant"},
            errors.ZoomGrantRevoked,
        ),
        (
            400,
            {"reason": "Invalid authorization code x", "error": "invalid_grant"},
            errors.ZoomGrantRevoked,
        ),
        (
            400,
            {"reason": "Invalid authorization code x", "error": "invalid_request"},
            errors.ZoomGrantRevoked,
        ),
        (
            400,
            {
                "reason": "Invalid client_id or client_secret",
                "error": "invalid_client",
            },
            errors.ZoomAppRejected,
        ),
        (401, {"error": "invalid_client"}, errors.ZoomAppRejected),
        (400, {"error": "unauthorized_client"}, errors.ZoomAppRejected),
        (401, None, errors.ZoomAppRejected),
        (
            400,
            {"reason": "Bad Request", "error": "invalid_request"},
            errors.ZoomRejected,
        ),
        (400, None, errors.ZoomRejected),
        (404, None, errors.ZoomBadAnswer),
        (301, None, errors.ZoomBadAnswer),
        (502, None, errors.ZoomServerError),
        (429, {"message": "x"}, errors.ZoomRateLimited),
    ],
    ids=str,
)
def test_oauth_refusals(status, body, kind):
    error = oauth(status, body)
    assert type(error) is kind
    assert "x" not in vars(error).values()


@pytest.mark.parametrize("code", [4733, 4734, 4735, 4737, 4738, 4740, 4741])
def test_numbers_of_a_dead_grant(code):
    assert type(oauth(400, {"code": code})) is errors.ZoomGrantRevoked


@pytest.mark.parametrize("code", [4702, 4704, 4706, 4709, 4717])
def test_numbers_of_a_wrong_app(code):
    assert type(oauth(400, {"errorCode": code})) is errors.ZoomAppRejected


def test_the_app_is_blamed_before_the_user():
    body = {"error": "invalid_client", "reason": "Invalid authorization code"}
    assert type(oauth(400, body)) is errors.ZoomAppRejected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "message", "errors", "field", "error", "reason"]),
            inner,
        )
    ),
    max_leaves=20,
)
bodies = st.none() | st.dictionaries(
    st.sampled_from(["code", "errorCode", "message", "errors", "error", "reason"]),
    values,
)


@given(st.integers(300, 599), bodies)
def test_no_body_makes_it_fail(status, body):
    for error in (api(status, body), oauth(status, body)):
        assert isinstance(error, errors.ZoomError)
        assert error.reason.isidentifier()
