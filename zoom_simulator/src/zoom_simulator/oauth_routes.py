# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/oauth/token` and `/oauth/revoke`.  Zoom: OAuth, get access token; revoke."""

from urllib.parse import parse_qsl

from aiohttp import web

from . import errors, oauth_rules, wire
from .entities import App
from .errors import OAuthError
from .tokens import TokenPair

routes = web.RouteTableDef()

_FORM = "application/x-www-form-urlencoded"


def _bad_request() -> OAuthError:
    return OAuthError("invalid_request", "Bad Request")


async def _form(request: web.Request) -> dict[str, str]:
    """Return the form of a request; the query string is no place for it.

    :raises ZoomApiError: 401/124, a secret in the query string
    :raises OAuthError: not a form, or a parameter given twice
    """
    if any(name in request.query for name in oauth_rules.SECRET_PARAMETERS):
        raise errors.token_in_query()
    if request.query or request.content_type != _FORM:
        raise _bad_request()
    text = (await request.read()).decode(errors="replace")
    pairs = parse_qsl(text, keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise _bad_request()
    return form


def _app(request: web.Request, form: dict[str, str]) -> App:
    """Return the app that authenticates itself.

    :raises OAuthError: `invalid_client`.  Zoom: OAuth errors 4702, 4704, 4717.
    """
    refused = OAuthError("invalid_client", "Invalid client_id or client_secret")
    header = request.headers.get("Authorization")
    if header is None:
        # Zoom: OAuth error 4706: "in the header or in the request parameter".
        given = form.get("client_id", ""), form.get("client_secret", "")
    else:
        given = oauth_rules.basic_credentials(header)
    if given is None:
        raise refused
    app = wire.world_of(request).state.apps.get(given[0])
    if app is None or app.client_secret != given[1]:
        raise refused
    if app.disabled:
        raise OAuthError("invalid_client", "The app has been disabled by the developer")
    return app


@routes.post("/oauth/token")
async def token(request: web.Request) -> web.Response:
    """Zoom: OAuth, request and refresh an access token."""
    form = await _form(request)
    app = _app(request, form)
    grant_type = form.get("grant_type")
    if grant_type == "authorization_code":
        pair = _exchange(request, app, form)
    elif grant_type == "refresh_token":
        pair = _refresh(request, app, form)
    else:
        raise _bad_request()
    request[wire.USER] = pair.grant.user.email
    return web.json_response(_token_answer(request, pair))


def _exchange(request: web.Request, app: App, form: dict[str, str]) -> TokenPair:
    code, redirect_uri = form.get("code"), form.get("redirect_uri")
    if not code or not redirect_uri:
        raise _bad_request()
    verifier = form.get("code_verifier", "")
    tokens = wire.world_of(request).state.tokens
    return tokens.exchange(app, code, redirect_uri, verifier)


def _refresh(request: web.Request, app: App, form: dict[str, str]) -> TokenPair:
    refresh_token = form.get("refresh_token")
    if not refresh_token:
        raise _bad_request()
    tokens = wire.world_of(request).state.tokens
    owner = tokens.user_of(refresh_token)
    if owner:
        request[wire.USER] = owner.email
    return tokens.refresh(app, refresh_token)


def _token_answer(request: web.Request, pair: TokenPair) -> dict:
    world = wire.world_of(request)
    scopes = list(pair.grant.scopes)
    world.dice.shuffle(scopes)  # Zoom: the order of scopes is not promised
    return {
        "access_token": pair.access,
        "token_type": "bearer",
        "refresh_token": pair.refresh,
        "expires_in": oauth_rules.ACCESS_LIFE_S,
        "scope": " ".join(scopes),
        # Zoom: OAuth, `api_url`: the region's host.  Ours is the name we are called by.
        "api_url": pair.grant.app.api_url or f"https://{request.host}",
    }


@routes.post("/oauth/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Zoom: OAuth, revoke: uninstalls the app, which sends app_deauthorized."""
    form = await _form(request)
    app = _app(request, form)
    if not form.get("token"):
        raise _bad_request()
    world = wire.world_of(request)
    grant = world.state.tokens.grant_of_access_for(app, form["token"])
    request[wire.USER] = grant.user.email
    world.operations.remove_app(app, grant.user)
    return web.json_response({"status": "success"})
