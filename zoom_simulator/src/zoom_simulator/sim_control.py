# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/_sim`: users, accounts, the app, authorisations, and the host's hand."""

from dataclasses import fields

from aiohttp import web

from . import authorize_pages, snapshot, wire
from .entities import PLANS, Account, App, PasscodeRules, User
from .oauth_rules import redirect_url
from .sim_routes import wanted

routes = web.RouteTableDef()

_USER_FIELDS = {
    "type": int,
    "timezone": str,
    "first_name": str,
    "last_name": str,
    "hosting_allowed": bool,
    "removed": bool,
}
_ACCOUNT_FIELDS = {
    "plan": str,
    "locks": dict,
    "dropped_settings": list,
    "require_passcode": bool,
    "forced_protection": str,
    "app_blocked": bool,
}
_APP_FIELDS = {
    "name": str,
    "client_secret": str,
    "redirect_uris": list,
    "scopes": list,
    "optional_scopes": list,
    "webhook_secret": str,
    "webhook_url": str,
    "deauthorization_url": str,
    "events": list,
    "disabled": bool,
    "published": bool,
    "api_url": str,
}


def _change(thing: object, body: dict, types: dict[str, type]) -> None:
    """Set attributes.

    :raises ValueError: a name is not known or a value has the wrong type
    """
    for name, value in body.items():
        if name not in types:
            raise ValueError(f"{name!r} cannot be set; these can: {', '.join(types)}")
        if not isinstance(value, types[name]):
            raise ValueError(f"{name} has the wrong type")
    for name, value in body.items():
        setattr(thing, name, value)


@routes.post("/_sim/users")
async def add_user(request: web.Request) -> web.Response:
    """Add a user: `email`; `account` (id or a user of it) or `plan` of a new one."""
    world = wire.world_of(request)
    body = await wanted(request)
    key, plan = body.pop("account", None), body.pop("plan", "pro")
    email = body.pop("email", None)
    if not isinstance(email, str) or not email:
        raise ValueError("email is missing")
    allowed = ("first_name", "last_name", "type", "timezone", "user_id")
    if unknown := set(body) - set(allowed):
        raise ValueError(f"not known: {', '.join(sorted(unknown))}")
    state = world.state
    account = state.account(key) if key else state.add_account(plan=plan)
    user = state.add_user(account, email, **body)
    return web.json_response(snapshot.user(world, user))


@routes.patch("/_sim/users/{user}")
async def change_user(request: web.Request) -> web.Response:
    """Change a user; `removed` = no longer at Zoom (OAuth error 4735)."""
    world = wire.world_of(request)
    user = world.state.user(request.match_info["user"])
    _change(user, await wanted(request), _USER_FIELDS)
    return web.json_response(snapshot.user(world, user))


@routes.patch("/_sim/accounts/{account}")
async def change_account(request: web.Request) -> web.Response:
    """Change plan, locks, passcode rules … of an account (id or a user of it)."""
    world = wire.world_of(request)
    account = world.state.account(request.match_info["account"])
    body = await wanted(request)
    rules = body.pop("passcode_rules", None)
    if body.get("plan", account.plan) not in PLANS:
        raise ValueError(f"plan is one of {PLANS}")
    if rules is not None:
        _set_passcode_rules(account, rules)
    _change(account, body, _ACCOUNT_FIELDS)
    return web.json_response(snapshot.account(world, account))


def _set_passcode_rules(account: Account, rules: dict) -> None:
    known = {field.name: field.type for field in fields(PasscodeRules)}
    changed = PasscodeRules()
    _change(changed, rules, known)
    account.passcode_rules = changed


@routes.patch("/_sim/app")
async def change_app(request: web.Request) -> web.Response:
    """Change the app of `?client_id=` (default: the first); new scopes count from
    the next authorisation on, as at Zoom."""
    app = _app(request, request.query.get("client_id", ""))
    _change(app, await wanted(request), _APP_FIELDS)
    return web.json_response(snapshot.app(app))


@routes.post("/_sim/apps")
async def add_app(request: web.Request) -> web.Response:
    """Add another pair of credentials: `client_id`, otherwise like the first app."""
    world = wire.world_of(request)
    body = await wanted(request)
    client_id = body.pop("client_id", None)
    if not client_id or client_id in world.state.apps:
        raise ValueError("client_id is missing or taken")
    app = App(**{**vars(world.config.first_app()), "client_id": client_id})
    _change(app, body, _APP_FIELDS)
    world.state.apps[client_id] = app
    return web.json_response(snapshot.app(app))


def _app(request: web.Request, client_id: str) -> App:
    return wire.world_of(request).state.app(client_id)


def _user(request: web.Request, body: dict) -> User:
    key = body.get("user")
    if not isinstance(key, str):
        raise ValueError("user is missing: an id or an e-mail address")
    return wire.world_of(request).state.user(key)


@routes.post("/_sim/authorize")
async def authorize(request: web.Request) -> web.Response:
    """A code without a browser: `user`; `redirect_uri`, `state`, `scopes`,
    `code_challenge`, `code_challenge_method`, `client_id` as wanted."""
    body = await wanted(request)
    app, user = _app(request, body.get("client_id", "")), _user(request, body)
    redirect_uri = body.get("redirect_uri") or next(iter(app.redirect_uris), "")
    granted = authorize_pages.granted_scopes(app, set(app.optional_scopes))
    code = wire.world_of(request).state.tokens.issue_code(
        app,
        user,
        redirect_uri,
        tuple(body.get("scopes", granted)),
        challenge=body.get("code_challenge", ""),
        method=body.get("code_challenge_method") or "plain",
    )
    location = redirect_url(redirect_uri, code=code, state=body.get("state"))
    return web.json_response({"code": code, "redirect": location})


@routes.post("/_sim/remove")
async def remove(request: web.Request) -> web.Response:
    """Uninstall the app for `user`; `tell: false` = without a notification."""
    body = await wanted(request)
    app, user = _app(request, body.get("client_id", "")), _user(request, body)
    operations = wire.world_of(request).operations
    removed = operations.remove_app(app, user, tell=body.get("tell", True))
    return web.json_response({"removed": removed})


@routes.post("/_sim/tokens")
async def change_tokens(request: web.Request) -> web.Response:
    """Change what `user` holds: `expire`: ["access", "refresh"], `scopes`: […]."""
    world = wire.world_of(request)
    body = await wanted(request)
    app, user = _app(request, body.get("client_id", "")), _user(request, body)
    grant = world.state.tokens.grant(app, user)
    if grant is None:
        raise LookupError("this user has not added the app")
    which = body.get("expire", [])
    world.state.tokens.expire(
        grant, access="access" in which, refresh="refresh" in which
    )
    grant.scopes = tuple(body.get("scopes", grant.scopes))
    return web.json_response(snapshot.grant(world, grant))


@routes.post("/_sim/quota")
async def quota(request: web.Request) -> web.Response:
    """Set how many of the 100 writes a day `user` has `used`."""
    world = wire.world_of(request)
    body = await wanted(request)
    user = _user(request, body)
    world.limiter.set_writes_used(user, int(body["used"]), world.clock.now())
    return web.json_response(snapshot.user(world, user))
