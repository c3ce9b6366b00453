# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications of Zoom: one refusal for each check, and what is done with the rest."""

import hashlib
import hmac
import http.client
import json
import time
from contextlib import closing
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg2

from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import webhook as controller
from odoo.addons.psynamica_zoom.hooks import post_load
from odoo.addons.psynamica_zoom.models import zoom_notification
from odoo.addons.psynamica_zoom.models.calendar_event import JOIN_PATH
from odoo.addons.psynamica_zoom.models.zoom_app import WEBHOOK_PATH

from .zoom_case import ANNA, CLIENT_ID, WEBHOOK_SECRET, ZoomHttpCase

LOGGER = controller.__name__
JSON = "application/json"
TIMESTAMP, SIGNATURE = "x-zm-request-timestamp", "x-zm-signature"


def digest(secret, text):
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class WebhookCase(ZoomHttpCase):
    def meeting_started(self, **changes):
        meeting = {
            "id": "98765432101",
            "uuid": "4444AAAiAAAAAiAiAiiAii==",
            "host_id": "canary-host",
            "topic": "canary-topic",
            "start_time": "2037-03-10T09:00:00Z",
            "duration": 50,
            "timezone": "Europe/Berlin",
        }
        payload = {"account_id": "canary-account", "object": meeting | changes}
        return self.notification("meeting.started", payload)

    def notification(self, event, payload):
        moment_ms = int(time.time() * 1000)
        return {"event": event, "event_ts": moment_ms, "payload": payload}

    def deauthorization(self, **changes):
        payload = {
            "account_id": self.sim.send("GET", "state")["users"][0]["account_id"],
            "user_id": self.zoom_id(),
            "client_id": CLIENT_ID,
            "deauthorization_time": "2037-03-10T09:00:00.000Z",
            "signature": "x",
        }
        return self.notification("app_deauthorized", payload | changes)

    def zoom_id(self):
        users = self.sim.state()["users"]
        return next(user["id"] for user in users if user["email"] == ANNA)

    def send(self, document, *, secret=WEBHOOK_SECRET, at=None, **headers):
        """Send a notification as Zoom does; headers that are None are left out."""
        body = (
            document if isinstance(document, bytes) else json.dumps(document).encode()
        )
        moment = str(int(time.time() if at is None else at))
        signed = digest(secret, b"v0:%s:%s" % (moment.encode(), body))
        all_headers = {
            "Content-Type": "application/json",
            TIMESTAMP: moment,
            SIGNATURE: f"v0={signed}",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        given = {
            name: value for name, value in all_headers.items() if value is not None
        }
        return self.open(WEBHOOK_PATH, method="POST", data=body, headers=given)

    def inbox(self):
        return self.env["psynamica.zoom.notification"].search([])

    def assert_refused(self, answer, status=401):
        self.assertEqual(answer.status_code, status)
        self.assertFalse(self.inbox())
        self.assertNotIn("canary", answer.text)

    def ask(self, method, path, body, headers, **options):
        """Return (answer, body) of one request on a connection of its own."""
        with self.allow_requests(all_requests=True):
            return self.ask_allowed(method, path, body, headers, **options)

    def ask_allowed(self, method, path, body, headers, **options):
        """Ask inside `allow_requests`, which must not be entered twice."""
        where = urlsplit(self.base_url())
        with closing(
            http.client.HTTPConnection(where.hostname, where.port, timeout=10)
        ) as connection:
            connection.request(method, path, body, headers, **options)
            answer = connection.getresponse()
            return answer, answer.read()

    def process(self):
        self.env.ref("psynamica_zoom.ir_cron_inbox").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWithoutDatabase(WebhookCase):
    """Zoom repeats what is answered with 5xx, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        post_load()  # pytest has imported the addon before Odoo could load it

    def lost(self, path, method="GET"):
        """Ask where Odoo serves without a database: this one has another name."""
        headers = {"X-Odoo-Database": "not-this-one", "Content-Type": JSON}
        answer, body = self.ask(method, path, b"{}", headers)
        return answer, body.decode()

    def test_zoom_comes_again(self):
        answer, body = self.lost(WEBHOOK_PATH, "POST")
        self.assertEqual((answer.status, body), (503, ""))
        self.assertTrue(answer.headers["Retry-After"])

    def test_client_who_presses_join_waits_for_the_page(self):
        answer, body = self.lost(JOIN_PATH + "some-token")
        self.assertEqual(answer.status, 503)
        self.assertTrue(answer.headers["Refresh"])
        self.assertIn("Just a moment", body)
        self.assertIn("Подождите", body)
        self.assertNotIn("some-token", body)

    def test_other_addresses_are_odoos(self):
        answer, _body = self.lost("/my/home")
        self.assertEqual(answer.status, 404)


@tagged("post_install", "-at_install")
class TestWebhookRefuses(WebhookCase):
    @mute_logger(LOGGER)
    def test_without_a_secret_of_ours(self):
        self.app._set_credentials(webhook_secret="")
        self.assert_refused(self.send(self.meeting_started()))
        self.assert_refused(self.send(self.meeting_started(), secret=""))

    @mute_logger(LOGGER)
    def test_a_missing_or_malformed_timestamp(self):
        for moment in (None, "", "now", "1e9", "9" * 20):
            with self.subTest(moment=moment):
                self.assert_refused(
                    self.send(self.meeting_started(), **{TIMESTAMP: moment})
                )

    def test_what_is_not_json(self):
        kinds = ("application/x-www-form-urlencoded", "text/plain", "text/json", None)
        for kind in kinds:
            with self.subTest(kind=kind):
                answer = self.send(self.meeting_started(), Content_Type=kind)
                self.assert_refused(answer, 415)

    @mute_logger(LOGGER)
    def test_what_is_malformed_although_signed(self):
        bodies = (
            b"",
            b"not json",
            b"[]",
            b'{"event": "meeting.started"}',
            b'{"event": 5, "payload": {}}',
            b'{"event": "x", "event": "x", "payload": {}}',
            b'{"event": "x", "payload": ' + b"[" * 5000 + b"]" * 5000 + b"}",
            b"\xff\xfe",
        )
        for body in bodies:
            with self.subTest(body=body[:40]):
                self.assert_refused(self.send(body), 400)

    @mute_logger("odoo.http")
    def test_other_methods(self):
        self.assert_refused(self.open(WEBHOOK_PATH), 405)

    @mute_logger(LOGGER)
    def test_everything_while_the_keys_are_unusable_but_asks_zoom_to_repeat(self):
        with patch.dict("os.environ", PSYNAMICA_ZOOM_KEYS="damaged"):
            self.assert_refused(self.send(self.meeting_started()), 503)

    @mute_logger(LOGGER)
    def test_when_the_key_of_the_secret_is_lost(self):
        self.app.sudo().webhook_secret_sealed = "A" * 200
        with mute_logger("odoo.addons.psynamica_zoom.models.zoom_app"):
            self.assert_refused(self.send(self.meeting_started()))


@tagged("post_install", "-at_install")
class TestWebhookAccepts(WebhookCase):
    def test_a_notification_once(self):
        document = self.meeting_started()
        for _delivery in range(2):
            self.assertEqual(self.send(document).status_code, 204)
        notification = self.inbox()
        self.assertEqual(len(notification), 1)
        self.assertEqual(notification.event, "meeting.started")
        self.assertEqual(notification.state, "pending")
        self.assertEqual(notification.facts["meeting_id"], "98765432101")

    def test_nothing_about_people_is_kept(self):
        self.send(self.meeting_started(join_url="https://zoom.us/j/1?pwd=canary-pwd"))
        self.env.cr.execute("SELECT n::text FROM psynamica_zoom_notification n")
        [(row,)] = self.env.cr.fetchall()
        self.assertNotIn("canary-topic", row)
        self.assertNotIn("canary-pwd", row)

    def test_sets_no_cookie(self):
        answer = self.send(self.meeting_started())
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_calls_the_cron(self):
        cron = self.env.ref("psynamica_zoom.ir_cron_inbox")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.send(self.meeting_started())
        self.assertEqual(
            len(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])),
            len(triggers) + 1,
        )

    def test_answers_the_validation_of_the_address(self):
        document = self.notification("endpoint.url_validation", {"plainToken": "abc"})
        answer = self.send(document)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            answer.json(),
            {"plainToken": "abc", "encryptedToken": digest(WEBHOOK_SECRET, b"abc")},
        )
        self.assertFalse(self.inbox())

    def test_the_secret_before_for_a_day(self):
        self.app._set_credentials(webhook_secret="canary-the-new-one")
        document = self.meeting_started()
        for secret in (WEBHOOK_SECRET, "canary-the-new-one"):
            self.assertEqual(self.send(document, secret=secret).status_code, 204)
        self.app.webhook_secret_changed_at -= timedelta(hours=24)
        with mute_logger(LOGGER):
            self.assertEqual(self.send(document).status_code, 401)

    def test_a_change_of_secret_in_answer_to_a_leak_ends_the_leaked_one(self):
        self.app._set_credentials(webhook_secret="")
        self.app._set_credentials(webhook_secret="canary-the-new-one")
        with mute_logger(LOGGER):
            self.assert_refused(self.send(self.meeting_started()))

    def test_trouble_of_the_database_asks_zoom_to_repeat(self):
        inbox = type(self.env["psynamica.zoom.notification"])
        trouble = psycopg2.InterfaceError("gone")
        with (
            patch.object(inbox, "_receive", side_effect=trouble),
            mute_logger("odoo.http"),
        ):
            self.assertEqual(self.send(self.meeting_started()).status_code, 500)

    def test_what_zoom_itself_sends(self):
        self.connect(self.therapist)
        self.sim.app(webhook_url=self.base_url() + WEBHOOK_PATH)
        with self.allow_requests(all_requests=True):
            answer = self.sim.validate_webhook()
            self.sim.create_meeting(
                ANNA, topic="canary", start_time="2037-03-10T09:00:00Z"
            )
            self.sim.webhooks_settled()
        self.http_request_allow_all = False
        self.assertTrue(answer["valid"])
        self.env.invalidate_all()
        self.assertEqual(self.inbox().mapped("event"), ["meeting.created"])


@tagged("post_install", "-at_install")
class TestInbox(WebhookCase):
    def setUp(self):
        super().setUp()
        self.connection = self.connect(self.therapist)
        self.connection.connected_at -= timedelta(minutes=5)

    def test_ignores_a_meeting_that_is_not_ours(self):
        self.send(self.meeting_started())
        self.process()
        self.assertEqual(self.inbox().state, "ignored")
        self.assertEqual(self.connection.state, "connected")

    def test_a_removal_at_zoom_ends_the_connection(self):
        self.send(self.deauthorization())
        self.assertEqual(self.connection.state, "connected")
        self.process()
        self.assertEqual(self.inbox().state, "done")
        self.assertNotEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.sudo().access_token_sealed)
        self.assertFalse(self.connection.sudo().refresh_token_sealed)

    def test_a_removal_before_the_connection_says_nothing(self):
        before = self.connection.connected_at - timedelta(minutes=1)
        moment = before.isoformat() + "Z"
        self.send(self.deauthorization(deauthorization_time=moment))
        self.process()
        self.assertEqual(self.connection.state, "connected")

    def test_a_removal_of_another_app_says_nothing(self):
        self.send(self.deauthorization(client_id="another-app"))
        self.process()
        self.assertEqual(self.inbox().state, "ignored")
        self.assertEqual(self.connection.state, "connected")

    def test_a_removal_by_an_unknown_user_says_nothing(self):
        self.send(self.deauthorization(user_id="nobody-here"))
        self.process()
        self.assertEqual(self.connection.state, "connected")

    def test_a_failure_is_tried_again_and_hinders_nobody(self):
        self.send(self.deauthorization())
        self.send(self.meeting_started())
        connections = type(self.env["psynamica.zoom.connection"])
        with (
            patch.object(connections, "_deauthorized", side_effect=ValueError),
            mute_logger(zoom_notification.__name__),
        ):
            self.process()
            self.assertEqual(self.inbox().mapped("state"), ["pending", "ignored"])
            for _attempt in range(zoom_notification.MOST_ATTEMPTS):
                self.process()
        self.assertEqual(self.inbox().mapped("state"), ["failed", "ignored"])

    def test_a_failure_leaves_nothing_half_done(self):
        self.send(self.deauthorization())

        def break_halfway(connections, **_facts):
            connections.search([]).write({"email": "half@done.example"})
            raise ValueError

        connections = type(self.env["psynamica.zoom.connection"])
        with (
            patch.object(connections, "_deauthorized", break_halfway),
            mute_logger(zoom_notification.__name__),
        ):
            self.process()
        self.assertEqual(self.connection.email, ANNA)

    def test_old_ones_are_removed(self):
        self.send(self.meeting_started())
        self.send(self.deauthorization())
        old, young = self.inbox()
        old.received_at = Datetime.now() - timedelta(days=31)
        self.env["psynamica.zoom.notification"]._gc_old()
        self.assertEqual(self.inbox(), young)
