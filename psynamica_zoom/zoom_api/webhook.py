# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Is this notification Zoom's?  Refused until proven.

Source: Zoom, webhooks page: "v0:" + timestamp + ":" + raw body, HMAC-SHA256 with the
app's secret token; the answer to `endpoint.url_validation`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

TOLERANCE_S = 300  # either side: a moment in the future would stay valid for long
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class WebhookRejected(Exception):
    """The request is not proven to be Zoom's; the message quotes nothing of it."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    *,
    now: float,
) -> None:
    """Return quietly when Zoom signed `body` just now; raise otherwise.

    :param body: the raw bytes, before any parsing
    :param headers: in any case of letters
    :param secrets: the app's secret token; during a rotation the old one as well.
        Empty ones prove nothing and are left out
    :param now: Unix time in seconds
    :raises WebhookRejected: no secret, or a missing, malformed, stale, future or
        wrong signature
    """
    usable = [secret for secret in secrets if secret and secret.strip()]
    if not usable:
        raise WebhookRejected("no webhook secret is configured")
    timestamp = _header(headers, "x-zm-request-timestamp")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise WebhookRejected("the timestamp is missing or malformed")
    if abs(now - int(timestamp)) > TOLERANCE_S:
        raise WebhookRejected("the timestamp is too far from our clock")
    signature = _header(headers, "x-zm-signature")
    if not _SIGNATURE.fullmatch(signature):
        raise WebhookRejected("the signature is missing or malformed")
    signed = f"v0:{timestamp}:".encode() + body
    # All are compared, so that the time taken does not tell which one matched.
    matches = [
        hmac.compare_digest("v0=" + _hmac(secret, signed), signature)
        for secret in usable
    ]
    if not any(matches):
        raise WebhookRejected("the signature does not match")


def challenge_answer(plain_token: str, secret: str) -> dict[str, str]:
    """Return the body that proves to Zoom that we hold `secret`."""
    return {
        "plainToken": plain_token,
        "encryptedToken": _hmac(secret, plain_token.encode()),
    }


def _header(headers: Mapping[str, str], name: str) -> str:
    for key, value in headers.items():
        if isinstance(key, str) and isinstance(value, str) and key.lower() == name:
            return value
    return ""


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
