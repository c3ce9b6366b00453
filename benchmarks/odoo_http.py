# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A user's log-in over HTTP: JSON-RPC, and the websocket of an open page."""

import contextlib
import itertools
import json
import time

import requests
import websocket

# Odoo: bus/websocket.py, the version of the worker that the server accepts.
_WEBSOCKET_VERSION = "19.0-2"
_TIMEOUT_S = 60


class Login:
    """One logged-in user."""

    def __init__(self, url, database, login, password):
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False
        self._numbers = itertools.count(1)
        words = {"db": database, "login": login, "password": password}
        self.uid = self._rpc("/web/session/authenticate", words)["uid"]

    def close(self):
        """Closes the connections."""
        self._http.close()

    def call(self, model, method, *args, **kwargs):
        """The result of a public method.

        :raises RuntimeError: Odoo's error
        """
        words = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._rpc(f"/web/dataset/call_kw/{model}/{method}", words)

    @contextlib.contextmanager
    def open_page(self):
        """Gives a websocket that hears what this user's open pages hear."""
        address = self.url.replace("http://", "ws://")
        cookies = "; ".join(
            f"{name}={value}" for name, value in self._http.cookies.items()
        )
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

    def _rpc(self, path, params):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": params,
            "id": next(self._numbers),
        }
        answer = self._http.post(self.url + path, json=body, timeout=_TIMEOUT_S).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer.get("result")


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
