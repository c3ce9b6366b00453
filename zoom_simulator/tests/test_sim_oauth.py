# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OAuth over real HTTPS: one refusal per check, then what works."""

from urllib.parse import parse_qs, urlsplit

import pytest

from sim_case import ANNA, BORIS, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
WISH = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": REDIRECT_URI,
    "state": "st-4711_~",
}
INVALID_TOKEN = (400, {"reason": "Invalid Token!", "error": "invalid_grant"})
BAD_REQUEST = (400, {"reason": "Bad Request", "error": "invalid_request"})


def said(answer):
    return answer.status_code, answer.json()


def invalid_code(code):
    reason = f"Invalid authorization code {code}"
    return 400, {"reason": reason, "error": "invalid_grant"}


def ask(caller, **changes):
    wish = {k: v for k, v in (WISH | changes).items() if v is not None}
    return caller.call("GET", "/oauth/authorize", params=wish)


def decide(caller, sim, user=ANNA, decision="allow", **changes):
    form = {k: v for k, v in (WISH | changes).items() if v is not None}
    user_id = next(u["id"] for u in sim.state()["users"] if u["email"] == user)
    form |= {"user": user_id, "decision": decision}
    return caller.call("POST", "/oauth/authorize", data=form)


def location_of(answer):
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


# --- the page


def test_the_page_shows_app_scopes_accounts_and_both_buttons(caller, sim):
    sim.app(name="Practice <b>&", optional_scopes=["meeting:read:list_meetings"])
    answer = ask(caller)
    assert answer.status_code == 200
    assert "Practice &lt;b&gt;&amp; asks for access" in answer.text
    for text in (ANNA, BORIS, "meeting:write:meeting", "Allow", "Decline"):
        assert text in answer.text
    assert 'type="checkbox" name="scope" value="meeting:read:list_meetings"' in (
        answer.text
    )


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"redirect_uri": REDIRECT_URI + "/"}, "4,700"),
        ({"redirect_uri": "https://evil.example/"}, "4,700"),
        ({"redirect_uri": None}, "4,700"),
        ({"client_id": "nobody"}, "4,702"),
        ({"client_id": None}, "4,702"),
        ({"response_type": "token"}, "4,700"),
        ({"response_type": None}, "4,700"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "S512"}, "4,700"),
    ],
)
def test_a_wrong_request_ends_on_a_page_and_never_in_a_redirect(
    caller, sim, change, number
):
    for answer in (ask(caller, **change), decide(caller, sim, **change)):
        assert answer.status_code == 400
        assert number in answer.text
        assert "Location" not in answer.headers


def test_a_disabled_app_is_shown_to_nobody(caller, sim):
    sim.app(disabled=True)
    assert "4,717" in ask(caller).text


def test_loopback_ports_are_ignored_only_with_pkce(caller, sim):
    sim.app(redirect_uris=["http://127.0.0.1:1/cb"])
    other = {"redirect_uri": "http://127.0.0.1:5000/cb"}
    assert ask(caller, **other).status_code == 400
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert ask(caller, **other, **pkce).status_code == 200
    other["redirect_uri"] = "http://127.0.0.1:5000/other"
    assert ask(caller, **other, **pkce).status_code == 400
    other["redirect_uri"] = "http://localhost:1/cb"
    assert ask(caller, **other, **pkce).status_code == 400


def test_allowing_sends_back_code_and_state(caller, sim):
    base, query = location_of(decide(caller, sim))
    assert base == REDIRECT_URI
    assert set(query) == {"code", "state"}
    assert query["state"] == WISH["state"]
    assert caller.exchange(query["code"]).status_code == 200


def test_the_answer_is_appended_to_a_redirect_uri_with_a_query(caller, sim):
    uri = REDIRECT_URI + "?a=1"
    sim.app(redirect_uris=[uri])
    location = decide(caller, sim, redirect_uri=uri).headers["Location"]
    assert location.startswith(uri + "&code=")


def test_declining_sends_back_access_denied_and_state(caller, sim):
    base, query = location_of(decide(caller, sim, decision="decline"))
    assert base == REDIRECT_URI
    assert query == {"error": "access_denied", "state": WISH["state"]}


def test_an_install_from_the_marketplace_has_a_code_but_no_state(caller, sim):
    assert "Add" in caller.call("GET", "/marketplace/app").text
    _base, query = location_of(decide(caller, sim, state=None))
    assert set(query) == {"code"}
    sim.app(redirect_uris=[])
    assert caller.call("GET", "/marketplace/app").status_code == 400
    other = caller.call("GET", "/marketplace/app?client_id=nobody")
    assert other.status_code == 400


def test_a_blocked_app_needs_the_administrator(caller, sim, anna):
    sim.account(ANNA, app_blocked=True)
    answer = decide(caller, sim)
    assert answer.status_code == 403
    assert "4,738" in answer.text
    assert anna.api("GET", "/users/me").status_code == 401
    assert said(anna.refresh()) == INVALID_TOKEN


def test_an_optional_scope_can_be_unticked(caller, sim):
    sim.app(optional_scopes=["user:read:user"])
    _base, query = location_of(decide(caller, sim))
    scope = caller.exchange(query["code"]).json()["scope"].split()
    assert "user:read:user" not in scope
    assert "meeting:write:meeting" in scope


# --- trading a code


def test_the_answer_of_the_token_endpoint(caller, sim):
    answer = caller.exchange(sim.authorize(ANNA)["code"])
    pair = answer.json()
    assert set(pair) == {
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "api_url",
    }
    assert pair["token_type"] == "bearer"
    assert pair["expires_in"] == 3600
    assert pair["api_url"] == caller.base
    assert set(pair["scope"].split()) == set(sim.state()["apps"][0]["scopes"])
    assert len(pair["access_token"]) > 500
    assert pair["access_token"] != pair["refresh_token"]


def test_the_api_address_has_the_name_we_were_called_by(caller, sim):
    caller.base = caller.base.replace("127.0.0.1", "localhost")
    pair = caller.exchange(sim.authorize(ANNA)["code"]).json()
    assert pair["api_url"] == caller.base
    assert "localhost" in pair["api_url"]


def test_scopes_come_in_any_order(caller, sim):
    orders = {
        caller.exchange(sim.authorize(ANNA)["code"]).json()["scope"] for _ in range(20)
    }
    assert len(orders) > 1


def test_a_code_works_once(caller, sim):
    code = sim.authorize(ANNA)["code"]
    assert caller.exchange(code).status_code == 200
    assert said(caller.exchange(code)) == invalid_code(code)


def test_a_code_lives_five_minutes(caller, sim):
    young, old = sim.authorize(ANNA)["code"], sim.authorize(ANNA)["code"]
    sim.advance_clock(295)
    assert caller.exchange(young).status_code == 200
    sim.advance_clock(6)
    assert said(caller.exchange(old)) == invalid_code(old)


def test_an_invented_code_is_refused(caller):
    assert said(caller.exchange("nonsense")) == invalid_code("nonsense")


def test_a_code_of_another_app_is_refused_and_not_used_up(caller, sim):
    sim.add_app("second-app", client_secret="second-secret")
    code = sim.authorize(ANNA)["code"]
    other = caller.exchange(code, auth=("second-app", "second-secret"))
    assert said(other) == invalid_code(code)
    assert caller.exchange(code).status_code == 200


def test_the_redirect_uri_has_to_be_the_same(caller, sim):
    code = sim.authorize(ANNA)["code"]
    answer = caller.exchange(code, redirect_uri=REDIRECT_URI + "x")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_code_of_a_user_who_has_left_is_refused(caller, sim):
    code = sim.authorize(ANNA)["code"]
    sim.user(ANNA, removed=True)
    assert said(caller.exchange(code)) == invalid_code(code)
    assert ANNA not in ask(caller).text


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), ("", VERIFIER)]
)
def test_pkce(caller, sim, method, challenge):
    wish = {"code_challenge": challenge, "code_challenge_method": method}
    code = sim.authorize(ANNA, **wish)["code"]
    assert caller.exchange(code, code_verifier=VERIFIER).status_code == 200
    for wrong in ({}, {"code_verifier": VERIFIER[:-1]}, {"code_verifier": "ü"}):
        code = sim.authorize(ANNA, **wish)["code"]
        answer = caller.exchange(code, **wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_pkce_through_the_page(caller, sim):
    wish = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    _base, query = location_of(decide(caller, sim, **wish))
    assert caller.exchange(query["code"], code_verifier=VERIFIER).status_code == 200


# --- who asks


@pytest.mark.parametrize(
    "auth", [(CLIENT_ID, "wrong"), ("wrong", CLIENT_SECRET), ("", "")]
)
def test_wrong_credentials(caller, sim, auth):
    wrong = {
        "reason": "Invalid client_id or client_secret",
        "error": "invalid_client",
    }
    assert said(caller.exchange(sim.authorize(ANNA)["code"], auth=auth)) == (400, wrong)


@pytest.mark.parametrize(
    "header", ["Basic", "Basic abc", "Basic /w==", "Basic YWJj", "Bearer abc"]
)
def test_a_malformed_authorization_header(caller, header):
    answer = caller.call(
        "POST", "/oauth/token", data={"a": "b"}, headers={"Authorization": header}
    )
    assert answer.json()["error"] == "invalid_client"


def test_credentials_in_the_form_are_taken_too(caller, sim):
    code = sim.authorize(ANNA)["code"]
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert caller.exchange(code, auth=None, **form).status_code == 200


def test_a_disabled_app_gets_nothing(caller, sim, anna):
    sim.app(disabled=True)
    answer = anna.refresh()
    assert answer.status_code == 400
    assert answer.json() == {
        "reason": "The app has been disabled by the developer",
        "error": "invalid_client",
    }
    assert anna.api("GET", "/users/me").status_code == 401
    sim.app(disabled=False)
    assert anna.refresh().status_code == 200


# --- how it asks


@pytest.mark.parametrize("name", ["code", "refresh_token", "token", "access_token"])
def test_secrets_in_the_query_string_are_refused(caller, name):
    answer = caller.call(
        "POST", f"/oauth/token?{name}=x", auth=(CLIENT_ID, CLIENT_SECRET)
    )
    assert (answer.status_code, answer.json()["code"]) == (401, 124)
    assert "not supported as query parameter string" in answer.json()["message"]


def test_the_token_endpoint_wants_a_form(caller, sim):
    auth = (CLIENT_ID, CLIENT_SECRET)
    body = {"grant_type": "refresh_token", "refresh_token": "x"}
    as_json = caller.call("POST", "/oauth/token", json=body, auth=auth)
    assert said(as_json) == BAD_REQUEST
    in_query = caller.call(
        "POST", "/oauth/token?grant_type=refresh_token", data=body, auth=auth
    )
    assert said(in_query) == BAD_REQUEST
    twice = caller.call(
        "POST", "/oauth/token", data=[*body.items(), *body.items()], auth=auth
    )
    assert said(twice) == BAD_REQUEST


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": "client_credentials"},
        {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI},
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "refresh_token"},
    ],
)
def test_an_incomplete_form_is_a_bad_request(caller, form):
    assert said(caller.token(**form)) == BAD_REQUEST or not form


# --- refreshing


def test_a_refresh_replaces_the_refresh_token(anna):
    old = anna.refresh_token
    pair = anna.keep(anna.refresh())
    assert pair["refresh_token"] != old
    assert said(anna.refresh(old)) == INVALID_TOKEN
    assert anna.refresh().status_code == 200


def test_the_access_token_of_before_goes_on_unless_told_otherwise(anna, sim):
    old = anna.access
    anna.keep(anna.refresh())
    assert anna.api("GET", "/users/me", token=old).status_code == 200
    sim.settings(refresh_ends_old_access=True)
    older = anna.access
    anna.keep(anna.refresh())
    assert anna.api("GET", "/users/me", token=older).status_code == 401
    assert anna.api("GET", "/users/me").status_code == 200


def test_a_grace_time_can_be_switched_on(anna, sim):
    sim.settings(refresh_grace_s=30)
    old = anna.refresh_token
    anna.keep(anna.refresh(old))
    anna.keep(anna.refresh(old))
    sim.advance_clock(31)
    assert said(anna.refresh(old)) == INVALID_TOKEN


def test_lifetimes(anna, sim):
    sim.advance_clock(3590)
    assert anna.api("GET", "/users/me").status_code == 200
    sim.advance_clock(11)
    answer = anna.api("GET", "/users/me")
    expired = {"code": 124, "message": "Access token is expired."}
    assert said(answer) == (401, expired)
    anna.keep(anna.refresh())
    sim.advance_clock(90 * 24 * 3600 - 10)
    assert anna.refresh().status_code == 200
    sim.advance_clock(11)
    assert said(anna.refresh()) == INVALID_TOKEN


def test_a_newer_authorisation_kills_the_older_tokens(connect):
    first, second = connect(), connect()
    assert said(first.refresh()) == INVALID_TOKEN
    invalid = {"code": 124, "message": "Invalid access token."}
    assert said(first.api("GET", "/users/me")) == (401, invalid)
    assert second.api("GET", "/users/me").status_code == 200


def test_authorisations_of_other_users_and_apps_are_left_alone(connect, sim):
    first = connect(ANNA)
    connect(BORIS)
    sim.add_app("second-app", client_secret="second-secret")
    code = sim.authorize(ANNA, client_id="second-app")["code"]
    auth = ("second-app", "second-secret")
    assert first.exchange(code, auth=auth).status_code == 200
    assert first.refresh().status_code == 200
    assert said(first.refresh(auth=auth)) == INVALID_TOKEN


def test_a_refresh_does_not_need_more_than_it_is_told(anna):
    assert said(anna.refresh("never seen")) == INVALID_TOKEN


# --- revoking


def revoke(someone, token, **kwargs):
    kwargs.setdefault("auth", (CLIENT_ID, CLIENT_SECRET))
    return someone.call("POST", "/oauth/revoke", data={"token": token}, **kwargs)


def test_revoking_uninstalls(anna, sim):
    assert said(revoke(anna, anna.access)) == (200, {"status": "success"})
    assert anna.api("GET", "/users/me").status_code == 401
    assert said(anna.refresh()) == INVALID_TOKEN
    assert said(revoke(anna, anna.access)) == INVALID_TOKEN
    assert sim.state()["grants"] == []


def test_what_cannot_be_revoked(anna, sim):
    assert said(revoke(anna, anna.refresh_token)) == INVALID_TOKEN
    assert said(revoke(anna, "")) == BAD_REQUEST
    wrong = revoke(anna, anna.access, auth=(CLIENT_ID, "wrong"))
    assert wrong.json()["error"] == "invalid_client"
    sim.add_app("second-app", client_secret="second-secret")
    other = revoke(anna, anna.access, auth=("second-app", "second-secret"))
    assert said(other) == INVALID_TOKEN
    assert anna.api("GET", "/users/me").status_code == 200


def test_a_user_who_has_left_has_no_tokens(anna, sim):
    sim.user(ANNA, removed=True)
    assert anna.api("GET", "/users/me").status_code == 401
    assert said(anna.refresh()) == INVALID_TOKEN
