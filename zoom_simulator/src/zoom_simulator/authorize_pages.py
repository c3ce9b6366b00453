# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages on which a user allows an app.  Zoom: OAuth, request authorization."""

from dataclasses import dataclass

from aiohttp import web

from . import html, oauth_rules, scopes, wire
from .entities import App, User

routes = web.RouteTableDef()

# What travels from the address through the page's form.
_CARRIED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "code_challenge",
    "code_challenge_method",
)


class Refused(Exception):
    """Zoom shows a page and sends nobody anywhere."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Wish:
    """An authorization request that may be shown to a user."""

    app: App
    redirect_uri: str
    state: str
    challenge: str
    method: str
    carried: dict[str, str]


def _wish(request: web.Request, values: dict[str, str]) -> Wish:
    """Return what an app asks for.

    :raises Refused: the request is not one Zoom would show
    """
    app = wire.world_of(request).state.apps.get(values.get("client_id", ""))
    if app is None:
        raise Refused(4702, "Invalid client_id")
    if app.disabled:
        raise Refused(4717, "The app has been disabled by the developer")
    challenge = values.get("code_challenge", "")
    redirect_uri = values.get("redirect_uri", "")
    if not oauth_rules.redirect_is_registered(
        redirect_uri, app.redirect_uris, pkce=bool(challenge)
    ):
        raise Refused(4700, "Invalid redirect url")
    if values.get("response_type") != "code":
        raise Refused(4700, "Invalid response_type")
    # Zoom: OAuth with PKCE: `plain` when the method is absent.
    method = values.get("code_challenge_method") or "plain"
    if method not in ("S256", "plain"):
        raise Refused(4700, "Invalid code_challenge_method")
    carried = {name: values[name] for name in _CARRIED if name in values}
    state = values.get("state", "")
    return Wish(app, redirect_uri, state, challenge, method, carried)


def _refusal(refused: Refused) -> web.Response:
    """Zoom: a bad redirect URI ends on an error page, never in a redirect."""
    message = f"{refused.message} ({refused.code:,})"
    return html.page(
        "This app cannot be added",
        html.card(html.paragraph(message), html.paragraph("Go back to the app.")),
        status=400,
    )


@routes.get("/oauth/authorize")
async def authorize(request: web.Request) -> web.Response:
    """Ask which account, show which app and which scopes."""
    try:
        wish = _wish(request, dict(request.query))
    except Refused as refused:
        return _refusal(refused)
    return html.page(
        f"{wish.app.name} asks for access",
        html.card(
            html.form(
                "/oauth/authorize",
                html.hidden(**wish.carried),
                "<h2>Your Zoom account</h2>",
                _account_chooser(request),
                "<h2>The app may then</h2>",
                _scope_list(wish.app),
                html.paragraph(f"You will be sent to {wish.redirect_uri}", "soft"),
                '<div class="row">',
                html.button("Allow", "main", name="decision", value="allow"),
                html.button("Decline", name="decision", value="decline"),
                "</div>",
            )
        ),
    )


def _account_chooser(request: web.Request) -> str:
    users = wire.world_of(request).state.users.values()
    people = [user for user in users if not user.removed]
    plans = {user.id: "Basic" if user.type == 1 else "Licensed" for user in people}
    return "".join(
        html.choice(
            "radio",
            "user",
            user.id,
            f"{user.display_name}, {user.email} ({plans[user.id]})",
            checked=number == 0,
        )
        for number, user in enumerate(people[:50])
    )


def _scope_list(app: App) -> str:
    fixed = [name for name in app.scopes if name not in app.optional_scopes]
    optional = [name for name in app.scopes if name in app.optional_scopes]
    items = "".join(f"<li>{_scope_text(name)}</li>" for name in fixed)
    boxes = "".join(
        html.choice("checkbox", "scope", name, _scope_text(name), checked=True)
        for name in optional
    )
    return f'<ul id="scopes">{items}</ul>{boxes}'


def _scope_text(name: str) -> str:
    words = scopes.IN_WORDS.get(name)
    return f"{words} ({name})" if words else name


@routes.post("/oauth/authorize")
async def decide(request: web.Request) -> web.Response:
    """Send the browser back with a code, or with Zoom's word for "no"."""
    form = await request.post()
    try:
        wish = _wish(request, {name: str(value) for name, value in form.items()})
    except Refused as refused:
        return _refusal(refused)
    if form.get("decision") != "allow":
        # RFC 6749 4.1.2.1; Zoom's own form of it is not documented.
        return _back(wish, error="access_denied", state=wish.state)
    world = wire.world_of(request)
    user = world.state.user(str(form.get("user", "")))
    if user.account.app_blocked:
        return _needs_approval(user)
    ticked = {str(name) for name in form.getall("scope", [])}
    granted = granted_scopes(wish.app, ticked)
    code = world.state.tokens.issue_code(
        wish.app,
        user,
        wish.redirect_uri,
        granted,
        challenge=wish.challenge,
        method=wish.method,
    )
    request[wire.USER] = user.email
    return _back(wish, code=code, state=wish.state)


def granted_scopes(app: App, ticked: set[str]) -> tuple[str, ...]:
    """Return the scopes an authorisation gives: all but the unticked optional ones."""
    return tuple(
        name for name in app.scopes if name not in app.optional_scopes or name in ticked
    )


def _back(wish: Wish, **answer: str) -> web.Response:
    location = oauth_rules.redirect_url(wish.redirect_uri, **answer)
    return web.Response(status=302, headers={"Location": location})


def _needs_approval(user: User) -> web.Response:
    """Zoom: OAuth error 4738: the account's administrator has to approve first."""
    return html.page(
        "Your administrator has to approve this app",
        html.card(
            html.paragraph(
                "The administrator of your Zoom account allows only apps that were "
                "approved before. A request was not sent: this is a simulator. (4,738)"
            ),
            html.paragraph(f"You are {user.email}.", "soft"),
        ),
        status=403,
    )


@routes.get("/marketplace/app")
async def marketplace(request: web.Request) -> web.Response:
    """An install that begins at Zoom: the app gets a code without its state."""
    try:
        app = wire.world_of(request).state.app(request.query.get("client_id", ""))
    except LookupError:
        return _refusal(Refused(4702, "Invalid client_id"))
    if not app.redirect_uris:
        return _refusal(Refused(4700, "Invalid redirect url"))
    return html.page(
        app.name,
        html.card(
            html.paragraph("An app of the (simulated) Zoom App Marketplace."),
            '<form method="get" action="/oauth/authorize">',
            html.hidden(
                client_id=app.client_id,
                redirect_uri=app.redirect_uris[0],
                response_type="code",
            ),
            html.button("Add", "main"),
            "</form>",
        ),
    )
