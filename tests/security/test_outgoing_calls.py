# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attacks on our calls to Zoom; each is a row of docs/threat_model.md.

The servers here speak real TLS on this machine.
"""

import os
import socket
import ssl
import threading
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from unittest.mock import patch

import trustme

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom import server_config
from odoo.addons.psynamica_zoom.server_config import ServerConfigError
from odoo.addons.psynamica_zoom.tests.session_case import SessionCase
from odoo.addons.psynamica_zoom.zoom_api import errors, users
from odoo.addons.psynamica_zoom.zoom_api.endpoint import ZoomEndpoint
from odoo.addons.psynamica_zoom.zoom_api.transport import ZoomTransport

TOKEN = "canary-access-token-7d20c1e9"
ELSEWHERE = (
    *("https://zoom.example", "https://zoom.us.example", "https://evilzoom.us"),
    *("http://zoom.us", "https://zoom.us:8443", "https://user@zoom.us"),
    *("https://zoom.us@evil.example", "https://evil.example/zoom.us", "//zoom.us"),
    *("https://10.0.0.1", "https://169.254.169.254/latest", "https://[fd00::1]"),
    *("https://192.168.0.1:8069", "https://127.0.0.1.example", "file:///etc/passwd"),
    *("gopher://127.0.0.1", "https://2130706433", "https://zоom.us", "https://"),
)


class FakeZoom:
    """Answers every request with the same bytes, and remembers what it was sent."""

    def __init__(self, folder, name="127.0.0.1", newest=ssl.TLSVersion.TLSv1_3):
        authority = trustme.CA()
        self.ca_file = os.path.join(folder, "ca.pem")
        authority.cert_pem.write_to_path(self.ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = newest
        authority.issue_cert(name).configure_cert(context)
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        self.received = []
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self):
        while True:
            try:
                line, _address = self._listener.accept()
            except OSError:
                return
            with line:
                self._answer(line)

    def _answer(self, line):
        try:
            with self._context.wrap_socket(line, server_side=True) as secure:
                self.received.append(secure.recv(65_536))
                secure.sendall(self.answer)
        except OSError:
            return  # the other side refused us, which is what is tested

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


class OutgoingCase(SessionCase):
    @contextmanager
    def fake_zoom(self, **options):
        with TemporaryDirectory() as folder:
            server = FakeZoom(folder, **options)
            try:
                yield server
            finally:
                server.stop()

    def transport(self, server, **options):
        """Return a transport to that server, which trusts its authority."""
        options = {"ca_file": server.ca_file, "tls_minimum": "1.3"} | options
        endpoint = ZoomEndpoint(
            oauth_url=server.url, api_url=f"{server.url}/v2", **options
        )
        made = ZoomTransport(endpoint)
        self.addCleanup(made.close)
        return made

    def assert_nothing_sent(self, server, transport):
        with self.assertRaises(errors.ZoomUnreachable) as refused:
            users.me(transport, TOKEN)
        self.assertFalse(refused.exception.ambiguous)
        self.assertEqual(server.received, [])


@tagged("post_install", "-at_install")
class TestWhere(OutgoingCase):
    def test_base_address_elsewhere(self):
        for name in ("OAUTH_URL", "API_URL", "WEB_URL"):
            for address in ELSEWHERE:
                surroundings = {f"PSYNAMICA_ZOOM_{name}": address}
                with (
                    self.subTest(name=name, address=address),
                    patch.dict(os.environ, surroundings),
                    self.assertRaises(ServerConfigError),
                ):
                    server_config.endpoint()

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_app")
    def test_nothing_is_sent_with_a_base_address_elsewhere(self):
        self.sim.clear_calls()
        with (
            patch.dict(os.environ, PSYNAMICA_ZOOM_API_URL="https://evil.example/v2"),
            self.assertRaises(errors.ZoomUnreachable),
        ):
            self.app._transport()
        self.assertEqual(self.sim.calls(), [])

    def test_zoom_and_a_simulator_on_this_machine_are_fine(self):
        for address in (
            "https://zoom.us",
            "https://api-eu.zoom.us",
            self.zoom.https_url,
        ):
            with patch.dict(os.environ, PSYNAMICA_ZOOM_API_URL=address):
                self.assertEqual(server_config.endpoint().api_url, address)

    def test_redirects_are_not_followed(self):
        with self.fake_zoom() as elsewhere, self.fake_zoom() as server:
            for status in (301, 302, 303, 307, 308):
                server.answer = (
                    f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.url}/v2\r\n"
                    "Content-Length: 0\r\n\r\n"
                ).encode()
                with self.assertRaises(errors.ZoomError):
                    users.me(self.transport(server), TOKEN)
            self.assertEqual(len(server.received), 5)
            self.assertEqual(elsewhere.received, [])

    def test_api_address_in_an_answer_with_tokens(self):
        for address in (*ELSEWHERE, "https://api.evil.example", None, 7, "x" * 5000):
            self.sim.app(api_url=str(address))
            with self.subTest(address=str(address)[:40]):
                self.assertIsNone(self.pair().api_url)
        self.sim.app(api_url="https://api-eu.zoom.us")
        self.assertEqual(self.pair().api_url, "https://api-eu.zoom.us")

    def test_join_address_elsewhere(self):
        circuits = self.env["psynamica.zoom.circuit"]
        for address in (*ELSEWHERE, "javascript:alert(1)", ""):
            circuits.search([]).unlink()  # else Zoom is left alone after a few
            self.sim.clear_faults()
            self.sim.clear_calls()
            self.sim.fault(
                method="POST",
                path="/v2/users/me/meetings",
                status=201,
                json={"id": 98765432101, "join_url": address, "start_url": address},
            )
            event = self.plan_session()
            self.deliver()
            with self.subTest(address=address):
                self.assertEqual(self.calls("POST"), ["/v2/users/me/meetings"])
                self.assertFalse(self.meeting_of(event).join_url)
                self.assertFalse(self.meeting_of(event).zoom_id)

    def test_ids_stay_in_their_place_of_the_path(self):
        with self.fake_zoom() as server:
            self.transport(server).api(
                "GET", "/meetings/%s", token=TOKEN, ids=["../users/me?x=1#\r\nX: 1"]
            )
            [request] = server.received
            self.assertTrue(request.startswith(b"GET /v2/meetings/..%2Fusers%2Fme%3Fx"))
            self.assertNotIn(b"\r\nX: 1", request)

    def test_proxies_and_passwords_of_the_surroundings(self):
        with self.fake_zoom() as proxy, self.fake_zoom() as server:
            surroundings = dict.fromkeys(
                ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), proxy.url
            )
            surroundings |= {"NO_PROXY": "", "no_proxy": ""}
            surroundings |= {"REQUESTS_CA_BUNDLE": proxy.ca_file}
            with patch.dict(os.environ, surroundings):
                self.transport(server).api("GET", "/users/me", token=TOKEN)
            self.assertEqual(len(server.received), 1)
            self.assertEqual(proxy.received, [])


@tagged("post_install", "-at_install")
class TestTls(OutgoingCase):
    def test_tls_below_the_minimum(self):
        with self.fake_zoom(newest=ssl.TLSVersion.TLSv1_2) as old:
            self.assert_nothing_sent(old, self.transport(old))
            self.transport(old, tls_minimum="1.2").api("GET", "/x", token=TOKEN)
            self.assertEqual(len(old.received), 1)

    def test_minimum_that_is_no_minimum(self):
        for version in ("1.1", "1.0", "", "ssl3", None):
            with self.assertRaises(ValueError):
                ZoomEndpoint(tls_minimum=version)

    def test_certificate_of_an_unknown_authority(self):
        with self.fake_zoom() as server, self.fake_zoom() as other:
            stranger = self.transport(server, ca_file=other.ca_file)
            self.assert_nothing_sent(server, stranger)
            self.assert_nothing_sent(server, self.transport(server, ca_file=None))

    def test_certificate_for_another_name(self):
        with self.fake_zoom(name="zoom.us") as server:
            self.assert_nothing_sent(server, self.transport(server))

    def test_plain_http(self):
        for address in ("http://127.0.0.1", "http://zoom.us"):
            with self.assertRaises(ValueError):
                ZoomEndpoint(api_url=address)
        with self.fake_zoom() as server:
            adapters = self.transport(server)._session.adapters
            self.assertEqual(list(adapters), ["https://"])
