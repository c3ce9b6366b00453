# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom's OAuth as pure functions: what matches, what is valid, how long."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode, urlsplit

from .clock import DAY_S

CODE_LIFE_S = 5 * 60  # Zoom: OAuth error 4733, "code expired"
ACCESS_LIFE_S = 60 * 60  # Zoom: OAuth, "access tokens expire after one hour"
REFRESH_LIFE_S = 90 * DAY_S  # Zoom: OAuth, "refresh tokens expire after 90 days"

# Zoom: refused in a query string since 2023-02-14.
SECRET_PARAMETERS = ("access_token", "refresh_token", "token", "code", "code_verifier")


def challenge_matches(challenge: str, method: str, verifier: str) -> bool:
    """Whether `verifier` answers the challenge.  Zoom: OAuth with PKCE (RFC 7636).

    :param method: `S256` or `plain`; Zoom's default is `plain`
    """
    if method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(verifier.encode(), challenge.encode())


def redirect_is_registered(uri: str, registered: list[str], *, pkce: bool) -> bool:
    """Whether Zoom would send the browser to `uri`: an exact match.

    Zoom: loopback redirects: for `http://127.0.0.1` the port is ignored, but only
    for clients that use PKCE.
    """
    if uri in registered:
        return True
    return pkce and any(_same_loopback(uri, known) for known in registered)


def _same_loopback(uri: str, known: str) -> bool:
    one, other = urlsplit(uri), urlsplit(known)
    if one.hostname != "127.0.0.1" or one.scheme != "http":
        return False
    return (one.scheme, one.hostname, one.path, one.query) == (
        other.scheme,
        other.hostname,
        other.path,
        other.query,
    )


def redirect_url(uri: str, **answer: str | None) -> str:
    """Return `uri` with the answer appended; parameters that are None are left out."""
    query = urlencode({name: value for name, value in answer.items() if value})
    return f"{uri}{'&' if '?' in uri else '?'}{query}"


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Return client id and secret of a Basic header, or None when it is malformed."""
    scheme, _space, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None
    return (client_id, secret) if colon else None
