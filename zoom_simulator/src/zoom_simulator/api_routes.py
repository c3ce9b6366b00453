# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The REST API: HTTP in, operations, HTTP out.  Zoom: meetings API, users API."""

from aiohttp import web

from . import errors, limits, meeting_checks, oauth_rules, rules, scopes, wire
from .entities import Meeting, User
from .errors import ZoomApiError
from .tokens import Grant

routes = web.RouteTableDef()

PAGE_SIZE = 30  # Zoom: List meetings, `page_size`
PAGE_SIZE_MAX = 300
PAGE_TOKEN_S = 15 * 60  # Zoom: List meetings, `next_page_token`


def _enter(request: web.Request, scope: str, label: str = limits.LIGHT) -> User:
    """Return who calls, after everything that can be refused before the work.

    :raises ZoomApiError: 401/124, 429, 4711
    """
    world = wire.world_of(request)
    if any(name in request.query for name in oauth_rules.SECRET_PARAMETERS):
        raise errors.token_in_query()
    grant = world.state.tokens.grant_of_access(wire.bearer(request))
    request[wire.LABEL] = label
    if world.settings.rate_limits:
        world.limiter.take(grant.user.account, label, world.clock.now())
    _check_scope(request, grant, scope)
    return grant.user


def _check_scope(request: web.Request, grant: Grant, scope: str) -> None:
    names = scopes.named_in_refusal(scope)
    if request.match_info.get("user", "me") != "me":
        # Zoom: user-level apps "must use the `me` value"; a concrete id needs
        # what such an app cannot have.
        names = names[1:]
    elif scopes.allows(grant.scopes, scope):
        return
    old_style = wire.world_of(request).settings.scope_error_4700
    raise errors.missing_scopes(names, old_style=old_style)


def _count_write(request: web.Request, user: User) -> None:
    world = wire.world_of(request)
    if world.settings.rate_limits:
        world.limiter.take_write(user, world.clock.now())


def _meeting(request: web.Request, user: User) -> Meeting:
    """Return the caller's own meeting of the path.

    :raises ZoomApiError: 3001, 2306
    """
    meeting = wire.world_of(request).operations.find(request.match_info["meeting"])
    if meeting.host is not user:
        raise errors.meeting_of_somebody_else()
    return meeting


@routes.get("/v2/users/{user}")
async def get_user(request: web.Request) -> web.Response:
    """Zoom: Get a user."""
    user = _enter(request, scopes.USER)
    return web.json_response(wire.world_of(request).answers.user(user))


@routes.post("/v2/users/{user}/meetings")
async def create_meeting(request: web.Request) -> web.Response:
    """Zoom: Create a meeting."""
    world = wire.world_of(request)
    label = limits.MEDIUM if world.settings.create_is_medium else limits.LIGHT
    user = _enter(request, scopes.CREATE, label)
    _count_write(request, user)
    meeting = world.operations.create(user, await wire.decoded_body(request))
    answer = world.answers.meeting(meeting, world.clock.now())
    return web.json_response(answer, status=201)


@routes.get("/v2/users/{user}/meetings")
async def list_meetings(request: web.Request) -> web.Response:
    """Zoom: List meetings."""
    user = _enter(request, scopes.LIST, limits.MEDIUM)
    world = wire.world_of(request)
    kind = request.query.get("type", "scheduled")
    if kind not in rules.LIST_TYPES:
        raise errors.invalid_fields([{"field": "type", "message": "Invalid field."}])
    days = _dates(request)
    found = world.operations.listed(user, kind)
    found = [one for one in found if rules.is_between(one, *days)]
    size = _page_size(request)
    first = _offset(request, user)
    answer = {
        "page_size": size,
        "total_records": len(found),
        "next_page_token": "",
        "meetings": [world.answers.list_item(m) for m in found[first : first + size]],
    }
    if first + size < len(found):
        until = world.clock.now() + PAGE_TOKEN_S
        answer["next_page_token"] = world.signer.seal(
            {"o": first + size, "u": user.id, "e": until}
        )
    return web.json_response(answer)


def _dates(request: web.Request) -> tuple[str, str]:
    """Return `from` and `to` of a list request; empty = no limit."""
    dates = request.query.get("from", ""), request.query.get("to", "")
    for name, text in zip(("from", "to"), dates, strict=True):
        if text and not meeting_checks.is_date(text):
            raise errors.invalid_fields([{"field": name, "message": "Invalid field."}])
    return dates


def _page_size(request: web.Request) -> int:
    text = request.query.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= PAGE_SIZE_MAX):
        raise errors.invalid_fields(
            [{"field": "page_size", "message": "Invalid field."}]
        )
    return int(text)


def _offset(request: web.Request, user: User) -> int:
    token = request.query.get("next_page_token")
    if not token:
        return 0
    world = wire.world_of(request)
    content = world.signer.open(token)
    valid = content and content.get("u") == user.id
    if not valid or world.clock.now() > content["e"]:
        raise ZoomApiError(400, 300, "The next page token is invalid or expired.")
    return content["o"]


@routes.get("/v2/meetings/{meeting}")
async def get_meeting(request: web.Request) -> web.Response:
    """Zoom: Get a meeting."""
    user = _enter(request, scopes.READ)
    world = wire.world_of(request)
    meeting = _meeting(request, user)
    return web.json_response(world.answers.meeting(meeting, world.clock.now()))


@routes.patch("/v2/meetings/{meeting}")
async def update_meeting(request: web.Request) -> web.Response:
    """Zoom: Update a meeting.  204 without a body."""
    user = _enter(request, scopes.UPDATE)
    _count_write(request, user)
    meeting = _meeting(request, user)
    _refuse_occurrence(request)
    body = await wire.decoded_body(request)
    wire.world_of(request).operations.update(meeting, body)
    return web.Response(status=204)


@routes.delete("/v2/meetings/{meeting}")
async def delete_meeting(request: web.Request) -> web.Response:
    """Zoom: Delete a meeting.  204 without a body."""
    world = wire.world_of(request)
    user = _enter(request, scopes.DELETE)
    if world.settings.delete_counts_as_write:
        _count_write(request, user)
    meeting = world.operations.find(request.match_info["meeting"], deleting=True)
    if meeting.host is not user:
        raise errors.not_the_host()
    _refuse_occurrence(request)
    _check_flags(request, "schedule_for_reminder", "cancel_meeting_reminder")
    world.operations.delete(meeting)
    return web.Response(status=204)


def _refuse_occurrence(request: web.Request) -> None:
    """Zoom: Delete a meeting, 3000: there are no occurrences to name here."""
    if request.query.get("occurrence_id"):
        raise ZoomApiError(400, 3000, "Invalid occurrence_id.")


def _check_flags(request: web.Request, *names: str) -> None:
    wrong = [
        {"field": name, "message": "Invalid field."}
        for name in names
        if request.query.get(name, "false") not in ("true", "false")
    ]
    if wrong:
        raise errors.invalid_fields(wrong)


@routes.put("/v2/meetings/{meeting}/status")
async def change_status(request: web.Request) -> web.Response:
    """Zoom: Update meeting status, `end` or `recover`."""
    user = _enter(request, scopes.STATUS)
    world = wire.world_of(request)
    body = await wire.decoded_body(request)
    action = body.get("action") if isinstance(body, dict) else None
    if action == "end":
        world.operations.end(_meeting(request, user))
    elif action == "recover":
        world.operations.recover(_deleted_meeting(request, user))
    else:
        raise errors.invalid_fields([{"field": "action", "message": "Invalid field."}])
    return web.Response(status=204)


def _deleted_meeting(request: web.Request, user: User) -> Meeting:
    number = request.match_info["meeting"]
    meetings = wire.world_of(request).state.meetings
    is_number = number.isascii() and number.isdigit()
    meeting = meetings.get(int(number)) if is_number else None
    if meeting is None:
        raise errors.meeting_missing(number)
    if meeting.host is not user:
        raise errors.meeting_of_somebody_else()
    return meeting


@routes.route("*", "/v2/{rest:.*}")
async def unknown_endpoint(request: web.Request) -> web.Response:
    """Answer what is not simulated (the message is Zoom's, from memory)."""
    raise ZoomApiError(404, 2300, "This API endpoint is not recognized.")
