# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from psynamica_zoom.zoom_api import errors, oauth
from psynamica_zoom.zoom_api.endpoint import ZoomEndpoint

# RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

ANSWER = {
    "access_token": "canary-access-aa11",
    "token_type": "bearer",
    "refresh_token": "canary-refresh-bb22",
    "expires_in": 3599,
    "scope": "meeting:write:meeting user:read:user",
    "api_url": "https://api-eu.zoom.us",
}


@pytest.fixture
def client(transport):
    return oauth.OAuthClient(transport, "client-id", "client-secret")


def form(zoom):
    body = zoom.received[-1].body.decode()
    return {name: value for name, (value,) in parse_qs(body).items()}


def test_the_challenge_is_that_of_the_rfc():
    assert oauth.challenge(VERIFIER) == CHALLENGE


def test_verifiers_and_states_are_long_safe_and_never_the_same():
    made = [oauth.new_verifier() for _ in range(20)]
    made += [oauth.new_state() for _ in range(20)]
    assert len(set(made)) == 40
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", text) for text in made)


def test_the_authorize_address_names_everything_but_scopes():
    url = oauth.authorize_url(
        ZoomEndpoint(), "id", "https://o.example/cb?x=1", "st&te", CHALLENGE
    )
    parts = urlsplit(url)
    assert url.startswith("https://zoom.us/oauth/authorize?")
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": ["https://o.example/cb?x=1"],
        "state": ["st&te"],
        "code_challenge": [CHALLENGE],
        "code_challenge_method": ["S256"],
    }


def test_browsers_may_have_an_address_of_their_own():
    endpoint = ZoomEndpoint(web_url="http://localhost:9080")
    url = oauth.authorize_url(endpoint, "id", "r", "s", "c")
    assert url.startswith("http://localhost:9080/oauth/authorize?")


def test_exchange_sends_code_redirect_and_verifier(zoom, client):
    zoom.reply(200, ANSWER)
    pair = client.exchange("the-code", "https://o.example/cb", VERIFIER)
    assert zoom.received[0].path == "/oauth/token"
    assert form(zoom) == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "https://o.example/cb",
        "code_verifier": VERIFIER,
    }
    assert pair == oauth.TokenPair(
        access_token="canary-access-aa11",
        refresh_token="canary-refresh-bb22",
        expires_in_s=3599,
        scopes=frozenset({"meeting:write:meeting", "user:read:user"}),
        api_url="https://api-eu.zoom.us",
    )


def test_refresh_sends_the_refresh_token_only(zoom, client):
    zoom.reply(200, ANSWER)
    assert client.refresh("old-token").refresh_token == "canary-refresh-bb22"
    assert form(zoom) == {"grant_type": "refresh_token", "refresh_token": "old-token"}


def test_revoke_sends_the_access_token(zoom, client):
    zoom.reply(200, {"status": "success"})
    client.revoke("access")
    assert zoom.received[0].path == "/oauth/revoke"
    assert form(zoom) == {"token": "access"}


def test_no_secret_in_the_repr_of_a_pair(zoom, client):
    zoom.reply(200, ANSWER)
    pair = client.refresh("x")
    assert "canary" not in f"{pair!r} {pair} {[pair]}"


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
@pytest.mark.parametrize("value", [None, "", 7, "a b", "a\r\nb", "é", "x" * 20_000])
def test_an_answer_without_two_usable_tokens_is_bad(zoom, client, name, value):
    zoom.reply(200, ANSWER | {name: value})
    with pytest.raises(errors.ZoomBadAnswer) as caught:
        client.refresh("x")
    assert caught.value.ambiguous


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(60, 60), (60.9, 60), (None, 3600), ("60", 3600), (0, 3600), (10**9, 3600)],
)
def test_an_odd_lifetime_does_not_cost_the_connection(zoom, client, value, seconds):
    zoom.reply(200, ANSWER | {"expires_in": value})
    assert client.refresh("x").expires_in_s == seconds


@pytest.mark.parametrize("value", [None, 7, "", ["a"]])
def test_scopes_that_are_not_told_are_none(zoom, client, value):
    zoom.reply(200, ANSWER | {"scope": value})
    assert client.refresh("x").scopes == frozenset()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://api.zoom.us", "https://api.zoom.us"),
        ("https://api-eu.zoom.us/", "https://api-eu.zoom.us"),
        ("https://api.zoom.us.example", None),
        ("https://example/", None),
        ("http://api.zoom.us", None),
        ("https://u@api.zoom.us", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_regional_address_is_kept_when_it_is_zooms(zoom, client, value, kept):
    zoom.reply(200, ANSWER | {"api_url": value})
    assert client.refresh("x").api_url == kept


def test_the_address_of_a_configured_simulator_is_kept(zoom, client, server):
    zoom.reply(200, ANSWER | {"api_url": server.url})
    assert client.refresh("x").api_url == server.url


def test_a_dead_grant_and_a_wrong_app_are_told_apart(zoom, client):
    zoom.reply(400, {"reason": "Invalid Token!", "error": "invalid_grant"})
    with pytest.raises(errors.ZoomGrantRevoked):
        client.refresh("x")
    zoom.reply(400, {"reason": "Invalid client", "error": "invalid_client"})
    with pytest.raises(errors.ZoomAppRejected):
        client.refresh("x")


def test_a_good_app_is_known_by_what_is_refused_instead(zoom, client):
    zoom.reply(400, {"reason": "Invalid Token!", "error": "invalid_grant"})
    client.check_app()
    assert form(zoom)["grant_type"] == "refresh_token"
    zoom.reply(400, {"reason": "Invalid authorization code", "error": "invalid_grant"})
    client.check_app("https://o.example/cb")
    assert form(zoom)["grant_type"] == "authorization_code"
    assert form(zoom)["redirect_uri"] == "https://o.example/cb"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_client"}, errors.ZoomAppRejected),
        (400, {"code": 4709}, errors.ZoomAppRejected),
        (503, {}, errors.ZoomServerError),
        (200, ANSWER, errors.ZoomBadAnswer),
    ],
    ids=str,
)
def test_an_app_that_is_not_known_good_is_told(zoom, client, status, body, kind):
    zoom.reply(status, body)
    with pytest.raises(kind):
        client.check_app()
