# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A stand-in for Google's calendar server, for google_calendar to talk to.

It is its own proxy: a client that is told ``HTTPS_PROXY`` asks it for
www.googleapis.com, and gets this server under that name, with a certificate of a
private authority. So google_calendar runs unchanged. Each call takes as long as the
command line says: ``python -m benchmarks.google_stand_in PORT CA_FILE LATENCY_MS``.
"""

import json
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

HOST = "www.googleapis.com"


class Handler(BaseHTTPRequestHandler):
    """Answers what google_calendar asks: events are taken, changed, deleted, listed."""

    protocol_version = "HTTP/1.1"
    latency_s = 0.0
    context = None

    def do_CONNECT(self):
        self.send_response(200, "Connection established")
        self.end_headers()
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_POST(self):
        event = json.loads(self._body())
        self._answer(200, {"id": event["id"], "status": "confirmed"})

    def do_PATCH(self):
        self._body()
        self._answer(200, {"status": "confirmed"})

    def do_DELETE(self):
        self._answer(204)

    def do_GET(self):
        self._answer(200, {"items": [], "nextSyncToken": "next"})

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status, content=None):
        time.sleep(self.latency_s)
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


def main(port, ca_file, latency_ms):
    """Serves until it is ended."""
    authority = trustme.CA()
    Handler.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(Handler.context)
    Handler.latency_s = int(latency_ms) / 1000
    Path(ca_file).write_bytes(authority.cert_pem.bytes())
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
