# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Zoom signs a notification and when it sends it again: pure functions."""

import hashlib
import hmac
import json
import secrets

from . import identifiers
from .entities import App

# Zoom: webhooks: the receiver has to answer within three seconds.
ANSWER_WITHIN_S = 3.0
# Zoom: webhooks, retry policy: after 5, then 20, then 60 minutes.
RETRY_DELAYS_S = (5 * 60, 20 * 60, 60 * 60)
# Zoom: webhooks: after six failed validations the subscription is disabled.
FAILURES_UNTIL_DISABLED = 6


def compact(body: dict) -> bytes:
    """Return JSON as Zoom sends it: no spaces, letters not escaped."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    # A lone surrogate, which JSON may carry, has no UTF-8.
    return text.encode(errors="replace")


def signature(body: bytes, timestamp: str, secret: str) -> str:
    """Return the value of `x-zm-signature`.  Zoom: webhooks, verify with v0."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def encrypted_token(plain_token: str, secret: str) -> str:
    """Return the right answer to `endpoint.url_validation`."""
    return hmac.new(secret.encode(), plain_token.encode(), hashlib.sha256).hexdigest()


def is_success(status: int, attempt: int) -> bool:
    """Zoom: webhooks: 200 or 204, and any 2xx on a retry.

    :param attempt: 0 for the first delivery
    """
    return status in (200, 204) or (attempt > 0 and 200 <= status < 300)


def is_retried(status: int | None) -> bool:
    """Zoom: webhooks: again after 5xx or no answer (None), never after 3xx or 4xx."""
    return status is None or status >= 500


def headers(app: App, body: bytes, *, at: float, secret: str = "") -> dict[str, str]:
    """Return the headers of a notification.  Zoom: webhooks, request headers.

    :param at: the Unix time to sign
    :param secret: sign with this instead of the app's secret token
    """
    timestamp = str(int(at))
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a",
        "clientid": app.client_id,
        "x-zm-trackingid": identifiers.tracking_id(),
        "x-zm-request-id": secrets.token_hex(16),
        "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": signature(body, timestamp, secret or app.webhook_secret),
    }
