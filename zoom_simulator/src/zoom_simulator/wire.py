# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every request goes through: body, latency, faults, errors, the call log."""

import asyncio
import json
import time
from urllib.parse import parse_qsl

from aiohttp import web

from . import identifiers
from .calls import Call, without_secrets
from .clock import iso
from .errors import OAuthError, ZoomApiError
from .faults import Fault
from .world import World

WORLD: web.AppKey[World] = web.AppKey("world", World)

# Set by handlers for the log and for the headers of the answer.
USER: web.RequestKey[str] = web.RequestKey("user", str)
LABEL: web.RequestKey[str] = web.RequestKey("label", str)
_CODE: web.RequestKey[int] = web.RequestKey("code", int)
_FAULT: web.RequestKey[Fault] = web.RequestKey("fault", Fault)
_TRACKING: web.RequestKey[str] = web.RequestKey("tracking_id", str)


def world_of(request: web.Request) -> World:
    """Return the simulated Zoom a request is for."""
    return request.app[WORLD]


def bearer(request: web.Request) -> str:
    """Return the bearer token of a request; empty when there is none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def kind_of(path: str) -> str:
    """Return how the call log files a path; empty = not at all."""
    if path.startswith("/v2/"):
        return "api"
    if path in ("/oauth/token", "/oauth/revoke"):
        return "oauth"
    if path.startswith(("/_sim", "/static", "/favicon")):
        return ""
    return "page"


async def decoded_body(request: web.Request) -> object:
    """Return the body as JSON or form values; None when empty or unreadable."""
    raw = await request.read()
    if not raw:
        return None
    text = raw.decode(errors="replace")
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError:
        return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _tls_version(request: web.Request) -> str | None:
    transport = request.transport
    connection = transport.get_extra_info("ssl_object") if transport else None
    return connection.version() if connection else None


async def _begun(request: web.Request, kind: str) -> Call:
    """Return the log entry of a request that begins."""
    world = world_of(request)
    body = await decoded_body(request)
    token = bearer(request)
    owner = world.state.tokens.user_of(token) if token else None
    if owner:
        request[USER] = owner.email
    return Call(
        number=world.calls.next_number(),
        at=iso(world.clock.now()),
        kind=kind,
        method=request.method,
        path=request.path,
        query=without_secrets(dict(request.query)),
        body=without_secrets(body) if isinstance(body, dict) else body,
        token=identifiers.fingerprint(token) if token else None,
        auth=request.headers.get("Authorization", "").partition(" ")[0] or None,
        content_type=request.content_type,
        user_agent=request.headers.get("User-Agent", ""),
        tls=_tls_version(request),
    )


@web.middleware
async def log_calls(request: web.Request, handler) -> web.StreamResponse:
    """Write each call of the API, of OAuth and of pages into the log."""
    kind = kind_of(request.path)
    if not kind:
        return await handler(request)
    call = await _begun(request, kind)
    request[_TRACKING] = call.tracking_id = identifiers.tracking_id()
    started = time.monotonic()
    try:
        response = await handler(request)
        call.status = response.status
        return response
    except web.HTTPException as answer:
        call.status = answer.status
        raise
    finally:
        fault = request.get(_FAULT)
        call.ms = round((time.monotonic() - started) * 1000, 1)
        call.user = request.get(USER)
        call.code = request.get(_CODE)
        call.fault = fault.name if fault else None
        if fault and fault.cut in ("before", "after"):
            call.status = None
        world_of(request).calls.add(call)


@web.middleware
async def inject_faults(request: web.Request, handler) -> web.StreamResponse:
    """Slow down, cut or replace what the fault rules and the latency say."""
    if kind_of(request.path) not in ("api", "oauth"):
        return await handler(request)
    world = world_of(request)
    await _pass_latency(world)
    fault = world.faults.pick(
        request.method, request.path, request.get(USER), world.clock.now()
    )
    if fault is None:
        return await handler(request)
    request[_FAULT] = fault
    return await _with_fault(fault, request, handler)


async def _pass_latency(world: World) -> None:
    settings = world.settings
    seconds = settings.latency_s
    if settings.latency_jitter_s:
        seconds += world.dice.random() * settings.latency_jitter_s
    if seconds:
        await asyncio.sleep(seconds)


async def _with_fault(
    fault: Fault, request: web.Request, handler
) -> web.StreamResponse:
    if not fault.after:
        await _wait(fault, request)
    if fault.cut == "before":
        return _cut(request)
    works = fault.after or fault.cut or not fault.replaces_answer
    response = await handler(request) if works else None
    if fault.after:
        await _wait(fault, request)
    if fault.cut == "after":
        return _cut(request)
    if fault.replaces_answer:
        response = _answer_of(fault)
    if fault.cut == "during":
        return await _cut_during(request, response)
    return response


async def _wait(fault: Fault, request: web.Request) -> None:
    if fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    if fault.hold:
        await world_of(request).faults.hold()


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; the answer that is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _cut_during(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Announce the whole answer, send half of it and cut the connection."""
    body = whole.body or b" " * 20
    part = web.StreamResponse(status=whole.status, headers={"Connection": "close"})
    part.content_type = whole.content_type
    part.content_length = len(body)
    await part.prepare(request)
    await part.write(bytes(body[: len(body) // 2]))
    if request.transport is not None:
        # Not `abort`: what was written has to arrive first.
        request.transport.close()
    return part


def _answer_of(fault: Fault) -> web.Response:
    headers = dict(fault.headers)
    kind = headers.pop("Content-Type", "application/json")
    content_type, _semicolon, charset = kind.partition("; charset=")
    return web.Response(
        status=fault.status or 200,
        body=fault.text().encode(charset or "utf-8"),
        headers=headers,
        content_type=content_type,
        charset=charset or None,
    )


@web.middleware
async def answer_errors(request: web.Request, handler) -> web.StreamResponse:
    """Turn Zoom's refusals into their JSON."""
    try:
        return await handler(request)
    except ZoomApiError as error:
        request[_CODE] = error.code
        return web.json_response(
            error.body(), status=error.status, headers=error.headers
        )
    except OAuthError as error:
        return web.json_response(error.body(), status=error.status)
    except (ValueError, LookupError) as error:
        if not request.path.startswith("/_sim"):
            raise
        status = 404 if isinstance(error, LookupError) else 400
        return web.json_response({"error": str(error)}, status=status)


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers all answers have and drop those a fault takes away."""
    if _TRACKING in request:
        response.headers["x-zm-trackingid"] = request[_TRACKING]
    fault = request.get(_FAULT)
    replaced = fault is not None and fault.replaces_answer
    if LABEL in request and not replaced:
        # Zoom: observed in 2026: a normal answer carries the category only.
        response.headers.setdefault("x-ratelimit-category", request[LABEL])
    for name in fault.drop_headers if fault else ():
        response.headers.popall(name, None)
