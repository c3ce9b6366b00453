# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where Zoom is, and which addresses we believe to be Zoom's."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

ZOOM_DOMAIN = "zoom.us"
TLS_MINIMUMS = ("1.2", "1.3")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class ZoomEndpoint:
    """Addresses of Zoom, and how strict the connection to it must be.

    Every address is one of Zoom's own hosts or on this machine (a simulator): a slip or
    a lie in the configuration must not send the app's secret somewhere else.

    :param oauth_url: base of `/oauth/token` and `/oauth/revoke`; https
    :param api_url: base of the REST API, with its version; https
    :param web_url: where browsers go to allow access; None = `oauth_url`.  May be
        plain http on this machine only (a simulator seen by a local browser)
    :param ca_file: file with the certificate authorities to trust *instead of* the
        usual ones; None = the usual ones
    :param tls_minimum: "1.2" or "1.3"
    :raises ValueError: an address or version that cannot be used
    """

    oauth_url: str = "https://zoom.us"
    api_url: str = "https://api.zoom.us/v2"
    web_url: str | None = None
    ca_file: str | None = None
    tls_minimum: str = "1.3"

    def __post_init__(self) -> None:
        if self.tls_minimum not in TLS_MINIMUMS:
            raise ValueError("tls_minimum is neither 1.2 nor 1.3")
        for name in ("oauth_url", "api_url", "web_url"):
            value = getattr(self, name)
            if value is None and name == "web_url":
                continue
            object.__setattr__(self, name, _base_url(name, value))

    def allows_browser_url(self, url: object) -> bool:
        """Return whether a person's browser may be sent to `url`.

        Zoom's own hosts over https, and the very origin of a configured address
        that is not Zoom's (a simulator).
        """
        parts = _split(url)
        if parts is None:
            return False
        if _is_zoom(parts):
            return True
        own = (_split(base) for base in (self.oauth_url, self.web_url) if base)
        return any(_origin(parts) == _origin(base) for base in own if base)

    def allows_api_url(self, url: object) -> bool:
        """Return whether calls with a token may go to `url`."""
        parts = _split(url)
        if parts is None or parts.scheme != "https":
            return False
        own = (_split(self.api_url), _split(self.oauth_url))
        return _is_zoom(parts) or any(_origin(parts) == _origin(o) for o in own if o)


def _base_url(name: str, value: object) -> str:
    parts = _split(value)
    if parts is None or parts.query or parts.fragment:
        raise ValueError(f"{name} is not a plain web address")
    if not (_is_zoom(parts) or _is_loopback(parts)):
        raise ValueError(f"{name} is neither Zoom's nor on this machine")
    if parts.scheme == "https" or (name == "web_url" and _is_loopback(parts)):
        return str(value).rstrip("/")
    raise ValueError(f"{name} must begin with https://")


def _split(url: object) -> SplitResult | None:
    """Return the parts of an absolute http(s) address, None for anything doubtful.

    Browsers and `urlsplit` disagree about blanks, control characters, backslashes
    and user names; an address with one of these is not one that Zoom makes.
    """
    if not isinstance(url, str) or not url.isascii() or not url.isprintable():
        return None
    if any(character in url for character in ' \\"<>'):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        return None
    return None if "@" in parts.netloc else parts


def _is_zoom(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and parts.port in (None, _DEFAULT_PORTS["https"])
        and (host == ZOOM_DOMAIN or host.endswith("." + ZOOM_DOMAIN))
    )


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return parts.scheme, parts.hostname, port


def _is_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
