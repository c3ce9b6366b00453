# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from psynamica_zoom.zoom_api import errors, users

BODY = {
    "id": "z9jkdsfsdfjhdkfjQ",
    "account_id": "EabCDEFghiLHMA",
    "email": "canary@example.com",
    "type": 1,
    "timezone": "Europe/Berlin",
    "pmi": 1234567890,
}


def test_reads_who_the_token_belongs_to(zoom, transport):
    zoom.reply(200, BODY)
    assert users.me(transport, "t") == users.ZoomUser(
        id="z9jkdsfsdfjhdkfjQ",
        account_id="EabCDEFghiLHMA",
        email="canary@example.com",
        plan="basic",
        timezone="Europe/Berlin",
    )
    assert zoom.received[0].path == "/v2/users/me"


def test_the_address_is_not_in_the_repr(zoom, transport):
    zoom.reply(200, BODY)
    assert "canary" not in repr(users.me(transport, "t"))


@pytest.mark.parametrize(
    ("kind", "plan"),
    [
        (1, "basic"),
        (2, "licensed"),
        (4, "unassigned"),
        (99, "unknown"),
        ("2", "unknown"),
        (None, "unknown"),
        ([], "unknown"),
    ],
)
def test_plans(zoom, transport, kind, plan):
    zoom.reply(200, BODY | {"type": kind})
    assert users.me(transport, "t").plan == plan


@pytest.mark.parametrize("value", [None, "", 7, "x" * 300, "a\x00b"])
def test_a_user_without_usable_id_is_a_bad_answer(zoom, transport, value):
    zoom.reply(200, BODY | {"id": value})
    with pytest.raises(errors.ZoomBadAnswer):
        users.me(transport, "t")


def test_everything_else_may_be_missing(zoom, transport):
    zoom.reply(200, {"id": "U"})
    assert users.me(transport, "t") == users.ZoomUser("U", "", "", "unknown", "")


def test_a_missing_scope_is_named(zoom, transport):
    zoom.reply(
        400,
        {
            "code": 4711,
            "message": "Invalid access token, does not contain scopes:"
            "[user:read:user].",
        },
    )
    with pytest.raises(errors.ZoomScopeMissing) as caught:
        users.me(transport, "t")
    assert caught.value.scopes == ("user:read:user",)
