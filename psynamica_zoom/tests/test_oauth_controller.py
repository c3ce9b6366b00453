# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""To Zoom and back: the ways that succeed and fail.  Attacks: tests/security."""

import os
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.exceptions import ConcurrencyError
from odoo.http import Request, root
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import oauth as controller
from odoo.addons.psynamica_zoom.controllers.public_page import CONNECT_PATH
from odoo.addons.psynamica_zoom.models.zoom_app import CALLBACK_PATH

from .zoom_case import ANNA, CLIENT_ID, CLIENT_SECRET, ZoomHttpCase

LOGGER = controller.__name__
PROBLEM_HEADINGS = {
    "declined": "You did not allow the connection",
    "expired": "This attempt has expired",
    "no_state": "One more step: connect from here",
    "foreign_state": "This attempt was not started here",
    "code_refused": "Zoom did not confirm the connection",
    "scopes_missing": "Zoom did not give all permissions needed",
    "unreachable": "Zoom cannot be reached at the moment",
    "taken": "This Zoom account is already in use here",
    "app_rejected": "Zoom does not accept the practice's app",
    "login_needed": "Please log in first",
    "unconfigured": "Zoom is not set up here yet",
}


class OAuthCase(ZoomHttpCase):
    def setUp(self):
        super().setUp()
        self.log_in(self.therapist)

    def begin(self):
        """Press Connect and return the answer."""
        data = {"csrf_token": Request.csrf_token(self)}
        return self.open(CONNECT_PATH, data=data)

    def question(self):
        """Press Connect and return what Zoom is asked."""
        answer = self.begin()
        self.assertEqual(answer.status_code, 303)
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: value for name, [value] in query.items()}

    def allow(self, question, account=ANNA, **wanted):
        """Allow the app at Zoom and return what the browser comes back with."""
        names = ("redirect_uri", "state", "code_challenge", "code_challenge_method")
        asked = {name: question[name] for name in names}
        back = urlsplit(self.sim.authorize(account, **asked, **wanted)["redirect"])
        return {name: value for name, [value] in parse_qs(back.query).items()}

    def come_back(self, values):
        return self.open(CALLBACK_PATH, params=values)

    def assert_problem(self, answer, problem):
        self.assertEqual(answer.status_code, 200)
        heading = html.fromstring(answer.content).findtext(".//main/h1")
        self.assertEqual(heading, PROBLEM_HEADINGS[problem])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def assert_nothing_changed(self, answer, problem, user=None):
        self.assert_problem(answer, problem)
        connection = self.connection_of(user or self.therapist)
        self.assertNotIn("connected", connection.mapped("state"))

    def traded(self):
        """Return how often a code was traded at Zoom."""
        return len(self.sim.calls(kind="oauth", path="/oauth/token"))


@tagged("post_install", "-at_install")
class TestConnect(OAuthCase):
    def test_asks_zoom_with_a_fresh_state_and_a_hashed_verifier(self):
        first, second = self.question(), self.question()
        self.assertEqual(first["client_id"], CLIENT_ID)
        self.assertEqual(first["redirect_uri"], self.app._redirect_uri())
        self.assertEqual(first["response_type"], "code")
        self.assertEqual(first["code_challenge_method"], "S256")
        self.assertNotIn("scope", first)
        for name in ("state", "code_challenge"):
            self.assertGreaterEqual(len(first[name]), 43)
            self.assertNotEqual(first[name], second[name])

    def test_sends_the_browser_to_zoom_and_tells_zoom_nothing_of_us(self):
        answer = self.begin()
        location = answer.headers["Location"]
        self.assertTrue(location.startswith(f"{self.zoom.http_url}/oauth/authorize?"))
        self.assertNotIn(CLIENT_SECRET, location)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    @mute_logger("odoo.http")
    def test_needs_the_token_of_our_own_form(self):
        answer = self.open(CONNECT_PATH, data={"csrf_token": "somebody else's"})
        self.assertEqual(answer.status_code, 400)

    def test_opened_as_a_page_begins_nothing(self):
        answer = self.open(CONNECT_PATH)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(
            urlsplit(answer.headers["Location"]).path, controller.INTEGRATIONS_PATH
        )

    def test_without_an_app_says_so(self):
        self.app._set_credentials(client_secret="")
        self.assert_problem(self.begin(), "unconfigured")

    @mute_logger(LOGGER)
    def test_with_an_unusable_address_of_zoom_says_so(self):
        with patch.dict(os.environ, PSYNAMICA_ZOOM_WEB_URL="ftp://zoom.us"):
            self.assert_problem(self.begin(), "unconfigured")

    def test_asks_who_is_not_logged_in_to_log_in(self):
        self.authenticate(None, None)
        self.assert_problem(self.begin(), "login_needed")

    def test_is_for_internal_users_only(self):
        portal = new_test_user(self.env, "client@portal.test", "base.group_portal")
        self.log_in(portal)
        self.assertEqual(self.begin().status_code, 404)
        self.assertEqual(self.come_back({"state": "x"}).status_code, 404)


@tagged("post_install", "-at_install")
class TestCallback(OAuthCase):
    def test_connects_and_leads_back_to_the_integrations(self):
        answer = self.come_back(self.allow(self.question()))
        self.assertEqual(answer.status_code, 303)
        location = urlsplit(answer.headers["Location"])
        self.assertIn(location.netloc, ("", urlsplit(self.base_url()).netloc))
        self.assertEqual(
            (location.path, location.query),
            (controller.INTEGRATIONS_PATH, "zoom=connected"),
        )
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        connection = self.connection_of(self.therapist)
        self.assertEqual(connection.state, "connected")
        self.assertEqual(connection.email, ANNA)

    def test_connects_whoever_may_not_be_read(self):
        scopes = [
            "meeting:write:meeting",
            "meeting:update:meeting",
            "meeting:delete:meeting",
        ]
        self.come_back(self.allow(self.question(), scopes=scopes))
        connection = self.connection_of(self.therapist)
        self.assertEqual(connection.state, "connected")
        self.assertFalse(connection.email)
        self.assertFalse(self.sim.calls(path="/v2/users/me"))

    def test_declined_at_zoom(self):
        state = self.question()["state"]
        answer = self.come_back({"error": "access_denied", "state": state})
        self.assert_nothing_changed(answer, "declined")
        self.assertEqual(self.traded(), 0)

    def test_begun_at_zoom_has_no_state(self):
        values = self.allow(self.question())
        del values["state"]
        answer = self.come_back(values)
        self.assert_nothing_changed(answer, "no_state")
        self.assertEqual(self.traded(), 0)
        form = html.fromstring(answer.content).find(".//form")
        self.assertEqual(form.get("action"), CONNECT_PATH)

    def kept_attempt(self):
        """Return the attempt as the server keeps it."""
        return root.session_store.get(self.session.sid)[controller.SESSION_KEY]

    def test_in_the_last_moment(self):
        values = self.allow(self.question())
        expires_at = self.kept_attempt()["expires_at"]
        with patch.object(controller, "time") as clock:
            clock.time.return_value = expires_at - 1
            answer = self.come_back(values)
        self.assertEqual(answer.status_code, 303)

    def test_lives_for_ten_minutes(self):
        with patch.object(controller, "time") as clock:
            clock.time.return_value = 1000.0
            self.question()
        self.assertEqual(self.kept_attempt()["expires_at"], 1600.0)

    def test_a_code_zoom_does_not_know(self):
        values = self.allow(self.question()) | {"code": "invented"}
        self.assert_nothing_changed(self.come_back(values), "code_refused")

    def test_permissions_missing_are_named_and_the_grant_is_withdrawn(self):
        granted = ["meeting:write:meeting", "user:read:user"]
        answer = self.come_back(self.allow(self.question(), scopes=granted))
        self.assert_nothing_changed(answer, "scopes_missing")
        named = html.fromstring(answer.content).xpath("//main//code/text()")
        self.assertEqual(named, ["meeting:update:meeting", "meeting:delete:meeting"])
        self.assertEqual(len(self.sim.calls(path="/oauth/revoke")), 1)

    def test_permissions_missing_are_named_also_when_zoom_cannot_withdraw(self):
        self.sim.fault(path="/oauth/revoke", preset="cut_before")
        answer = self.come_back(self.allow(self.question(), scopes=["user:read:user"]))
        self.assert_nothing_changed(answer, "scopes_missing")

    @mute_logger(LOGGER)
    def test_zoom_does_not_answer(self):
        values = self.allow(self.question())
        self.sim.fault(path="/oauth/token", preset="cut_before")
        self.assert_nothing_changed(self.come_back(values), "unreachable")

    @mute_logger(LOGGER, "odoo.addons.psynamica_zoom.models.zoom_app")
    def test_the_keys_of_this_server_are_unusable(self):
        values = self.allow(self.question())
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS="damaged"):
            self.assert_nothing_changed(self.come_back(values), "unreachable")
        self.assertEqual(self.traded(), 0)

    @mute_logger(LOGGER)
    def test_zoom_does_not_say_whose_account_it_is(self):
        values = self.allow(self.question())
        self.sim.fault(path="/v2/users/me", preset="503")
        answer = self.come_back(values)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.connection_of(self.therapist).state, "connected")

    @mute_logger(LOGGER)
    def test_zoom_does_not_accept_the_app(self):
        values = self.allow(self.question())
        self.sim.app(client_secret="another")
        self.assert_nothing_changed(self.come_back(values), "app_rejected")

    def test_the_same_user_may_take_the_same_account_again(self):
        self.connect(self.therapist)
        self.assertEqual(self.come_back(self.allow(self.question())).status_code, 303)
        self.assertEqual(self.connection_of(self.therapist).state, "connected")

    def test_asks_who_is_not_logged_in_to_log_in(self):
        values = self.allow(self.question())
        self.authenticate(None, None)
        answer = self.come_back(values)
        self.assert_nothing_changed(answer, "login_needed")
        self.assertNotIn(values["code"], answer.text)

    @mute_logger("odoo.service.model")
    def test_a_lost_race_of_the_database_does_not_trade_the_code_twice(self):
        values = self.allow(self.question())
        users = type(self.env["res.users"])
        connect = users._zoom_connect
        outcomes = [ConcurrencyError("lost"), None]

        def lose_first(user, *pair_and_zoom_user):
            if outcome := outcomes.pop(0):
                raise outcome
            return connect(user, *pair_and_zoom_user)

        with (
            patch.object(users, "_zoom_connect", lose_first),
            patch("odoo.service.model.time.sleep"),
        ):
            answer = self.come_back(values)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.traded(), 1)
        self.assertEqual(self.connection_of(self.therapist).state, "connected")

    def test_logs_neither_code_nor_state_nor_tokens(self):
        values = self.allow(self.question())
        with self.assertLogs("odoo.addons.psynamica_zoom", "DEBUG") as logs:
            self.come_back(values)
        text = "\n".join(logs.output)
        for secret in (values["code"], values["state"], CLIENT_SECRET, ANNA):
            self.assertNotIn(secret, text)
