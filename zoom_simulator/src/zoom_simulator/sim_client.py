# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A small synchronous client of `/_sim`, without dependencies."""

import http.client
import json
import ssl
import threading
from urllib.parse import quote, urlencode, urlsplit


class SimRefused(Exception):
    """The simulator did not understand a control request."""


class SimClient:
    """Steers one simulator.  May be used by several threads at once."""

    def __init__(self, url: str, ca_file: str = "") -> None:
        """Prepare; nothing is sent yet.

        :param url: the simulator's HTTPS address, or its HTTP one on this machine
        """
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._tls = None
        if parts.scheme == "https":
            self._tls = ssl.create_default_context(cafile=ca_file or None)
        self._local = threading.local()
        self._open: list[http.client.HTTPConnection] = []

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
            self._open.append(self._local.connection)
        return self._local.connection

    def _connect(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=60)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=60, context=self._tls
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()

    def send(self, method: str, path: str, body: dict | None = None, /, **query):
        """Send one control request and return the decoded answer.

        :raises SimRefused: the answer was not 200
        """
        query = {name: value for name, value in query.items() if value is not None}
        target = f"/_sim/{path}" + (f"?{urlencode(query)}" if query else "")
        status, text = self._exchange(
            method, target, json.dumps(body) if body is not None else None
        )
        if status != 200:
            raise SimRefused(f"{method} {path}: {status} {text.decode()}")
        return json.loads(text)

    def _exchange(self, method: str, target: str, body: str | None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection = self._connection()
        for last_try in (False, True):
            try:
                connection.request(method, target, body=body, headers=headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                # The server closes idle connections; nothing was done then.
                connection.close()
                if last_try:
                    raise
        raise AssertionError("unreachable")

    # --- looking

    def state(self) -> dict:
        """Return everything."""
        return self.send("GET", "state")

    def calls(self, **wanted) -> list[dict]:
        """Return calls by `kind`, `method`, `path` (regular expression), `user`."""
        return self.send("GET", "calls", **wanted)

    def wait_for_calls(self, count: int = 1, timeout: float = 10, **wanted):
        """Return calls as soon as there are `count`, or what there is in time."""
        return self.send("GET", "calls/wait", count=count, timeout=timeout, **wanted)

    def meetings(self, user: str | None = None, *, alive: bool = False) -> list[dict]:
        """Return meetings, those of one user, those that are not deleted."""
        only = "true" if alive else None
        return self.send("GET", "meetings", user=user, alive=only)

    def meeting(self, number: int | str) -> dict:
        """Return one meeting, deleted or not."""
        return self.send("GET", f"meetings/{number}")

    def deliveries(self, event: str | None = None, since: int = 0) -> list[dict]:
        """Return the log of notifications."""
        return self.send("GET", "webhooks", event=event, since=since)

    # --- steering

    def reset(self) -> None:
        """Go back to the beginning."""
        self.send("POST", "reset")

    def clear_calls(self) -> None:
        """Forget the calls."""
        self.send("DELETE", "calls")

    def clock(self, **wanted) -> dict:
        """Change the clock: `advance_s`, `set_to`, `speed`, `reset`; return it."""
        return self.send("POST", "clock", wanted)

    def advance_clock(self, seconds: float) -> dict:
        """Let time pass."""
        return self.clock(advance_s=seconds)

    def settings(self, **wanted) -> dict:
        """Change switches, such as `rate_limits=False`."""
        return self.send("PATCH", "settings", wanted)

    def latency(self, seconds: float, jitter_s: float = 0) -> None:
        """Let every API and token call take so long (real seconds)."""
        self.send("POST", "latency", {"seconds": seconds, "jitter_s": jitter_s})

    def fault(self, **wanted) -> dict:
        """Let something go wrong: `preset` or `status`, `cut` …; `method`, `path`."""
        return self.send("POST", "faults", wanted)

    def faults(self) -> dict:
        """Return the rules in force and what has fired."""
        return self.send("GET", "faults")

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self.send("DELETE", "faults")

    def wait_for_held(self, count: int = 1, timeout: float = 30) -> int:
        """Return how many calls a fault holds, as soon as there are `count`."""
        return self.send("GET", "faults/held", count=count, timeout=timeout)["held"]

    def release(self, count: int | None = None) -> None:
        """Let the calls go on that a fault holds: the first `count`, or all."""
        self.send("POST", "faults/release", {"count": count})

    def add_user(self, email: str, **wanted) -> dict:
        """Add a user: `account` or `plan`, `type`, `timezone` …"""
        return self.send("POST", "users", {"email": email, **wanted})

    def user(self, user: str, **changes) -> dict:
        """Change a user: `type`, `timezone`, `hosting_allowed`, `removed` …"""
        return self.send("PATCH", f"users/{quote(user)}", changes)

    def account(self, user: str, **changes) -> dict:
        """Change the account of a user: `plan`, `locks`, `require_passcode` …"""
        return self.send("PATCH", f"accounts/{quote(user)}", changes)

    def app(self, *, client_id: str | None = None, **changes) -> dict:
        """Change the app: `scopes`, `disabled`, `webhook_url` …"""
        return self.send("PATCH", "app", changes, client_id=client_id)

    def add_app(self, client_id: str, **wanted) -> dict:
        """Add another pair of credentials."""
        return self.send("POST", "apps", {"client_id": client_id, **wanted})

    def authorize(self, user: str, **wanted) -> dict:
        """Allow the app without a browser; return `code` and `redirect`."""
        return self.send("POST", "authorize", {"user": user, **wanted})

    def remove_app(self, user: str, *, tell: bool = True, **wanted) -> bool:
        """Uninstall the app for a user; return whether it was installed."""
        body = {"user": user, "tell": tell, **wanted}
        return self.send("POST", "remove", body)["removed"]

    def expire_tokens(self, user: str, *which: str) -> None:
        """Let the tokens of a user be too old: "access", "refresh"."""
        self.send("POST", "tokens", {"user": user, "expire": list(which)})

    def set_scopes(self, user: str, scopes: list[str]) -> None:
        """Change what the living tokens of a user may do."""
        self.send("POST", "tokens", {"user": user, "scopes": scopes})

    def set_quota(self, user: str, used: int) -> None:
        """Set how many of today's 100 creates and updates a user has used."""
        self.send("POST", "quota", {"user": user, "used": used})

    # --- the host's hand

    def create_meeting(self, user: str, **body) -> dict:
        """Make a meeting as its host does at Zoom."""
        return self.send("POST", "meetings", {"user": user, **body})

    def update_meeting(self, number: int | str, **body) -> dict:
        """Change a meeting as its host does at Zoom."""
        return self.send("PATCH", f"meetings/{number}", body)

    def delete_meeting(self, number: int | str) -> dict:
        """Delete a meeting as its host does at Zoom."""
        return self.send("DELETE", f"meetings/{number}")

    def start_meeting(self, number: int | str) -> dict:
        """Start a meeting."""
        return self.send("POST", f"meetings/{number}/start")

    def end_meeting(self, number: int | str) -> dict:
        """End a meeting."""
        return self.send("POST", f"meetings/{number}/end")

    # --- notifications

    def webhooks_settled(self, timeout_s: float = 10) -> dict:
        """Wait until no notification is on its way or due; return the counts."""
        return self.send("POST", "webhooks/settle", {"timeout_s": timeout_s})

    def weather(self, **wanted) -> dict:
        """Lose, double, delay or hold notifications."""
        return self.send("PATCH", "webhooks/weather", wanted)

    def validate_webhook(self, **wanted) -> dict:
        """Send `endpoint.url_validation` and return what came back."""
        return self.send("POST", "webhooks/validate", wanted)

    def fire(self, **wanted) -> dict:
        """Send any notification once and return the receiver's answer."""
        return self.send("POST", "webhooks/fire", wanted)

    def deauthorize(self, user: str, **wanted) -> None:
        """Send app_deauthorized although nothing was removed."""
        self.send("POST", "webhooks/deauthorize", {"user": user, **wanted})
