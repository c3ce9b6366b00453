# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rate limits, with their awkward headers, as plain objects."""

import pytest

from zoom_simulator.clock import DAY_S
from zoom_simulator.entities import LICENSED, Account, User
from zoom_simulator.errors import ZoomApiError
from zoom_simulator.limits import HEAVY, LIGHT, MEDIUM, PER_DAY, PER_SECOND, Limiter

MIDNIGHT = 1_799_971_200.0  # 2027-01-15T00:00:00Z


def an_account(plan):
    return Account(plan, 1, plan)


def a_user(account):
    return User("U", account, "u@x", "U", "U", LICENSED, "UTC", 1, 0.0)


def refusal(limiter, *args):
    with pytest.raises(ZoomApiError) as caught:
        limiter.take(*args)
    return caught.value


@pytest.mark.parametrize("plan", PER_SECOND)
@pytest.mark.parametrize("label", [LIGHT, MEDIUM, HEAVY])
def test_the_limit_per_second(plan, label):
    limiter, account = Limiter(), an_account(plan)
    for _call in range(PER_SECOND[plan][label]):
        limiter.take(account, label, MIDNIGHT)
    error = refusal(limiter, account, label, MIDNIGHT + 0.9)
    assert (error.status, error.code) == (429, 429)
    assert "per-second" in error.message
    assert error.headers["X-RateLimit-Type"] == "QPS"
    assert error.headers["X-RateLimit-Reset"] == str(int(MIDNIGHT) + 1)
    assert "Retry-After" not in error.headers
    limiter.take(account, label, MIDNIGHT + 1.0)


def test_labels_and_accounts_do_not_share_seconds():
    limiter, account = Limiter(), an_account("free")
    for _call in range(4):
        limiter.take(account, LIGHT, MIDNIGHT)
    limiter.take(account, MEDIUM, MIDNIGHT)
    limiter.take(an_account("pro"), LIGHT, MIDNIGHT)


@pytest.mark.parametrize(
    ("plan", "label"), [(p, label) for p in PER_DAY for label in PER_DAY[p]]
)
def test_the_limit_per_day_and_its_reset_at_midnight(plan, label):
    limiter, account = Limiter(), an_account(plan)
    for number in range(PER_DAY[plan][label]):
        limiter.take(account, label, MIDNIGHT + number)
    noon = MIDNIGHT + DAY_S - 1
    error = refusal(limiter, account, label, noon)
    assert error.headers["Retry-After"] == "2027-01-16T00:00:00Z"
    assert error.headers["X-RateLimit-Type"] == "Daily-limit"
    assert limiter.calls_today(account, noon)[label] == PER_DAY[plan][label]
    limiter.take(account, label, MIDNIGHT + DAY_S)


def test_the_hundred_writes_of_a_user_and_their_misleading_headers():
    limiter, user = Limiter(), a_user(an_account("pro"))
    limiter.take(user.account, LIGHT, MIDNIGHT)
    for _call in range(100):
        limiter.take_write(user, MIDNIGHT)
    with pytest.raises(ZoomApiError) as caught:
        limiter.take_write(user, MIDNIGHT + DAY_S - 1)
    error = caught.value
    assert "daily rate limit (100)" in error.message
    assert "GMT 00:00:00" in error.message
    assert error.headers == {
        "X-RateLimit-Category": "Light",
        "X-RateLimit-Limit": "6000",
        "X-RateLimit-Remaining": "5999",
    }
    limiter.take_write(user, MIDNIGHT + DAY_S)
    assert limiter.writes_used(user, MIDNIGHT + DAY_S) == 1


def test_a_clock_that_goes_back_does_not_block():
    limiter, account = Limiter(), an_account("free")
    for _call in range(4):
        limiter.take(account, LIGHT, MIDNIGHT + DAY_S)
    limiter.take(account, LIGHT, MIDNIGHT)
