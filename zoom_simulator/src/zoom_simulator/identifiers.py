# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes identifiers that look and measure like Zoom's."""

import base64
import hashlib
import hmac
import json
import secrets

# Zoom: Create a meeting, response: `id` is int64 and has 10 or 11 digits.  All of
# ours exceed 2**31, so a column of 32 bits fails at once.
_MEETING_ID_MIN = 2_200_000_000
_MEETING_ID_MAX = 99_999_999_999
_PASSCODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
_PASSCODE_DIGITS = "23456789"


def meeting_id() -> int:
    """Return a meeting number above 2**31 with 10 or 11 digits."""
    return _MEETING_ID_MIN + secrets.randbelow(_MEETING_ID_MAX - _MEETING_ID_MIN)


def meeting_uuid(*, awkward: bool = False) -> str:
    """Return a meeting instance's uuid: base64 of 16 bytes.

    :param awkward: begin with `/`, as some of Zoom's do (they must be
        URL-encoded twice; Zoom: Get a past meeting)
    """
    raw = secrets.token_bytes(16)
    if awkward:
        raw = b"\xfc" + raw[1:]
    return base64.b64encode(raw).decode()


def opaque_id() -> str:
    """Return a user or account id: 22 characters of URL-safe base64."""
    return secrets.token_urlsafe(16)


def opaque_token() -> str:
    """Return a bearer token: as long as Zoom's JWTs and with their three parts."""
    header = "eyJzdiI6IjAwMDAwMiIsImFsZyI6IkhTNTEyIiwidiI6IjIuMCJ9"
    return ".".join((header, secrets.token_urlsafe(384), secrets.token_urlsafe(64)))


def tracking_id() -> str:
    """Return a value for the header `x-zm-trackingid`."""
    return f"v=2.0;clid=us05;rid=WEB_{secrets.token_hex(16)}"


def passcode(length: int = 6, *, numeric: bool = False, special: bool = False) -> str:
    """Return a passcode with a letter and a digit, unless it must be numeric."""
    if numeric:
        return "".join(secrets.choice(_PASSCODE_DIGITS) for _ in range(length))
    kinds = [_PASSCODE_LETTERS, _PASSCODE_DIGITS] + ["@-_*"] * special
    chars = [secrets.choice(kind) for kind in kinds]
    everything = _PASSCODE_LETTERS + _PASSCODE_DIGITS
    chars += [secrets.choice(everything) for _ in range(length - len(chars))]
    return "".join(chars)


def fingerprint(secret: str) -> str:
    """Return a short hash by which logs and tests can recognise a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


class Signer:
    """Makes and opens values that only this simulator can have made."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def _mac(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def join_hash(self, meeting_number: int, code: str) -> str:
        """Return the `pwd` of a join link; another passcode gives another one."""
        return self._mac(f"join/{meeting_number}/{code}")[:32] + ".1"

    def seal(self, content: dict) -> str:
        """Return `content` as a signed, URL-safe token."""
        text = json.dumps(content, separators=(",", ":"))
        body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return f"{body}.{self._mac(body)}"

    def open(self, token: str) -> dict | None:
        """Return what was sealed, or None when we did not make this token."""
        body, _dot, mac = token.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body).encode()):
            return None
        padded = body + "=" * (-len(body) % 4)
        return json.loads(base64.urlsafe_b64decode(padded))
