# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/_sim/meetings`: what the host does at Zoom, without scopes or limits."""

from aiohttp import web

from . import snapshot, wire
from .entities import Meeting
from .sim_routes import wanted

routes = web.RouteTableDef()


def _any_meeting(request: web.Request) -> Meeting:
    """Return the meeting of the path, deleted or not.

    :raises LookupError: there was never one
    """
    number = request.match_info["meeting"]
    meeting = wire.world_of(request).state.meetings.get(int(number))
    if meeting is None:
        raise LookupError(f"no meeting {number}")
    return meeting


def _answer(request: web.Request, meeting: Meeting) -> web.Response:
    return web.json_response(snapshot.meeting(wire.world_of(request), meeting))


@routes.get("/_sim/meetings")
async def meetings(request: web.Request) -> web.Response:
    """All meetings; `user` and `alive=true` narrow it down."""
    world = wire.world_of(request)
    found = list(world.state.meetings.values())
    if key := request.query.get("user"):
        found = world.state.meetings_of(world.state.user(key))
    if request.query.get("alive") == "true":
        found = [meeting for meeting in found if meeting.deleted_at is None]
    return web.json_response([snapshot.meeting(world, one) for one in found])


@routes.post("/_sim/meetings")
async def create(request: web.Request) -> web.Response:
    """A meeting the host of `user` makes at Zoom; the rest is as for the API."""
    world = wire.world_of(request)
    body = await wanted(request)
    host = world.state.user(body.pop("user", ""))
    return _answer(request, world.operations.create(host, body, source="web_portal"))


@routes.get("/_sim/meetings/{meeting}")
async def read(request: web.Request) -> web.Response:
    """One meeting, deleted or not."""
    return _answer(request, _any_meeting(request))


@routes.patch("/_sim/meetings/{meeting}")
async def update(request: web.Request) -> web.Response:
    """The host changes a meeting at Zoom."""
    meeting = _any_meeting(request)
    wire.world_of(request).operations.update(meeting, await wanted(request))
    return _answer(request, meeting)


@routes.delete("/_sim/meetings/{meeting}")
async def delete(request: web.Request) -> web.Response:
    """The host deletes a meeting at Zoom."""
    meeting = _any_meeting(request)
    wire.world_of(request).operations.delete(meeting)
    return _answer(request, meeting)


@routes.post("/_sim/meetings/{meeting}/{action:start|end|recover}")
async def act(request: web.Request) -> web.Response:
    """The host starts, ends or recovers a meeting."""
    meeting = _any_meeting(request)
    operations = wire.world_of(request).operations
    actions = {
        "start": operations.start,
        "end": operations.end,
        "recover": operations.recover,
    }
    actions[request.match_info["action"]](meeting)
    return _answer(request, meeting)
