# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api import rate_limit

UTC = timezone.utc
NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


def moment_of(headers, daily=False):
    return rate_limit.retry_at(headers, daily=daily, now=NOW)


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"retry-after": "90"}, NOW + timedelta(seconds=90)),
        ({"retry-after": " 90 "}, NOW + timedelta(seconds=90)),
        ({"retry-after": "2026-11-21T00:00:00Z"}, MIDNIGHT),
        ({"retry-after": "Sat, 21 Nov 2026 00:00:00 GMT"}, MIDNIGHT),
        ({"x-ratelimit-reset": str(int(MIDNIGHT.timestamp()))}, MIDNIGHT),
        (
            {"retry-after": "5", "x-ratelimit-reset": str(int(MIDNIGHT.timestamp()))},
            NOW + timedelta(seconds=5),
        ),
        (
            {"retry-after": "?", "x-ratelimit-reset": str(int(MIDNIGHT.timestamp()))},
            MIDNIGHT,
        ),
    ],
    ids=str,
)
def test_reads_every_form_of_the_moment(headers, moment):
    assert moment_of(headers) == moment


@pytest.mark.parametrize(
    ("ahead", "is_believed"),
    [
        (timedelta(seconds=1), True),
        (timedelta(minutes=1), True),
        (timedelta(minutes=2), False),
        (timedelta(hours=3), False),
    ],
    ids=str,
)
def test_a_wrong_clock_makes_no_long_wait_of_a_limit_per_second(ahead, is_believed):
    headers = {
        "x-ratelimit-type": "QPS",
        "x-ratelimit-reset": str(int((NOW + ahead).timestamp())),
    }
    assert moment_of(headers) == (NOW + ahead if is_believed else None)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry-after": ""},
        {"retry-after": "soon"},
        {"retry-after": "-5"},
        {"retry-after": "²"},
        {"retry-after": "0"},
        {"retry-after": "99999999999999999999"},
        {"retry-after": "9999999999"},
        {"retry-after": "2020-05-31T00:00:00Z"},
        {"retry-after": "2036-05-31T00:00:00Z"},
        {"retry-after": "Fri, 20 Nov 2026 23:00:00 -0000"},
        {"retry-after": "Sat, 99 Nov 2026 00:00:00 GMT"},
        {"x-ratelimit-reset": "1"},
        {"x-ratelimit-reset": "x"},
        {"x-ratelimit-reset": "9999999999"},
    ],
    ids=str,
)
def test_a_moment_we_cannot_believe_is_none(headers):
    assert moment_of(headers) is None
    assert moment_of(headers, daily=True) == MIDNIGHT


def test_a_daily_refusal_prefers_the_moment_zoom_names():
    headers = {"retry-after": "2026-11-21T00:05:00Z"}
    assert moment_of(headers, daily=True) == MIDNIGHT + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("headers", "message", "daily"),
    [
        (
            {"x-ratelimit-category": "Light", "x-ratelimit-remaining": "5893"},
            "You have exceeded the daily rate limit (100) of Meeting Create/Update API"
            " requests permitted for this particular user. You may resume these"
            " requests at GMT 00:00:00.",
            True,
        ),
        (
            {},
            "You have reached the maximum daily rate limit for this API. Refer to the"
            " response header for details on when you can make another request.",
            True,
        ),
        ({"x-ratelimit-type": "Daily-limit"}, "", True),
        ({"x-ratelimit-type": "QPS"}, "", False),
        (
            {},
            "You have reached the maximum per-second rate limit for this API."
            " Try again later.",
            False,
        ),
        (
            {},
            "Too many concurrent requests. A request to disassociate this user has"
            " already been made.",
            False,
        ),
    ],
)
def test_knows_a_daily_refusal_by_header_or_words(headers, message, daily):
    assert rate_limit.is_daily(headers, message) is daily


def test_the_next_midnight_is_that_of_utc():
    east = timezone(timedelta(hours=14))
    assert rate_limit.next_midnight(NOW.astimezone(east)) == MIDNIGHT
    assert rate_limit.next_midnight(MIDNIGHT) == MIDNIGHT + timedelta(days=1)


@given(
    st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset"]), st.text())
)
def test_no_header_makes_it_fail(headers):
    moment = moment_of(headers)
    assert moment is None or NOW < moment <= NOW + rate_limit.LONGEST_WAIT


@pytest.mark.parametrize(
    ("message", "of_user"),
    [
        (
            "You have exceeded the daily rate limit (100) of Meeting Create/Update API "
            "requests permitted for this particular user. You may resume these "
            "requests at GMT 00:00:00.",
            True,
        ),
        (
            "You have reached the maximum daily rate limit for this API. Refer to the "
            "response header for details on when you can make another request.",
            False,
        ),
        ("", False),
    ],
)
def test_knows_the_limit_of_a_user_from_that_of_the_account(message, of_user):
    # Zoom: rate limits page, refusals.
    assert rate_limit.is_of_user(message) == of_user
