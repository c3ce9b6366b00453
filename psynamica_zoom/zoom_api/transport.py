# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One exchange with Zoom: limits, error mapping, a log line without secrets.

It neither sleeps nor repeats: a repetition is the caller's decision, see
`services/delivery_policy.py`.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import requests

from . import refusals, tls
from .answer import Answer, decode, tracking_id
from .endpoint import ZoomEndpoint
from .errors import ZoomBadAnswer, ZoomError, ZoomUnreachable
from .session import session_for

__all__ = ["ZoomEndpoint", "ZoomTransport", "shared_transport"]

_logger = logging.getLogger(__name__)

TIMEOUT_S = 15.0  # for each wait; one number, Odoo's test harness compares it with 10
LONGEST_EXCHANGE_S = 60.0  # for a whole answer that comes in drops
MAX_ANSWER_BYTES = 4 * 1024 * 1024  # 300 meetings with their agendas are below 1 MB
_CHUNK_BYTES = 4 * 1024  # after each, the whole time is looked at

ErrorFor = Callable[..., ZoomError]


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class ZoomTransport:
    """Sends requests to one endpoint over kept connections, from any thread.

    Redirects are not followed; see `session` for what else is not done.

    :param timeout_s: longest wait for a connection, and for each part of an answer
    :param clock: monotonic seconds
    :param now: aware UTC, for "try again at"
    :raises ZoomUnreachable: the file with certificate authorities cannot be used
    """

    def __init__(
        self,
        endpoint: ZoomEndpoint,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.endpoint = endpoint
        self._timeout_s = timeout_s
        self._clock = clock
        self._now = now
        self._session = session_for(endpoint)

    def api(
        self,
        method: str,
        route: str,
        *,
        token: str,
        ids: Iterable[str] = (),
        params: Mapping[str, Any] | None = None,
        json: dict | None = None,
    ) -> dict:
        """Send one call to the REST API and return the decoded answer ({} for 204).

        Parameters and errors as for `call`.
        """
        return self.call(
            method, route, token=token, ids=ids, params=params, json=json
        ).body

    def call(
        self,
        method: str,
        route: str,
        *,
        token: str,
        ids: Iterable[str] = (),
        params: Mapping[str, Any] | None = None,
        json: dict | None = None,
    ) -> Answer:
        """Send one call to the REST API and return the answer with its status.

        :param route: a path template such as `/meetings/%s`; logs show this
        :param token: an access token; sent, never logged
        :param ids: values for the template
        :raises ZoomError: see `errors`
        """
        path = route % tuple(quote(str(value), safe="") for value in ids)
        return self._exchange(
            method,
            route,
            self.endpoint.api_url + path,
            refusals.api_error,
            headers={"Authorization": f"Bearer {token}"},
            params=params,
            json=json,
        )

    def oauth(
        self, route: str, *, client_id: str, client_secret: str, form: dict[str, str]
    ) -> dict:
        """POST `form` to the OAuth server, signed with the app's secret.

        Zoom: OAuth, the token endpoint takes its parameters from the form body.

        :raises ZoomError: see `errors`
        """
        return self._exchange(
            "POST",
            route,
            self.endpoint.oauth_url + route,
            refusals.oauth_error,
            auth=(client_id.encode(), client_secret.encode()),
            data=form,
        ).body

    def close(self) -> None:
        """Close the kept connections; later calls make new ones."""
        self._session.close()

    def _exchange(
        self, method: str, route: str, url: str, error_for: ErrorFor, **request: Any
    ) -> Answer:
        name = f"{method} {route}"
        started = self._clock()
        tls.forget_request()
        outcome = self._attempt(method, url, started, request)
        elapsed_ms = (self._clock() - started) * 1000
        if isinstance(outcome, str):
            _logger.info("zoom %s -> %s in %d ms", name, outcome, elapsed_ms)
            raise ZoomUnreachable(name, ambiguous=tls.request_has_left())
        response, content = outcome
        trace = tracking_id(response.headers)
        _logger.info(
            "zoom %s -> %d in %d ms, tracking id %s",
            name,
            response.status_code,
            elapsed_ms,
            trace,
        )
        return self._judge(name, response, content, trace, error_for)

    def _attempt(
        self, method: str, url: str, started: float, request: dict[str, Any]
    ) -> tuple[requests.Response, bytes] | str:
        """Return the answer and its body; the kind of failure when there is none.

        Not raised: an exception of `requests` holds the request with its token and
        would hang on to ours as its cause.
        """
        try:
            with self._session.request(
                method,
                url,
                timeout=self._timeout_s,
                allow_redirects=False,
                stream=True,
                **request,
            ) as response:
                return response, self._read(response, started)
        except (requests.RequestException, UnicodeError) as failure:
            return type(failure).__name__

    def _read(self, response: requests.Response, started: float) -> bytes:
        """Return the body, or one byte more than is allowed of a longer one.

        :raises requests.RequestException: the connection broke, or it takes too long
        """
        content = bytearray()
        for chunk in response.iter_content(_CHUNK_BYTES):
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                break
            if self._clock() - started > LONGEST_EXCHANGE_S:
                raise requests.Timeout
        return bytes(content[: MAX_ANSWER_BYTES + 1])

    def _judge(
        self,
        name: str,
        response: requests.Response,
        content: bytes,
        trace: str | None,
        error_for: ErrorFor,
    ) -> Answer:
        status = response.status_code
        if status == 204:
            return Answer(name, status, trace, {})
        body = decode(content) if len(content) <= MAX_ANSWER_BYTES else None
        if not 200 <= status < 300:
            raise error_for(
                status,
                response.headers,
                body,
                route=name,
                tracking_id=trace,
                now=self._now(),
            )
        if body is None:
            raise ZoomBadAnswer(name, status=status, tracking_id=trace)
        return Answer(name, status, trace, body)


_transports: dict[tuple, ZoomTransport] = {}


def shared_transport(endpoint: ZoomEndpoint) -> ZoomTransport:
    """Return this process's transport for `endpoint`, so that connections are kept.

    A forked process gets its own: two processes must not talk over one connection.
    The same goes for a replaced file of certificate authorities.

    :raises ZoomUnreachable: the file with certificate authorities cannot be used
    """
    key = (os.getpid(), endpoint, _ca_changed_ns(endpoint))
    if key not in _transports:
        # Without a lock, which a fork could copy while held: at worst one transport
        # too many is made and dropped.
        _transports.setdefault(key, ZoomTransport(endpoint))
    return _transports[key]


def _ca_changed_ns(endpoint: ZoomEndpoint) -> int | None:
    if not endpoint.ca_file:
        return None
    try:
        return os.stat(endpoint.ca_file).st_mtime_ns
    except OSError:
        return None  # making the transport reports it
