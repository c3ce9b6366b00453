# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/_sim`: state, calls, clock, settings and faults."""

from datetime import datetime

from aiohttp import web

from . import snapshot, wire
from .clock import iso

routes = web.RouteTableDef()


async def wanted(request: web.Request) -> dict:
    """Return the JSON object of a control request; {} when there is no body.

    :raises ValueError: it is something else
    """
    if not await request.read():
        return {}
    body = await wire.decoded_body(request)
    if not isinstance(body, dict):
        raise ValueError("send a JSON object")
    return body


@routes.get("/_sim/state")
async def state(request: web.Request) -> web.Response:
    """Everything."""
    return web.json_response(snapshot.everything(wire.world_of(request)))


@routes.post("/_sim/reset")
async def reset(request: web.Request) -> web.Response:
    """Back to the beginning."""
    await wire.world_of(request).reset()
    return web.json_response({})


def _filter(request: web.Request) -> dict:
    names = ("kind", "method", "path", "user")
    found = {name: request.query[name] for name in names if name in request.query}
    return found | {"since": int(request.query.get("since", "0"))}


@routes.get("/_sim/calls")
async def calls(request: web.Request) -> web.Response:
    """Calls by `kind`, `method`, `path` (regular expression), `user`, `since`."""
    found = wire.world_of(request).calls.find(**_filter(request))
    return web.json_response(found)


@routes.get("/_sim/calls/wait")
async def wait_for_calls(request: web.Request) -> web.Response:
    """The same, once there are `count` of them or `timeout` seconds have passed."""
    count = int(request.query.get("count", "1"))
    timeout_s = float(request.query.get("timeout", "10"))
    log = wire.world_of(request).calls
    return web.json_response(await log.wait(count, timeout_s, **_filter(request)))


@routes.delete("/_sim/calls")
async def clear_calls(request: web.Request) -> web.Response:
    """Forget the calls."""
    wire.world_of(request).calls.clear()
    return web.json_response({})


@routes.post("/_sim/clock")
async def clock(request: web.Request) -> web.Response:
    """`advance_s`, `set_to` (ISO or Unix seconds), `speed`, `reset`."""
    clock_ = wire.world_of(request).clock
    body = await wanted(request)
    if body.get("reset"):
        clock_.reset()
    if "set_to" in body:
        clock_.set_to(_moment(body["set_to"]))
    if "advance_s" in body:
        clock_.advance(float(body["advance_s"]))
    if "speed" in body:
        clock_.set_speed(float(body["speed"]))
    now = clock_.now()
    return web.json_response({"now": iso(now), "unix": now, "speed": clock_.speed})


def _moment(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    at = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError("set_to needs a time zone, such as a final Z")
    return at.timestamp()


@routes.patch("/_sim/settings")
async def settings(request: web.Request) -> web.Response:
    """Change switches; see `world.Settings`."""
    world = wire.world_of(request)
    body = await wanted(request)
    for name in ("refresh_grace_s", "refresh_ends_old_access"):
        if name in body:
            setattr(world.state.tokens, name, body.pop(name))
    world.settings.change(body)
    return web.json_response(vars(world.settings))


@routes.post("/_sim/latency")
async def latency(request: web.Request) -> web.Response:
    """Let every API and token call take `seconds`, and up to `jitter_s` more."""
    body = await wanted(request)
    world = wire.world_of(request)
    world.settings.change(
        {
            "latency_s": float(body.get("seconds", 0)),
            "latency_jitter_s": float(body.get("jitter_s", 0)),
        }
    )
    return web.json_response(vars(world.settings))


@routes.get("/_sim/faults")
async def list_faults(request: web.Request) -> web.Response:
    """The rules in force and what has fired."""
    return web.json_response(wire.world_of(request).faults.describe())


@routes.post("/_sim/faults")
async def add_fault(request: web.Request) -> web.Response:
    """Add a fault; see `faults.Faults.add`."""
    world = wire.world_of(request)
    body = await wanted(request)
    return web.json_response(world.faults.add(body, world.clock.now()))


@routes.delete("/_sim/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Remove all faults."""
    wire.world_of(request).faults.clear()
    return web.json_response({})


@routes.get("/_sim/faults/held")
async def held_calls(request: web.Request) -> web.Response:
    """How many calls are held, once it is `count` or after `timeout` seconds."""
    count = int(request.query.get("count", "1"))
    timeout_s = float(request.query.get("timeout", "10"))
    held = await wire.world_of(request).faults.wait_for_held(count, timeout_s)
    return web.json_response({"held": held})


@routes.post("/_sim/faults/release")
async def release_calls(request: web.Request) -> web.Response:
    """Let the calls go on that are held; with `count`, the first ones only."""
    count = (await wanted(request)).get("count")
    wire.world_of(request).faults.release(None if count is None else int(count))
    return web.json_response({})
