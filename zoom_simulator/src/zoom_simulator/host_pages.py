# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages a host has at Zoom: index, meetings, installed apps."""

from urllib.parse import quote

from aiohttp import web

from . import html, wall_time, wire
from .entities import Meeting, User
from .errors import ZoomApiError
from .tokens import Grant

routes = web.RouteTableDef()

_SHOWN_MAX = 200


def refused(error: ZoomApiError) -> web.Response:
    """Return a page that says what Zoom would say."""
    message = f"{error.message} ({error.code:,})"
    return html.page("Zoom refuses", html.card(html.paragraph(message)), status=400)


def _see_other(location: str) -> web.Response:
    return web.Response(status=303, headers={"Location": location})


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """What there is."""
    links = (
        ("/meetings", "Meetings: what a host sees at Zoom, with edit and delete"),
        ("/installed", "Installed apps: remove an app as its user"),
        ("/marketplace/app", "App Marketplace: install the app from Zoom's side"),
    )
    items = "".join(f"<li>{html.link(url, text)}</li>" for url, text in links)
    return html.page(
        "This is the Zoom simulator",
        html.card(
            html.paragraph(
                "It behaves like Zoom for tests and demonstrations. Nothing here "
                "reaches Zoom, and everything is forgotten when it stops."
            ),
            f"<ul>{items}</ul>",
        ),
    )


def _selected(request: web.Request) -> User:
    state = wire.world_of(request).state
    key = request.query.get("user")
    return state.user(key) if key else next(iter(state.users.values()))


def _user_links(request: web.Request, base: str, selected: User) -> str:
    users = list(wire.world_of(request).state.users.values())[:_SHOWN_MAX]
    items = [
        f"<strong>{html.escape(user.email)}</strong>"
        if user is selected
        else html.link(f"{base}?user={quote(user.email)}", user.email)
        for user in users
    ]
    return f"<p>{' · '.join(items)}</p>"


def _no_such_user() -> web.Response:
    return html.page("There is no such user", status=404)


# --- meetings


@routes.get("/meetings")
async def meetings(request: web.Request) -> web.Response:
    """A host's meetings that are neither deleted nor expired."""
    try:
        user = _selected(request)
    except LookupError:
        return _no_such_user()
    found = wire.world_of(request).operations.listed(user, "scheduled")
    cards = [_meeting_card(request, one) for one in found[:_SHOWN_MAX]]
    nothing = html.card(html.paragraph("No meetings."))
    return html.page(
        f"Meetings of {user.display_name}",
        _user_links(request, "/meetings", user),
        *(cards or [nothing]),
    )


def _meeting_card(request: web.Request, meeting: Meeting) -> str:
    world = wire.world_of(request)
    start_url = world.answers.start_url(meeting, world.clock.now())
    is_on = meeting.status == "started"
    action = f"/meetings/{meeting.id}"
    return html.card(
        f"<h2>{html.escape(meeting.topic)}</h2>",
        html.facts(
            Meeting_ID=str(meeting.id),
            Passcode=meeting.password or "none",
            Start=f"{wall_time.in_words(meeting)} ({meeting.timezone})",
            State="in progress" if is_on else "not started",
        ),
        html.form(
            f"{action}/save",
            '<div class="row">',
            html.text_field("topic", "Topic", meeting.topic),
            html.text_field(
                "start",
                "Start",
                wall_time.for_field(meeting),
                kind="datetime-local",
                css="narrow-date",
            ),
            html.text_field(
                "duration",
                "Minutes",
                str(meeting.duration),
                kind="number",
                css="narrow",
            ),
            html.button("Save", "main"),
            "</div>",
        ),
        '<div class="row">',
        html.form(f"{action}/{'end' if is_on else 'start'}", _start_button(is_on)),
        html.form(f"{action}/delete", html.button("Delete", "bad")),
        html.link(start_url, "Host's lobby"),
        html.link(world.answers.join_url(meeting), "Guest's lobby"),
        "</div>",
    )


def _start_button(is_on: bool) -> str:
    return html.button("End" if is_on else "Start")


@routes.post("/meetings/{meeting}/{action:save|delete|start|end}")
async def change_meeting(request: web.Request) -> web.Response:
    """What the buttons do."""
    operations = wire.world_of(request).operations
    actions = {
        "delete": operations.delete,
        "start": operations.start,
        "end": operations.end,
    }
    action = request.match_info["action"]
    try:
        meeting = operations.find(request.match_info["meeting"])
        if action == "save":
            operations.update(meeting, _edited(await request.post(), meeting))
        else:
            actions[action](meeting)
    except ZoomApiError as error:
        return refused(error)
    return _see_other(f"/meetings?user={quote(meeting.host.email)}")


def _edited(form, meeting: Meeting) -> dict:
    """Return the body of an update that does what the form says."""
    body = {"topic": str(form.get("topic", "")), "timezone": meeting.timezone}
    if start := str(form.get("start", "")):
        # Browsers leave the seconds out when they are 0.
        body["start_time"] = f"{start}:00" if len(start) == 16 else start
    minutes = str(form.get("duration", ""))
    if minutes.isascii() and minutes.isdigit():
        body["duration"] = int(minutes)
    return body


# --- installed apps


@routes.get("/installed")
async def installed(request: web.Request) -> web.Response:
    """The apps a user has added."""
    try:
        user = _selected(request)
    except LookupError:
        return _no_such_user()
    grants = wire.world_of(request).state.tokens.grants_of(user)
    cards = [_grant_card(grant) for grant in grants]
    nothing = html.card(html.paragraph("No apps are installed."))
    return html.page(
        f"Installed apps of {user.display_name}",
        _user_links(request, "/installed", user),
        *(cards or [nothing]),
    )


def _grant_card(grant: Grant) -> str:
    items = "".join(f"<li>{html.escape(name)}</li>" for name in grant.scopes)
    return html.card(
        f"<h2>{html.escape(grant.app.name)}</h2>",
        html.paragraph("This app may use:", "soft"),
        f"<ul>{items}</ul>",
        html.form(
            "/installed/remove",
            html.hidden(user=grant.user.id, client_id=grant.app.client_id),
            html.button("Remove", "bad"),
        ),
    )


@routes.post("/installed/remove")
async def remove(request: web.Request) -> web.Response:
    """Uninstall an app: its tokens die and its developer is told."""
    form = await request.post()
    world = wire.world_of(request)
    try:
        user = world.state.user(str(form.get("user", "")))
        app = world.state.app(str(form.get("client_id", "")))
    except LookupError:
        return _no_such_user()
    world.operations.remove_app(app, user)
    return _see_other(f"/installed?user={quote(user.email)}")
