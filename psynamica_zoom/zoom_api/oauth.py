# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom's OAuth: ask the user, exchange the code, refresh, revoke.

Source: Zoom, OAuth 2.0 page; PKCE as RFC 7636.  There is no `scope` parameter: scopes
belong to the app's configuration.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from .endpoint import ZoomEndpoint
from .errors import ZoomBadAnswer, ZoomGrantRevoked
from .transport import ZoomTransport

DEFAULT_EXPIRES_S = 3600  # Zoom: an access token lives for an hour
_LONGEST_EXPIRES_S = 24 * 3600
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")  # opaque, but fit for a header
_BOGUS = "psynamica-credentials-check"


@dataclass(frozen=True, repr=False)
class TokenPair:
    """What Zoom gives for a code or a refresh token.  Its `repr` shows no secret.

    :param expires_in_s: seconds the access token lives
    :param scopes: what the user granted; empty when Zoom did not say
    :param api_url: base address of the user's region without version, None = global
    """

    access_token: str
    refresh_token: str
    expires_in_s: int
    scopes: frozenset[str]
    api_url: str | None

    def __repr__(self) -> str:
        return f"<TokenPair for {self.expires_in_s} s>"


def new_state() -> str:
    """Return an unguessable `state`, safe in a URL."""
    return secrets.token_urlsafe(32)


def new_verifier() -> str:
    """Return a PKCE verifier: 43 characters out of 256 random bits (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Return the S256 challenge of `verifier` (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(
    endpoint: ZoomEndpoint,
    client_id: str,
    redirect_uri: str,
    state: str,
    code_challenge: str,
) -> str:
    """Return where to send the user's browser to allow the app.

    The method of the challenge is always named: Zoom takes `plain` without it.
    """
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
    )
    return f"{endpoint.web_url or endpoint.oauth_url}/oauth/authorize?{query}"


class OAuthClient:
    """One Zoom app at Zoom's OAuth server."""

    def __init__(
        self, transport: ZoomTransport, client_id: str, client_secret: str
    ) -> None:
        self._transport = transport
        self._client_id = client_id
        self._client_secret = client_secret

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> TokenPair:
        """Return the tokens for an authorization code; it is good for one use.

        :raises ZoomGrantRevoked: the code is wrong, used or older than five minutes,
            or `verifier` is not the one whose challenge was sent
        :raises ZoomAppRejected: the app's id, secret or redirect URL is wrong
        :raises ZoomError: see `errors`
        """
        return self._tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
            }
        )

    def refresh(self, refresh_token: str) -> TokenPair:
        """Return a new pair.  `refresh_token` is dead from now on: store it at once.

        :raises ZoomGrantRevoked: the user has to connect again
        :raises ZoomAppRejected: the app's id or secret is wrong
        :raises ZoomError: see `errors`
        """
        return self._tokens(
            {"grant_type": "refresh_token", "refresh_token": refresh_token}
        )

    def revoke(self, access_token: str) -> None:
        """Withdraw the user's grant, which also uninstalls the app for that user.

        :raises ZoomError: see `errors`
        """
        self._post("/oauth/revoke", {"token": access_token})

    def check_app(self, redirect_uri: str | None = None) -> None:
        """Return quietly when Zoom accepts the app's id and secret.

        Asks with a code or refresh token that cannot be right: Zoom looks at the app
        first, and only then finds it wrong.

        :param redirect_uri: the one configured at Zoom, to be checked as well; it
            belongs to a code, so without one a refresh token is sent
        :raises ZoomAppRejected: Zoom does not accept them
        :raises ZoomError: Zoom could not say
        """
        try:
            self._post("/oauth/token", _bogus_form(redirect_uri))
        except ZoomGrantRevoked:
            return
        raise ZoomBadAnswer("POST /oauth/token")

    def _tokens(self, form: dict[str, str]) -> TokenPair:
        body = self._post("/oauth/token", form)
        tokens = body.get("access_token"), body.get("refresh_token")
        if not all(isinstance(t, str) and _TOKEN.fullmatch(t) for t in tokens):
            raise ZoomBadAnswer("POST /oauth/token")
        return TokenPair(
            *tokens,
            expires_in_s=_expires_in_s(body.get("expires_in")),
            scopes=_scopes(body.get("scope")),
            api_url=_api_url(self._transport.endpoint, body.get("api_url")),
        )

    def _post(self, route: str, form: dict[str, str]) -> dict:
        return self._transport.oauth(
            route,
            client_id=self._client_id,
            client_secret=self._client_secret,
            form=form,
        )


def _bogus_form(redirect_uri: str | None) -> dict[str, str]:
    if not redirect_uri:
        return {"grant_type": "refresh_token", "refresh_token": _BOGUS}
    return {
        "grant_type": "authorization_code",
        "code": _BOGUS,
        "redirect_uri": redirect_uri,
    }


def _expires_in_s(value: object) -> int:
    """Return the seconds Zoom names; an hour when it names none that make sense.

    Not an error: with the answer the new refresh token would be lost, and with it
    the connection.
    """
    if isinstance(value, (int, float)) and 0 < value <= _LONGEST_EXPIRES_S:
        return int(value)
    return DEFAULT_EXPIRES_S


def _scopes(value: object) -> frozenset[str]:
    return frozenset(value.split()) if isinstance(value, str) else frozenset()


def _api_url(endpoint: ZoomEndpoint, value: object) -> str | None:
    """Return the origin of the regional API when it is Zoom's; see `api_url` above.

    Zoom: regional API hosts, the global one always works as well.
    """
    if not isinstance(value, str) or not endpoint.allows_api_url(value):
        return None
    parts = urlsplit(value)
    return f"{parts.scheme}://{parts.netloc}"
