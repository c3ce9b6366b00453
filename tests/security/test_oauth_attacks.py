# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attacks on connecting an account; each is a row of docs/threat_model.md."""

from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from odoo.http import Request, root
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import oauth as controller
from odoo.addons.psynamica_zoom.controllers.public_page import CONNECT_PATH
from odoo.addons.psynamica_zoom.models.zoom_app import CALLBACK_PATH
from odoo.addons.psynamica_zoom.tests.test_oauth_controller import OAuthCase
from odoo.addons.psynamica_zoom.tests.zoom_case import ANNA, BORIS, CLIENT_SECRET
from odoo.addons.psynamica_zoom.zoom_api import oauth

EVIL = "evil.example"
# Every name under which a framework or a provider takes an address to go to.
REDIRECTING = (
    *("redirect", "redirect_uri", "redirect_url", "redirect_to", "url", "next", "r"),
    *("return", "return_to", "returnTo", "goto", "dest", "continue", "back", "target"),
    *("iss", "code", "state", "error", "error_uri", "scope", "session_state", "lang"),
)
EVIL_ADDRESSES = (
    f"https://{EVIL}/",
    f"//{EVIL}",
    f"/\\{EVIL}",
    f"https:{EVIL}",
    "javascript:alert(1)//evil.example",
)
INJECTED = "x\r\nX-Injected: canary\r\nSet-Cookie: session_id=canary"


class OAuthAttack(OAuthCase):
    def attempt(self):
        """Return the attempt as the server keeps it."""
        return root.session_store.get(self.session.sid).get(controller.SESSION_KEY)

    def token_of_the_form(self):
        """Return what proves that a form is ours, for the session of the browser."""
        return Request.csrf_token(self)

    def keep_attempt(self, attempt):
        """Put an attempt (back) into the session of the browser."""
        session = root.session_store.get(self.session.sid)
        session[controller.SESSION_KEY] = attempt
        root.session_store.save(session)

    def assert_refused(self, answer, problem, traded=0):
        self.assert_nothing_changed(answer, problem)
        self.assertEqual(self.traded(), traded)

    def assert_not_from_us(self, answer):
        """Nothing that the address said came back in a header."""
        self.assertLess(answer.status_code, 500)
        self.assertNotIn("X-Injected", answer.headers)
        for value in answer.headers.values():
            self.assertNotIn("canary", value)
            self.assertNotIn("\n", value)

    def assert_stays_here(self, answer):
        self.assertLess(answer.status_code, 500)
        where = urlsplit(answer.headers.get("Location", ""))
        self.assertIn(where.netloc, ("", urlsplit(self.base_url()).netloc))
        self.assertIn(where.scheme, ("", "http"))
        self.assertIn(where.path, ("", controller.INTEGRATIONS_PATH))
        self.assertNotIn(EVIL, where.query)
        self.assertNotIn(EVIL, answer.text)


@tagged("post_install", "-at_install")
class TestState(OAuthAttack):
    def test_no_state(self):
        values = self.allow(self.question())
        del values["state"]
        self.assert_refused(self.come_back(values), "no_state")
        self.assert_refused(self.come_back(values | {"state": ""}), "no_state")

    def test_foreign_state(self):
        values = self.allow(self.question()) | {"state": oauth.new_state()}
        self.assert_refused(self.come_back(values), "foreign_state")

    def test_state_that_is_no_state(self):
        for state in ("ключ", "\x00", "x" * 5000, "None", "[]", '{"a":1}', "%s"):
            with self.subTest(state=state[:8]):
                values = self.allow(self.question()) | {"state": state}
                self.assert_refused(self.come_back(values), "foreign_state")

    def test_replayed_state_after_success(self):
        values = self.allow(self.question())
        self.assertEqual(self.come_back(values).status_code, 303)
        again = self.allow(self.question()) | {"state": values["state"]}
        self.assert_problem(self.come_back(values), "foreign_state")
        self.assert_problem(self.come_back(again), "foreign_state")
        self.assertEqual(self.traded(), 1)

    def test_replayed_state_after_refusal(self):
        values = self.allow(self.question())
        self.come_back({"error": "access_denied", "state": values["state"]})
        self.assert_refused(self.come_back(values), "foreign_state")

    def test_replayed_state_that_another_request_has_put_back(self):
        """Sessions are files: who read one before can write it back afterwards."""
        values = self.allow(self.question())
        attempt = self.attempt()
        self.come_back(values | {"code": "invented"})
        self.keep_attempt(attempt)
        self.assert_refused(self.come_back(values), "foreign_state", traded=1)

    def test_expired_state(self):
        values = self.allow(self.question())
        expires_at = self.attempt()["expires_at"]
        with patch.object(controller, "time") as clock:
            clock.time.return_value = expires_at
            answer = self.come_back(values)
        self.assert_refused(answer, "expired")

    def test_state_of_another_session(self):
        values = self.allow(self.question())
        self.log_in(self.therapist)
        self.assert_refused(self.come_back(values), "foreign_state")

    def test_state_of_another_user(self):
        values = self.allow(self.question())
        attempt = self.attempt()
        self.log_in(self.colleague)
        self.keep_attempt(attempt)
        answer = self.come_back(values)
        self.assert_refused(answer, "foreign_state")
        self.assert_nothing_changed(answer, "foreign_state", self.colleague)

    def test_state_of_somebody_who_is_logged_out(self):
        values = self.allow(self.question())
        self.authenticate(None, None)
        answer = self.come_back(values)
        self.assert_refused(answer, "login_needed")
        self.assertNotIn(values["code"], answer.text)
        self.assertNotIn(values["code"], str(answer.headers))

    def test_portal_user(self):
        values = self.allow(self.question())
        attempt = self.attempt()
        portal = new_test_user(self.env, "client@portal.test", "base.group_portal")
        self.log_in(portal)
        self.keep_attempt(attempt | {"uid": portal.id})
        self.assertEqual(self.come_back(values).status_code, 404)
        self.assertEqual(self.begin().status_code, 404)
        self.assertFalse(self.connection_of(portal))
        self.assertEqual(self.traded(), 0)

    def test_attempt_that_is_malformed(self):
        values = self.allow(self.question())
        whole = self.attempt()
        for attempt in (
            "text",
            [],
            {},
            {"state": values["state"]},
            whole | {"uid": None},
            whole | {"expires_at": 0},
        ):
            with self.subTest(attempt=attempt):
                self.keep_attempt(attempt)
                answer = self.come_back(values)
                self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.traded(), 0)


@tagged("post_install", "-at_install")
class TestCode(OAuthAttack):
    def test_code_of_the_attackers_own_attempt(self):
        """PKCE: the code does not fit the verifier in the victim's session."""
        attackers = self.allow(self.question(), account=BORIS)
        values = self.allow(self.question()) | {"code": attackers["code"]}
        self.assert_refused(self.come_back(values), "code_refused", traded=1)

    def test_code_that_is_no_code(self):
        for code in ("", "x" * 3000, "a\nb", "a\x00b"):
            with self.subTest(code=code[:8]):
                values = {"state": self.question()["state"], "code": code}
                self.assert_refused(self.come_back(values), "code_refused")

    def test_code_beside_an_error(self):
        values = self.allow(self.question()) | {"error": "access_denied"}
        self.assert_refused(self.come_back(values), "declined")

    def test_answer_that_names_another_provider(self):
        """The code goes to the configured Zoom, whatever the address says."""
        values = self.allow(self.question()) | {
            "iss": f"https://{EVIL}",
            "token_endpoint": f"https://{EVIL}/oauth/token",
            "api_url": f"https://{EVIL}",
            "access_token": "canary-access-token-of-another-provider",
            "client_id": "another-client",
            "redirect_uri": f"https://{EVIL}/",
        }
        self.assertEqual(self.come_back(values).status_code, 303)
        connection = self.connection_of(self.therapist)
        self.assertEqual(connection.email, ANNA)
        self.assertNotIn("canary", connection._open("access_token_sealed"))

    def test_parameters_given_twice(self):
        """The first counts, for all of them alike; a forged one first is refused."""
        values = self.allow(self.question())
        query = urlencode([("state", "forged"), *values.items()])
        self.assert_refused(self.open(f"{CALLBACK_PATH}?{query}"), "foreign_state")

    def test_callback_by_post(self):
        values = self.allow(self.question())
        with mute_logger("odoo.http"):
            answer = self.open(CALLBACK_PATH, data=values)
        self.assertEqual(answer.status_code, 405)
        self.assertEqual(self.traded(), 0)


@tagged("post_install", "-at_install")
class TestConnected(OAuthAttack):
    def test_forged_callback_while_connected(self):
        before = self.connect(self.therapist)
        tokens = before._open("access_token_sealed")
        stolen = self.allow(self.question(), account=BORIS)
        for values in (
            {},
            {"code": stolen["code"]},
            {"code": stolen["code"], "state": "forged"},
            {"error": "access_denied"},
            {"error": "access_denied", "state": "forged"},
        ):
            with self.subTest(values=sorted(values)):
                self.assertEqual(self.come_back(values).status_code, 200)
        self.env.invalidate_all()
        after = self.connection_of(self.therapist)
        self.assertEqual((after.state, after.email), ("connected", ANNA))
        self.assertEqual(after._open("access_token_sealed"), tokens)

    def test_account_of_a_colleague(self):
        before = self.connect(self.colleague)
        answer = self.come_back(self.allow(self.question()))
        self.assert_nothing_changed(answer, "taken")
        self.assertEqual(before.state, "connected")
        self.assertNotIn(self.colleague.name, answer.text)


@tagged("post_install", "-at_install")
class TestBeginning(OAuthAttack):
    def test_connect_by_get(self):
        answer = self.open(CONNECT_PATH)
        self.assert_stays_here(answer)
        self.assertIsNone(self.attempt())

    @mute_logger("odoo.http")
    def test_connect_without_a_token_against_forgery(self):
        self.log_in(self.colleague)
        others = self.token_of_the_form()
        self.log_in(self.therapist)
        for data in ({"x": "1"}, {"csrf_token": ""}, {"csrf_token": others}):
            with self.subTest(data=data):
                self.assertEqual(self.open(CONNECT_PATH, data=data).status_code, 400)
                self.assertIsNone(self.attempt())

    def test_verifier_and_secret_stay_here(self):
        location = self.begin().headers["Location"]
        self.assertNotIn(self.attempt()["verifier"], location)
        self.assertNotIn(CLIENT_SECRET, location)
        self.assertIn("code_challenge_method=S256", location)

    def test_another_host_name_in_the_request(self):
        for header in ("Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded"):
            with self.subTest(header=header):
                value = f"host={EVIL}" if header == "Forwarded" else EVIL
                data = {"csrf_token": self.token_of_the_form()}
                answer = self.open(CONNECT_PATH, data=data, headers={header: value})
                self.assertNotIn(EVIL, answer.headers.get("Location", ""))
                self.assertNotIn(EVIL, answer.text)


@tagged("post_install", "-at_install")
class TestParameters(OAuthAttack):
    def test_open_redirect_in_every_parameter_of_the_callback(self):
        for name in REDIRECTING:
            for address in EVIL_ADDRESSES:
                with self.subTest(name=name, address=address):
                    self.assert_stays_here(self.come_back({name: address}))

    def test_open_redirect_after_success(self):
        values = self.allow(self.question())
        evil = {name: EVIL_ADDRESSES[0] for name in REDIRECTING if name not in values}
        del evil["error"]
        answer = self.come_back(evil | values)
        self.assertEqual(answer.status_code, 303)
        self.assert_stays_here(answer)

    def test_open_redirect_in_every_parameter_of_connect(self):
        for name in REDIRECTING:
            with self.subTest(name=name):
                self.assert_stays_here(self.open(f"{CONNECT_PATH}?{name}=//{EVIL}"))
                data = {"csrf_token": self.token_of_the_form(), name: f"//{EVIL}"}
                location = self.open(CONNECT_PATH, data=data).headers["Location"]
                self.assertTrue(location.startswith(self.zoom.http_url))
                self.assertNotIn(EVIL, location)

    def test_header_injection(self):
        state = self.question()["state"]
        for name in REDIRECTING:
            with self.subTest(name=name):
                self.assert_not_from_us(self.come_back({name: INJECTED}))
        self.assert_not_from_us(self.come_back({"state": state, "code": INJECTED}))
        self.assert_not_from_us(self.open(f"{CONNECT_PATH}?x=%0d%0aX-Injected:canary"))

    def test_huge_parameters(self):
        for name in ("state", "code", "error", "error_description", "x" * 20_000):
            with self.subTest(name=name[:20]):
                answer = self.come_back({"state": "x", name: "y" * 40_000})
                self.assertLess(answer.status_code, 500)
                self.assertNotIn("y" * 100, answer.text)
        many = {f"n{number}": "v" for number in range(5_000)}
        self.assertLess(self.come_back(many).status_code, 500)
        self.assertEqual(self.traded(), 0)

    def test_huge_code_with_the_right_state(self):
        values = self.allow(self.question()) | {"code": "y" * 40_000}
        answer = self.come_back(values)
        self.assertLess(answer.status_code, 500)
        self.assertNotIn("y" * 100, answer.text)
        self.assertFalse(self.therapist.sudo().zoom_connection_ids.refresh_token_sealed)

    def test_script_in_every_parameter(self):
        for name in REDIRECTING:
            with self.subTest(name=name):
                answer = self.come_back({name: "<script>canary</script>"})
                self.assertNotIn("canary", answer.text)

    def test_nothing_of_the_address_leaks_from_the_page(self):
        values = {"state": "canary-state", "code": "canary-code"}
        for answer in (self.come_back(values), self.begin()):
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("canary", self.come_back(values).text)

    def test_page_in_a_frame(self):
        answer = self.come_back({"state": "x"})
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
