# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attacks on the webhook; each is a row of docs/threat_model.md."""

import gzip
import json
import socket
import time
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import webhook as controller
from odoo.addons.psynamica_zoom.models.zoom_app import WEBHOOK_PATH
from odoo.addons.psynamica_zoom.tests.test_webhook_controller import (
    SIGNATURE,
    TIMESTAMP,
    WebhookCase,
    digest,
)
from odoo.addons.psynamica_zoom.tests.zoom_case import WEBHOOK_SECRET

LOGGER = controller.__name__
JSON = "application/json"


def signed(body, secret=WEBHOOK_SECRET, at=None):
    """Return the headers with which Zoom would send `body`."""
    moment = str(int(time.time() if at is None else at))
    text = b"v0:%s:%s" % (moment.encode(), body)
    return {TIMESTAMP: moment, SIGNATURE: f"v0={digest(secret, text)}"}


class RawWebhookCase(WebhookCase):
    """Sends what no ordinary client would."""

    def exchange(self, body, headers, *, path=WEBHOOK_PATH, chunked=False):
        """Return (status, body) of one request on a connection of its own."""
        options = {"encode_chunked": chunked}
        answer, text = self.ask("POST", path, body, headers, **options)
        return answer.status, text

    def shout(self, request_line):
        """Send these very bytes as the first line of a request; wait for its end."""
        where = urlsplit(self.base_url())
        with (
            self.allow_requests(all_requests=True),
            socket.create_connection((where.hostname, where.port), 10) as line,
        ):
            line.sendall(request_line + b"\r\nContent-Length: 0\r\n\r\n")
            while line.recv(65_536):
                pass

    def document(self):
        return json.dumps(self.meeting_started()).encode()

    def assert_nothing_stored(self):
        self.env.invalidate_all()
        self.assertFalse(self.inbox())


@tagged("post_install", "-at_install")
class TestSignature(RawWebhookCase):
    @mute_logger(LOGGER)
    def test_signature_missing(self):
        for missing in ({SIGNATURE: None}, {TIMESTAMP: None}, {SIGNATURE: ""}):
            with self.subTest(missing=missing):
                self.assert_refused(self.send(self.meeting_started(), **missing))

    @mute_logger(LOGGER)
    def test_signature_malformed(self):
        right = signed(self.document())[SIGNATURE]
        for signature in (
            *("v0", "v0=", "v0=" + "x" * 64, "v1=" + right[3:], right[3:]),
            *(right.upper(), right + "0", right[:-1], right + "," + right, "=" * 9000),
        ):
            with self.subTest(signature=signature[:12]):
                answer = self.send(self.meeting_started(), **{SIGNATURE: signature})
                self.assert_refused(answer)

    @mute_logger(LOGGER)
    def test_signature_beyond_ascii(self):
        body = self.document()
        for name in (SIGNATURE, TIMESTAMP):
            for value in (
                "ü",
                "v0=ключ",
                "v0=" + "١" * 64,
                "１７００００００００",
                "\xff",
            ):
                with self.subTest(name=name, value=value[:5]):
                    headers = signed(body) | {name: value.encode("utf-8")}
                    status, _text = self.exchange(
                        body, {"Content-Type": JSON, **headers}
                    )
                    self.assertEqual(status, 401)
        self.assert_nothing_stored()

    @mute_logger(LOGGER)
    def test_signature_wrong(self):
        for secret in ("another", WEBHOOK_SECRET + " ", WEBHOOK_SECRET.upper(), ""):
            with self.subTest(secret=len(secret)):
                self.assert_refused(self.send(self.meeting_started(), secret=secret))

    @mute_logger(LOGGER)
    def test_signature_stale(self):
        self.assert_refused(self.send(self.meeting_started(), at=time.time() - 310))

    @mute_logger(LOGGER)
    def test_signature_of_the_future(self):
        self.assert_refused(self.send(self.meeting_started(), at=time.time() + 310))
        self.assert_refused(self.send(self.meeting_started(), at=time.time() * 1000))

    def test_signature_replayed(self):
        """Within its five minutes it is Zoom's own repetition: it counts once."""
        body = self.document()
        headers = signed(body)
        cron = self.env.ref("psynamica_zoom.ir_cron_inbox")
        domain = [("cron_id", "=", cron.id)]
        triggers = self.env["ir.cron.trigger"].search_count(domain)
        for _time in range(5):
            self.assertEqual(self.send(body, **headers).status_code, 204)
        self.assertEqual(len(self.inbox()), 1)
        after = self.env["ir.cron.trigger"].search_count(domain)
        self.assertEqual(after, triggers + 1)

    @mute_logger(LOGGER)
    def test_body_written_anew(self):
        """The signature is over the bytes: the same values written otherwise fail."""
        body = self.document()
        headers = signed(body)
        value = json.loads(body)
        for other in (
            json.dumps(value, indent=1),
            json.dumps(value, separators=(",", ":")),
            json.dumps(value, sort_keys=True),
            body.decode() + "\n",
        ):
            self.assertNotEqual(other.encode(), body)
            self.assert_refused(self.send(other.encode(), **headers))

    @mute_logger(LOGGER)
    def test_secret_not_configured(self):
        self.app._set_credentials(webhook_secret="")
        for secret in ("", " ", "None", "False", WEBHOOK_SECRET):
            with self.subTest(secret=len(secret)):
                self.assert_refused(self.send(self.meeting_started(), secret=secret))

    def test_two_secrets_during_a_rotation(self):
        self.app._set_credentials(webhook_secret="canary-the-new-secret")
        for secret in (WEBHOOK_SECRET, "canary-the-new-secret"):
            answer = self.send(self.meeting_started(), secret=secret)
            self.assertEqual(answer.status_code, 204)
        self.app.webhook_secret_changed_at -= timedelta(hours=24)
        self.env.flush_all()
        with mute_logger(LOGGER):
            late = self.send(self.meeting_started(), secret=WEBHOOK_SECRET)
        self.assertEqual(late.status_code, 401)


@tagged("post_install", "-at_install")
class TestForm(RawWebhookCase):
    def test_form_encoded(self):
        body = urlencode({"payload": self.document().decode()}).encode()
        kind = "application/x-www-form-urlencoded"
        status, _text = self.exchange(body, {"Content-Type": kind, **signed(body)})
        self.assertEqual(status, 415)
        self.assert_nothing_stored()

    def test_other_content_types(self):
        for kind in ("text/plain", "text/json", "application/xml", None, "", "x" * 999):
            with self.subTest(kind=kind):
                answer = self.send(self.meeting_started(), Content_Type=kind)
                self.assert_refused(answer, 415)
        boundary = "multipart/form-data; boundary=x"
        answer = self.send(b"--x\r\n\r\n--x--", Content_Type=boundary)
        self.assert_refused(answer, 415)

    def test_chunked(self):
        """Read as any other body: what counts are the bytes that were signed."""
        body = self.document()
        headers = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
        parts = [body[:40], body[40:]]
        status, _text = self.exchange(iter(parts), headers | signed(body), chunked=True)
        self.assertEqual(status, 204)
        with mute_logger(LOGGER):
            status, _text = self.exchange(
                iter(parts), headers | signed(body + b" "), chunked=True
            )
        self.assertEqual(status, 401)
        self.env.invalidate_all()
        self.assertEqual(len(self.inbox()), 1)

    @mute_logger(LOGGER)
    def test_gzip(self):
        """Zoom sends none, so nothing is unpacked: no bomb, no second reading."""
        packed = gzip.compress(self.document())
        headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}
        status, _text = self.exchange(packed, headers | signed(self.document()))
        self.assertEqual(status, 401)
        status, _text = self.exchange(packed, headers | signed(packed))
        self.assertEqual(status, 400)
        self.assert_nothing_stored()

    def test_a_megabyte(self):
        body = json.dumps(self.meeting_started(topic="x" * 2**20)).encode()
        self.assert_refused(self.send(body), 413)
        headers = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
        parts = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
        with mute_logger(LOGGER, "odoo.http"):
            try:
                status, _text = self.exchange(
                    parts, headers | signed(body), chunked=True
                )
            except (BrokenPipeError, ConnectionResetError):
                status = 413  # the server has hung up on us in the middle of it
        self.assertIn(status, (400, 401, 413))
        self.assert_nothing_stored()

    @mute_logger(LOGGER)
    def test_deep_json(self):
        for depth in (17, 1_000, 30_000):
            nested = b"[" * depth + b"]" * depth
            body = b'{"event":"x","event_ts":1,"payload":{"a":%s}}' % nested
            with self.subTest(depth=depth):
                self.assert_refused(self.send(body), 400)

    @mute_logger(LOGGER)
    def test_names_given_twice(self):
        for body in (
            b'{"event":"x","event":"app_deauthorized","payload":{}}',
            b'{"event":"x","payload":{"user_id":"a","user_id":"b"}}',
        ):
            self.assert_refused(self.send(body), 400)

    @mute_logger(LOGGER)
    def test_numbers_that_are_none(self):
        for number in ("NaN", "Infinity", "-Infinity", "1e999", "0x10", "1" * 5000):
            body = f'{{"event":"x","event_ts":{number},"payload":{{}}}}'.encode()
            with self.subTest(number=number[:9]):
                self.assert_refused(self.send(body), 400)

    @mute_logger(LOGGER)
    def test_wrong_types(self):
        strange = (None, True, 5, -1, 1.5, "text", [], {}, [1], {"a": 1}, "x" * 5000)
        fine = self.meeting_started()
        for value in strange:
            documents = [value]
            documents += [fine | {name: value} for name in ("event", "payload")]
            documents.append(fine | {"event_ts": value})
            documents += [
                self.meeting_started(**{name: value})
                for name in fine["payload"]["object"]
            ]
            documents.append(self.notification("app_deauthorized", {"user_id": value}))
            for document in documents:
                with self.subTest(value=str(value)[:9]):
                    answer = self.send(document)
                    self.assertIn(answer.status_code, (204, 400))
        stored = self.inbox()
        self.assertTrue(stored)
        self.process()  # nothing in the log that would fail a test
        self.assertLessEqual(set(stored.mapped("state")), {"done", "ignored"})

    def test_headers_of_every_size(self):
        for size in (1_000, 60_000):
            headers = {"Content-Type": JSON, "X-Junk": "j" * size, SIGNATURE: "v0=0"}
            with mute_logger(LOGGER, "werkzeug"):
                status, _text = self.exchange(b"{}", headers)
            self.assertIn(status, (401, 431))
        self.assert_nothing_stored()


@tagged("post_install", "-at_install")
class TestMeaning(RawWebhookCase):
    def setUp(self):
        super().setUp()
        self.connection = self.connect(self.therapist)
        self.connection.connected_at -= timedelta(minutes=5)
        self.tokens = self.connection._open("access_token_sealed")

    def assert_connected(self):
        self.process()
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection._open("access_token_sealed"), self.tokens)

    def test_unknown_event(self):
        for event in ("user.deleted", "app_deauthorized2", "meeting", "a.b.c.d"):
            document = self.notification(event, {"object": {}, "user_id": "x"})
            with mute_logger(LOGGER):
                self.assertIn(self.send(document).status_code, (204, 400))
        self.assert_connected()

    def test_another_client_id(self):
        for client_id in ("another-app", "", None, "CANARY-CLIENT-ID-9F3C2A"):
            self.send(self.deauthorization(client_id=client_id))
        self.assert_connected()

    def test_another_account(self):
        self.send(self.deauthorization(user_id="somebody", account_id="another"))
        self.assert_connected()
        # Zoom knows better than whoever says that our user left another account.
        self.send(self.deauthorization(account_id="another"))
        self.assert_connected()


@tagged("post_install", "-at_install")
class TestLog(RawWebhookCase):
    def test_what_the_sender_chose_is_not_in_the_log(self):
        spoiled = self.meeting_started(id="canary\nINJECTED")
        with self.assertLogs() as logs:
            self.send(self.meeting_started(), secret="canary", **{SIGNATURE: "canary"})
            self.send(spoiled)
            self.send(b"canary")
            self.send(b"canary", **{TIMESTAMP: "canary"}, User_Agent="canary")
            self.send(b"canary", Content_Type="canary")
        self.assertNotIn("canary", "\n".join(logs.output))

    def test_the_address_cannot_write_lines_of_its_own(self):
        for query in (
            b"canary=%0d%0aINJECTED",
            b"canary=%C2%85%E2%80%A8%E2%80%AEINJECTED",
            b"canary=\x1b[2J\x9b2JINJECTED",
            b'canary="INJECTED',
        ):
            with self.assertLogs("werkzeug") as logs, mute_logger(LOGGER):
                self.shout(f"POST {WEBHOOK_PATH}?".encode() + query + b" HTTP/1.0")
            text = "".join(logs.output)
            self.assertIn(f"{WEBHOOK_PATH}?***", text)
            self.assertNotIn("canary", text)
            self.assertNotIn("INJECTED", text)

    def test_other_addresses_of_ours_neither(self):
        for query in ("%C2%85LINE", "%E2%80%A8LINE", "%E2%80%AELINE", "%C2%9B2J"):
            with self.assertLogs("werkzeug") as logs:
                self.open(f"/zoom/guide?lang={query}")
            [line] = [line for line in logs.output if "/zoom/guide" in line]
            self.assertEqual(line.splitlines(), [line])
            self.assertTrue(all(c.isprintable() for c in line.strip()), ascii(line))
