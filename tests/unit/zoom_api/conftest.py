# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server on this machine that speaks real TLS and answers as it is told to."""

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from psynamica_zoom.zoom_api.transport import ZoomEndpoint, ZoomTransport

TRACKING_ID = "WEB_7f3a9c"


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Script:
    """What the server does next, and what it has been asked."""

    steps: list = field(default_factory=list)
    received: list = field(default_factory=list)
    connections: int = 0
    stay: threading.Event = field(default_factory=threading.Event)

    def reply(self, status=200, body=b"", **headers):
        """Answer the next request with this; `body` may be an object for JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        def step(handler):
            handler.send_response(status)
            handler.send_header("x-zm-trackingid", TRACKING_ID)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            if status != 204:
                handler.send_header("content-length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

        self.steps.append(step)

    def raw(self, content):
        """Answer the next request with exactly these bytes and hang up."""

        def step(handler):
            handler.wfile.write(content)
            handler.close_connection = True

        self.steps.append(step)

    def flood(self, head, size):
        """Send this head and so many bytes, and leave the reader waiting for more."""

        def step(handler):
            handler.wfile.write(head + b"x" * size)
            self.stay.wait()
            handler.close_connection = True

        self.steps.append(step)

    def hang(self):
        """Leave the next request without an answer until `stay` is set."""

        def step(handler):
            self.stay.wait()
            handler.close_connection = True

        self.steps.append(step)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        self.request.do_handshake()
        self.server.script.connections += 1
        super().setup()

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        script = self.server.script
        script.received.append(
            Received(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
        )
        script.steps.pop(0)(self)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_args):
        """Say nothing: what the client makes of it is what is tested."""


class TlsServer(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits until every socket is closed

    def __init__(self, context):
        super().__init__(("127.0.0.1", 0), Handler)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.script = Script()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Say nothing: refused handshakes and cut lines are part of the tests."""

    def stop(self):
        self.script.stay.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def tls_server(authority):
    """Return a function that starts a server; all are stopped afterwards."""
    started = []

    def start(name="127.0.0.1", newest=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = newest
        authority.issue_cert(name).configure_cert(context)
        started.append(TlsServer(context))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def connect(ca_file):
    """Return a function that makes a transport to an address."""
    made = []

    def make(url, *, tls_minimum="1.3", ca_file=ca_file, **options):
        endpoint = ZoomEndpoint(
            oauth_url=url, api_url=url + "/v2", ca_file=ca_file, tls_minimum=tls_minimum
        )
        made.append(ZoomTransport(endpoint, **options))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def server(tls_server):
    return tls_server()


@pytest.fixture
def zoom(server):
    """Return the script of a running server."""
    return server.script


@pytest.fixture
def transport(server, connect):
    return connect(server.url)
