# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client and the simulated Zoom, each unchanged, over real HTTPS."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from psynamica_zoom.zoom_api import oauth
from psynamica_zoom.zoom_api.transport import ZoomEndpoint, ZoomTransport
from zoom_simulator.running import start

ANNA, BORIS = "anna@zoom.example", "boris@zoom.example"
CLIENT_ID = "contract-client-id"
CLIENT_SECRET = "canary-client-secret-c0417a"
WEBHOOK_SECRET = "canary-webhook-secret-c0417b"
REDIRECT_URI = "https://practice.example/psynamica_zoom/callback"


@pytest.fixture(scope="session")
def zoom():
    running = start(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        webhook_secret=WEBHOOK_SECRET,
        redirect_uris=(REDIRECT_URI,),
    )
    yield running
    running.stop()


@pytest.fixture
def sim(zoom):
    zoom.sim.reset()
    return zoom.sim


@pytest.fixture
def endpoint(zoom):
    return ZoomEndpoint(
        oauth_url=zoom.https_url,
        api_url=zoom.https_url + "/v2",
        web_url=zoom.http_url or None,
        ca_file=zoom.ca_file,
    )


@pytest.fixture
def transport(endpoint):
    made = ZoomTransport(endpoint)
    yield made
    made.close()


@pytest.fixture
def app(transport, sim):
    return oauth.OAuthClient(transport, CLIENT_ID, CLIENT_SECRET)


@pytest.fixture
def connect(app, sim):
    """Return a function that connects a user as our callback does."""

    def connected(user=ANNA, **wanted):
        verifier = oauth.new_verifier()
        code = sim.authorize(
            user,
            code_challenge=oauth.challenge(verifier),
            code_challenge_method="S256",
            **wanted,
        )["code"]
        return app.exchange(code, REDIRECT_URI, verifier)

    return connected


@pytest.fixture
def token(connect):
    return connect().access_token


class Inbox(ThreadingHTTPServer):
    """Takes notifications and keeps them as they came."""

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = queue.Queue()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/webhook"

    def next(self):
        """Return headers and raw body of the next one."""
        return self.received.get(timeout=20)

    def stop(self):
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.put((dict(self.headers.items()), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def inbox(sim):
    started = Inbox()
    sim.app(webhook_url=started.url)
    yield started
    sim.reset()  # nothing may be on its way to an inbox that is gone
    started.stop()
