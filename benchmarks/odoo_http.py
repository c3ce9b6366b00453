# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A user's log-in over HTTP, with the websocket of an open page."""

import contextlib
import json
import time

import websocket

from devtools.chaos.rpc import User

# Odoo: bus/websocket.py, the version of the worker that the server accepts.
_WEBSOCKET_VERSION = "19.0-2"
_TIMEOUT_S = 60


class Login(User):
    """One user with a page open in a browser."""

    @contextlib.contextmanager
    def open_page(self):
        """Gives a websocket that hears what this user's open pages hear."""
        if self.uid is None:
            self.log_in()
        address = self.url.replace("http://", "ws://")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies())
        page = _patiently(
            lambda: websocket.create_connection(
                f"{address}/websocket?version={_WEBSOCKET_VERSION}",
                cookie=cookies,
                origin=self.url,
                timeout=_TIMEOUT_S,
            )
        )
        try:
            subscribe = {"event_name": "subscribe", "data": {"channels": [], "last": 0}}
            page.send(json.dumps(subscribe))
            yield page
        finally:
            page.close()


def _patiently(connect):
    """The connection, once the process that holds websockets has started, too."""
    until = time.monotonic() + _TIMEOUT_S
    while True:
        try:
            return connect()
        except websocket.WebSocketException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def messages(page, kind):
    """The payloads of bus messages of this *kind*, as they come in."""
    while True:
        for heard in json.loads(page.recv()):
            if heard["message"]["type"] == kind:
                yield heard["message"]["payload"]
