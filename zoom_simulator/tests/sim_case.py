# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests share: a caller of the API, a receiver of notifications."""

import contextlib
import http.server
import json
import queue
import threading

import requests

REDIRECT_URI = "https://practice.example/callback"
CLIENT_ID = "the-client-id"
CLIENT_SECRET = "canary-client-secret-5b1f0c"
WEBHOOK_SECRET = "canary-webhook-secret-77aa01"
ANNA = "anna@zoom.example"
BORIS = "boris@zoom.example"
NEXT_YEAR = "2036-12-01T14:00:00Z"


class Caller:
    """Somebody who calls the simulator over HTTPS, with or without a token."""

    def __init__(self, zoom):
        self.base = zoom.https_url
        self._session = requests.Session()
        # Otherwise REQUESTS_CA_BUNDLE wins over `verify`.
        self._session.trust_env = False
        self._session.verify = zoom.ca_file
        self.access = self.refresh_token = ""

    def close(self):
        self._session.close()

    def call(self, method, path, **kwargs):
        kwargs = {"allow_redirects": False, "timeout": 20} | kwargs
        url = path if path.startswith("http") else self.base + path
        return self._session.request(method, url, **kwargs)

    def api(self, method, path, body=None, *, token=None, **kwargs):
        headers = {"Authorization": f"Bearer {token or self.access}"}
        return self.call(method, f"/v2{path}", json=body, headers=headers, **kwargs)

    def token(self, *, auth=(CLIENT_ID, CLIENT_SECRET), **form):
        return self.call("POST", "/oauth/token", data=form, auth=auth)

    def exchange(self, code, **more):
        return self.token(
            grant_type="authorization_code",
            code=code,
            **{"redirect_uri": REDIRECT_URI} | more,
        )

    def refresh(self, refresh_token=None, **more):
        return self.token(
            grant_type="refresh_token",
            refresh_token=refresh_token or self.refresh_token,
            **more,
        )

    def keep(self, answer):
        assert answer.status_code == 200, answer.text
        pair = answer.json()
        self.access, self.refresh_token = pair["access_token"], pair["refresh_token"]
        return pair

    def new_meeting(self, **body):
        body = {"topic": "Appointment", "start_time": NEXT_YEAR, **body}
        answer = self.api("POST", "/users/me/meetings", body)
        assert answer.status_code == 201, answer.text
        return answer.json()


class Receiver:
    """A tiny receiver of notifications: answers what it was told to, keeps all."""

    def __init__(self, tls=None):
        self.received = queue.Queue()
        self.answers = []
        self.body = b"{}"
        self.hold = threading.Event()
        self.hold.set()
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), self._handler()
        )
        scheme = "http"
        if tls:
            scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}/webhook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def _handler(receiver):  # noqa: N805 (the inner class needs its own `self`)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.put((dict(self.headers.items()), raw))
                receiver.hold.wait(30)
                status = receiver.answers.pop(0) if receiver.answers else 200
                if status is None:
                    self.close_connection = True
                    return
                with contextlib.suppress(ConnectionError):  # nobody waits any more
                    self._say(status, b"" if status == 204 else receiver.body)

            def _say(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        return Handler

    def next(self):
        """Return headers (lower-case names) and raw body of the next one."""
        headers, raw = self.received.get(timeout=20)
        return {name.lower(): value for name, value in headers.items()}, raw

    def next_event(self):
        return json.loads(self.next()[1])

    def close(self):
        self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
