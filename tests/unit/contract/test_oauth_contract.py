# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting, refreshing and removing, as Zoom's OAuth server has it."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from psynamica_zoom.services import scopes
from psynamica_zoom.zoom_api import errors, oauth, users

from .conftest import ANNA, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI


def me(transport, token):
    return users.me(transport, token).email


def test_a_code_becomes_tokens_that_work(connect, transport, zoom):
    pair = connect()
    assert me(transport, pair.access_token) == ANNA
    assert pair.expires_in_s == 3600
    assert scopes.missing_required(pair.scopes) == ()
    assert pair.api_url == zoom.https_url


def test_a_person_can_allow_it_in_a_browser(app, transport, endpoint, zoom):
    verifier, state = oauth.new_verifier(), oauth.new_state()
    url = oauth.authorize_url(
        endpoint, CLIENT_ID, REDIRECT_URI, state, oauth.challenge(verifier)
    )
    (user,) = [one for one in zoom.sim.state()["users"] if one["email"] == ANNA]
    query = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
    with requests.Session() as browser:
        browser.trust_env = False
        browser.verify = zoom.ca_file
        assert browser.get(url, timeout=20).status_code == 200
        answer = browser.post(
            url.split("?")[0],
            data={**query, "user": user["id"], "decision": "allow"},
            allow_redirects=False,
            timeout=20,
        )
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == [state]
    pair = app.exchange(back["code"][0], REDIRECT_URI, verifier)
    assert me(transport, pair.access_token) == ANNA


def test_another_verifier_does_not_fit(app, sim):
    code = sim.authorize(
        ANNA,
        code_challenge=oauth.challenge(oauth.new_verifier()),
        code_challenge_method="S256",
    )["code"]
    with pytest.raises(errors.ZoomGrantRevoked):
        app.exchange(code, REDIRECT_URI, oauth.new_verifier())


def test_a_code_is_good_for_one_use(app, sim):
    verifier = oauth.new_verifier()
    code = sim.authorize(
        ANNA,
        code_challenge=oauth.challenge(verifier),
        code_challenge_method="S256",
    )["code"]
    assert app.exchange(code, REDIRECT_URI, verifier)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.exchange(code, REDIRECT_URI, verifier)


def test_a_code_lives_for_five_minutes(app, sim):
    verifier = oauth.new_verifier()
    code = sim.authorize(
        ANNA,
        code_challenge=oauth.challenge(verifier),
        code_challenge_method="S256",
    )["code"]
    sim.advance_clock(301)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.exchange(code, REDIRECT_URI, verifier)


def test_a_made_up_code_is_refused(app):
    with pytest.raises(errors.ZoomGrantRevoked):
        app.exchange("canary-code", REDIRECT_URI, oauth.new_verifier())


def test_refresh_rotates_and_the_old_one_is_dead(app, connect, transport):
    first = connect()
    second = app.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.scopes == first.scopes
    assert me(transport, second.access_token) == ANNA
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(first.refresh_token)
    assert app.refresh(second.refresh_token)


def test_an_old_access_token_is_refreshed_once_and_works(app, connect, transport, sim):
    pair = connect()
    sim.expire_tokens(ANNA, "access")
    with pytest.raises(errors.ZoomTokenExpired):
        me(transport, pair.access_token)
    assert me(transport, app.refresh(pair.refresh_token).access_token) == ANNA


def test_ninety_days_without_use_end_a_connection(app, connect, sim):
    pair = connect()
    sim.advance_clock(91 * 24 * 3600)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)


def test_a_lost_answer_to_a_refresh_is_ambiguous(app, connect, sim):
    pair = connect()
    sim.fault(method="POST", path="/oauth/token", preset="cut_after")
    with pytest.raises(errors.ZoomUnreachable) as caught:
        app.refresh(pair.refresh_token)
    assert caught.value.ambiguous
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)


def test_allowing_it_again_ends_the_older_connection(app, connect, transport):
    first, second = connect(), connect()
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(first.refresh_token)
    assert me(transport, second.access_token) == ANNA


def test_an_app_removed_at_zoom_is_noticed_by_either_call(app, connect, transport, sim):
    pair = connect()
    sim.remove_app(ANNA)
    with pytest.raises(errors.ZoomTokenExpired):
        me(transport, pair.access_token)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)


def test_revoking_removes_the_app(app, connect, transport):
    pair = connect()
    app.revoke(pair.access_token)
    with pytest.raises(errors.ZoomTokenExpired):
        me(transport, pair.access_token)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)
    with pytest.raises(errors.ZoomError):
        app.revoke(pair.access_token)


def test_the_app_is_checked_without_a_user(app, transport, sim):
    app.check_app()
    app.check_app(REDIRECT_URI)
    for wrong in (
        oauth.OAuthClient(transport, CLIENT_ID, "wrong"),
        oauth.OAuthClient(transport, "wrong", CLIENT_SECRET),
        oauth.OAuthClient(transport, CLIENT_ID, ""),
    ):
        with pytest.raises(errors.ZoomAppRejected):
            wrong.check_app()
    sim.app(disabled=True)
    with pytest.raises(errors.ZoomAppRejected):
        app.check_app()


def test_a_wrong_secret_does_not_blame_the_user(connect, transport):
    pair = connect()
    wrong = oauth.OAuthClient(transport, CLIENT_ID, "wrong")
    with pytest.raises(errors.ZoomAppRejected):
        wrong.refresh(pair.refresh_token)


def test_an_administrators_veto_is_the_users_to_solve(app, connect, sim):
    pair = connect()
    sim.account(ANNA, app_blocked=True)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)


def test_a_user_who_has_left_is_known_by_the_refresh(app, connect, sim):
    pair = connect()
    sim.user(ANNA, removed=True)
    with pytest.raises(errors.ZoomGrantRevoked):
        app.refresh(pair.refresh_token)


def test_scopes_a_user_did_not_tick_are_seen_at_once(connect):
    granted = connect(scopes=["meeting:write:meeting"]).scopes
    assert scopes.missing_required(granted) == (
        "meeting:update:meeting",
        "meeting:delete:meeting",
    )
