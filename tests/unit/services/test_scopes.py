# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from psynamica_zoom.services import scopes

ALL = {*scopes.REQUIRED, *scopes.OPTIONAL}


def test_the_least_that_is_needed_in_order():
    assert list(scopes.REQUIRED) == [
        "meeting:write:meeting",
        "meeting:update:meeting",
        "meeting:delete:meeting",
    ]
    assert list(scopes.OPTIONAL) == [
        "user:read:user",
        "meeting:read:meeting",
        "meeting:read:list_meetings",
    ]


def test_every_scope_has_a_feature_of_its_own():
    features = [*scopes.REQUIRED.values(), *scopes.OPTIONAL.values()]
    assert len(set(features)) == 6
    assert all(feature.isidentifier() for feature in features)


def test_nothing_granted_is_everything_missing():
    assert scopes.missing_required([]) == tuple(scopes.REQUIRED)
    assert scopes.missing_optional([]) == tuple(scopes.OPTIONAL)


def test_everything_granted_is_nothing_missing():
    assert scopes.missing_required(iter(ALL)) == ()
    assert scopes.missing_optional(iter(ALL)) == ()


@pytest.mark.parametrize("scope", sorted(ALL))
def test_each_scope_is_missed_by_name(scope):
    granted = ALL - {scope}
    missing = scopes.missing_required(granted) + scopes.missing_optional(granted)
    assert missing == (scope,)
    assert scopes.has(ALL, scope)
    assert not scopes.has(granted, scope)


@pytest.mark.parametrize("suffix", ["", ":admin", ":master"])
def test_wider_forms_count(suffix):
    assert scopes.missing_required([scope + suffix for scope in ALL]) == ()
    assert scopes.missing_optional([scope + suffix for scope in ALL]) == ()


@pytest.mark.parametrize("suffix", ["", ":admin", ":master"])
def test_classic_scopes_count(suffix):
    assert scopes.missing_required(["meeting:write" + suffix]) == ()
    assert scopes.missing_optional(["user:read" + suffix]) == (
        "meeting:read:meeting",
        "meeting:read:list_meetings",
    )
    assert scopes.missing_optional(["meeting:read" + suffix]) == ("user:read:user",)


@pytest.mark.parametrize(
    "scope", ["meeting", "meeting:write:meetings", "meeting:write:meeting:user", "user"]
)
def test_similar_names_do_not_count(scope):
    assert scopes.missing_required([scope]) == tuple(scopes.REQUIRED)


def test_a_scope_we_do_not_use_can_be_asked_for():
    assert scopes.has(["user:read:token"], "user:read:token")
    assert not scopes.has(ALL, "user:read:token")


def test_the_lists_cannot_be_changed():
    with pytest.raises(TypeError):
        scopes.REQUIRED["x"] = "y"
