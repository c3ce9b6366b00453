# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTPS as we want it: a lowest version, checked certificates, and a mark when a
request has left.

The mark tells a call that never reached Zoom from one whose answer was lost; only
the second may have made a meeting.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any

from requests import certs
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from .endpoint import ZoomEndpoint

POOL_SIZE = 32  # connections kept; more threads than this wait for a new handshake
_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
_exchange = threading.local()


def forget_request() -> None:
    """Start a new exchange in this thread: nothing has been sent yet."""
    _exchange.sent = False


def request_has_left() -> bool:
    """Return whether this thread's exchange got past TCP and TLS and began to send."""
    return getattr(_exchange, "sent", False)


def context_for(endpoint: ZoomEndpoint) -> ssl.SSLContext:
    """Return a context that checks names and certificates.

    :raises OSError: the file with certificate authorities cannot be used
    """
    if endpoint.ca_file:
        context = ssl.create_default_context(cafile=endpoint.ca_file)
    else:
        context = ssl.create_default_context()
        context.load_verify_locations(certs.where())
    context.minimum_version = _VERSIONS[endpoint.tls_minimum]
    return context


class MarkingConnection(HTTPSConnection):
    """A connection that notes when it has been made and begins to send."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        _exchange.sent = True
        return super().request(*args, **kwargs)


class MarkingPool(HTTPSConnectionPool):
    ConnectionCls = MarkingConnection


class ZoomAdapter(HTTPAdapter):
    """Speaks through `context`, and never repeats a request by itself."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=0, pool_maxsize=POOL_SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        made = super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": MarkingPool}
        return made

    def close(self) -> None:
        """Close the connections now; urllib3 leaves it to the garbage collector."""
        pools = self.poolmanager.pools
        for key in list(pools.keys()):
            pools[key].close()
        return super().close()
