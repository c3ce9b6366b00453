# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The session behind the transport: nothing from the surroundings, nothing kept.

No proxy and no password file of this machine is used, no cookie is kept: cookies of
one user's answer must not travel with another user's token.
"""

from __future__ import annotations

import logging
from http.cookiejar import DefaultCookiePolicy

import requests
from requests import certs

from . import tls
from .endpoint import ZoomEndpoint
from .errors import ZoomUnreachable

_logger = logging.getLogger(__name__)


class ZoomSession(requests.Session):
    """A session for which no answer is a redirect."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none.

        Even when told not to follow, `requests` prepares the next request, and for
        that reads all of this answer, however long.
        """


def session_for(endpoint: ZoomEndpoint) -> requests.Session:
    """Return a session that talks to this endpoint only as we want it.

    :raises ZoomUnreachable: the file with certificate authorities cannot be used
    """
    try:
        context = tls.context_for(endpoint)
    except OSError as failure:
        _logger.error(
            "zoom: the certificate authorities cannot be read: %s",
            type(failure).__name__,
        )
        context = None
    if context is None:
        raise ZoomUnreachable("certificate authorities", ambiguous=False)
    session = ZoomSession()
    session.trust_env = False
    # Never just True: for that, requests 2.32.0 to 2.32.2 take a context of their own,
    # which knows nothing of our lowest version of TLS.
    session.verify = endpoint.ca_file or certs.where()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(
        {"Accept": "application/json", "Accept-Encoding": "identity"}
    )
    session.adapters.clear()  # no plain http, whatever the address says
    session.mount("https://", tls.ZoomAdapter(context))
    return session
