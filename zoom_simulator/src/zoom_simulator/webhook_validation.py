# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`endpoint.url_validation`.  Zoom: webhooks, validate your endpoint."""

import asyncio
import hmac
import json
import secrets

import aiohttp

from . import events
from .entities import App
from .webhook_rules import encrypted_token
from .world import World

EVERY_S = 72 * 60 * 60  # Zoom: revalidated every 72 hours


async def validate(world: World, app: App) -> dict:
    """Send the challenge once and return `{"valid", "status", "error"}`."""
    plain_token = secrets.token_urlsafe(16)
    event = events.url_validation(plain_token, world.clock.now())
    status, error = None, ""
    try:
        status, answer = await world.courier.challenge(app, event)
        error = _fault_in(status, answer, plain_token, app.webhook_secret)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as failure:
        error = type(failure).__name__
    if error:
        app.validation_failures += 1
    else:
        app.validation_failures = 0
        app.validated_at = world.clock.now()
    return {"valid": not error, "status": status, "error": error}


def _fault_in(status: int, answer: bytes, plain_token: str, secret: str) -> str:
    """Return what is wrong with an answer; empty = nothing."""
    if status != 200:
        return f"status {status}"
    try:
        content = json.loads(answer)
        given = content["plainToken"], content["encryptedToken"]
    except (ValueError, KeyError, TypeError):
        return "the body is not the JSON expected"
    right = encrypted_token(plain_token, secret)
    same = hmac.compare_digest(str(given[1]).encode(), right.encode())
    if given[0] != plain_token or not same:
        return "wrong token"
    return ""


async def validate_regularly(world: World) -> None:
    """Validate the first app's endpoint at once and then every 72 hours."""
    while True:
        await validate(world, world.state.app())
        await world.clock.wait_until(world.clock.now() + EVERY_S)
