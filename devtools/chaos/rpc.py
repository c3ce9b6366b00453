# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo as a browser talks to it: a session of one user, over JSON-RPC."""

import itertools
import re
import threading

import requests

TIMEOUT_S = 60
_CSRF = re.compile(r'name="csrf_token"\s+value="([^"]+)"')
_SESSION_EXPIRED = 100  # Odoo: http.py, code of SessionExpiredException


class NoAnswer(Exception):
    """The request was cut or broke the server; it may have been carried out."""


class Refused(Exception):
    """The server said no, in words; nothing was changed."""


class User:
    """One logged-in user. May be used by several threads at once."""

    def __init__(self, url, database, login, password):
        self.login = login
        self.uid = None
        self.url = url
        self._database = database
        self._password = password
        self._http = requests.Session()
        self._http.trust_env = False
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._csrf = ""

    def close(self):
        """Closes the connections."""
        self._http.close()

    def log_in(self):
        """Begins a session.

        :raises NoAnswer: Odoo did not answer
        :raises Refused: wrong password
        """
        with self._lock:
            answer = self._rpc(
                "/web/session/authenticate",
                {
                    "db": self._database,
                    "login": self.login,
                    "password": self._password,
                },
            )
            self.uid = answer["uid"]
            self._csrf = ""

    def call(self, model, method, *args, **kwargs):
        """The result of a public method, called as this user.

        :raises NoAnswer: nobody knows whether it was done
        :raises Refused: it was not done
        """
        if self.uid is None:
            self.log_in()
        words = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        path = f"/web/dataset/call_kw/{model}/{method}"
        try:
            return self._rpc(path, words)
        except _Expired:
            self.log_in()
            return self._rpc(path, words)

    def cookies(self):
        """The (name, value) pairs by which Odoo knows the session."""
        return self._http.cookies.items()

    def get(self, path):
        """The answer to opening an address; redirects are not followed."""
        return self._send("GET", path)

    def post_form(self, path, **values):
        """The answer to sending a form, with the token that guards it."""
        return self._send("POST", path, data={**values, "csrf_token": self._token()})

    def _token(self):
        if not self._csrf:
            # The smallest page with a form: what a return without an attempt shows.
            page = self._send("GET", "/psynamica_zoom/callback")
            found = _CSRF.search(page.text)
            if not found:
                raise NoAnswer("no form to send")
            self._csrf = found[1]
        return self._csrf

    def _rpc(self, path, params):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": params,
            "id": next(self._numbers),
        }
        answer = self._send("POST", path, json=body)
        try:
            content = answer.json()
        except ValueError:
            raise NoAnswer(f"{path}: status {answer.status_code}") from None
        if "error" in content:
            raise _error(content["error"])
        return content.get("result")  # a method may return nothing

    def _send(self, method, path, **options):
        url = path if path.startswith("http") else self.url + path
        try:
            answer = self._http.request(
                method, url, timeout=TIMEOUT_S, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise NoAnswer(f"{path}: {type(error).__name__}") from None
        if answer.status_code >= 500:
            raise NoAnswer(f"{path}: status {answer.status_code}")
        return answer


class _Expired(Exception):
    pass


def _error(error):
    data = error.get("data", {})
    name = data.get("name", "")
    if error.get("code") == _SESSION_EXPIRED or name.endswith(
        "SessionExpiredException"
    ):
        return _Expired()
    text = f"{name}: {data.get('message', '')}".strip()[:300]
    # Exceptions of PostgreSQL's driver: the connection or the server went away.
    if name.startswith("psycopg2"):
        return NoAnswer(text)
    return Refused(text)
