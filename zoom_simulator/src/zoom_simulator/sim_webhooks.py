# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/_sim/webhooks`: deliveries, invented notifications, the way they take."""

import asyncio
import time

import aiohttp
from aiohttp import web

from . import webhook_rules, wire
from .delivery import Weather
from .entities import App
from .sim_routes import wanted
from .webhook_validation import validate

routes = web.RouteTableDef()


def _app(request: web.Request, body: dict) -> App:
    return wire.world_of(request).state.app(body.get("client_id", ""))


@routes.get("/_sim/webhooks")
async def deliveries(request: web.Request) -> web.Response:
    """The log of deliveries; `event` and `since` narrow it down."""
    query = request.query
    found = wire.world_of(request).courier.deliveries(
        query.get("event"), int(query.get("since", "0"))
    )
    return web.json_response(found)


@routes.post("/_sim/webhooks/settle")
async def settle(request: web.Request) -> web.Response:
    """Wait until nothing is on its way or due, at most `timeout_s` seconds."""
    body = await wanted(request)
    courier = wire.world_of(request).courier
    settled = await courier.settled(float(body.get("timeout_s", 10)))
    return web.json_response({"settled": settled} | courier.counts())


@routes.patch("/_sim/webhooks/weather")
async def weather(request: web.Request) -> web.Response:
    """`lost_percent`, `twice_percent`, `max_delay_s`, `held`, `seed`."""
    body = await wanted(request)
    courier = wire.world_of(request).courier
    if "seed" in body:
        courier.seed(body.pop("seed"))
    try:
        changed = Weather(**{**vars(courier.weather), **body})
    except TypeError as error:
        raise ValueError(str(error)) from None
    courier.set_weather(changed)
    return web.json_response(vars(changed))


@routes.post("/_sim/webhooks/validate")
async def validate_now(request: web.Request) -> web.Response:
    """Send `endpoint.url_validation` and tell what came back."""
    app = _app(request, await wanted(request))
    if not app.webhook_url:
        raise ValueError("this app has no webhook_url")
    return web.json_response(await validate(wire.world_of(request), app))


@routes.post("/_sim/webhooks/fire")
async def fire(request: web.Request) -> web.Response:
    """Send any notification once, outside the log, and return the answer.

    `body` (an object, or a string sent as it is) or `event`, `payload` and
    `event_ts`; `secret` signs with another one; `at` signs another time (Unix
    seconds); `headers` replaces headers, null removes one; `url` another address.
    """
    wish = await wanted(request)
    world = wire.world_of(request)
    app = _app(request, wish)
    raw = _raw_body(wish, world.clock.now())
    headers = webhook_rules.headers(
        app, raw, at=wish.get("at", time.time()), secret=wish.get("secret", "")
    )
    for name, value in wish.get("headers", {}).items():
        headers.pop(name.lower(), None)
        if value is not None:
            headers[name.lower()] = str(value)
    url = wish.get("url") or app.webhook_url
    if not url:
        raise ValueError("this app has no webhook_url")
    try:
        status, answer = await world.courier.post(url, raw, headers)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as failure:
        return web.json_response({"status": None, "error": type(failure).__name__})
    text = answer.decode(errors="replace")
    return web.json_response({"status": status, "answer": text, "error": None})


def _raw_body(wish: dict, now: float) -> bytes:
    body = wish.get("body")
    if isinstance(body, str):
        return body.encode()
    if body is None:
        body = {
            "event": wish.get("event", ""),
            "event_ts": wish.get("event_ts", int(now * 1000)),
            "payload": wish.get("payload", {}),
        }
    return webhook_rules.compact(body)


@routes.post("/_sim/webhooks/deauthorize")
async def deauthorize(request: web.Request) -> web.Response:
    """Send app_deauthorized for `user` although nothing was removed."""
    body = await wanted(request)
    world = wire.world_of(request)
    user = world.state.user(body.get("user", ""))
    world.operations.tell_deauthorized(_app(request, body), user)
    return web.json_response({})
