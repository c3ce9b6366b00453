# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lobby: what a browser sees behind a join link or a start link."""

from urllib.parse import quote

from aiohttp import web

from . import html, wall_time, wire
from .clock import iso
from .entities import Meeting
from .errors import ZoomApiError
from .host_pages import refused

routes = web.RouteTableDef()

_SIMULATED = "This is the Zoom simulator. There is no video behind this page."
# Shows the start once more, as the clock of the person who looks has it.
_YOUR_TIME = """<script>
for (const mark of document.querySelectorAll("time")) {
  const at = new Date(mark.dateTime);
  mark.textContent = at.toLocaleString([], {dateStyle: "full", timeStyle: "short"});
}
</script>"""


def _gone(error: ZoomApiError) -> web.Response:
    return html.page(
        "This meeting does not exist",
        html.card(html.paragraph(f"{error.message} ({error.code:,})")),
        html.paragraph(_SIMULATED, "soft"),
        status=404,
    )


def _lobby(meeting: Meeting, role: str, *more: str) -> web.Response:
    values = {
        "Role": role,
        "Time": f"{wall_time.in_words(meeting)} ({meeting.timezone})",
        "Length": f"{meeting.duration} minutes",
        "Host": meeting.host.display_name,
        "Meeting_ID": str(meeting.id),
    }
    yours = ""
    if meeting.start_at is not None:
        at = iso(meeting.start_at)
        yours = f'<p class="soft">In your time: <time datetime="{at}">{at}</time></p>'
    return html.page(
        meeting.topic,
        html.card(html.facts(**values), yours, *more),
        html.paragraph(_SIMULATED, "soft"),
        _YOUR_TIME,
    )


@routes.get("/j/{meeting}")
async def join(request: web.Request) -> web.Response:
    """The lobby of a participant; needs no Zoom account."""
    world = wire.world_of(request)
    try:
        meeting = world.operations.find(request.match_info["meeting"])
    except ZoomApiError as error:
        return _gone(error)
    if not _may_enter(request, meeting):
        return _ask_passcode(request, meeting)
    return _lobby(meeting, "Guest", html.paragraph(_guest_notice(meeting), "notice"))


def _may_enter(request: web.Request, meeting: Meeting) -> bool:
    if not meeting.password:
        return True
    answers = wire.world_of(request).answers
    typed = request.query.get("passcode", "")
    pwd = request.query.get("pwd", "")
    return typed == meeting.password or answers.pwd_matches(meeting, pwd)


def _ask_passcode(request: web.Request, meeting: Meeting) -> web.Response:
    was_wrong = "passcode" in request.query or "pwd" in request.query
    return html.page(
        "Enter the meeting passcode",
        html.card(
            html.paragraph("The passcode is wrong.", "notice") if was_wrong else "",
            f'<form method="get" action="/j/{meeting.id}"><div class="row">',
            html.text_field("passcode", "Passcode", ""),
            html.button("Join", "main"),
            "</div></form>",
        ),
        html.paragraph(_SIMULATED, "soft"),
        status=403,
    )


def _guest_notice(meeting: Meeting) -> str:
    is_on = meeting.status == "started"
    if meeting.settings["waiting_room"]:
        return (
            "You are in the waiting room. The host will let you in soon."
            if is_on
            else "Waiting room: the host will let you in when the meeting starts."
        )
    if is_on or meeting.settings["join_before_host"]:
        return "You are in the meeting."
    return "Waiting for the host to start this meeting."


@routes.get("/s/{meeting}")
async def start(request: web.Request) -> web.Response:
    """The lobby of the host; the login in the link is good for two hours."""
    try:
        meeting = _hosted(request, request.query.get("zak", ""))
    except ZoomApiError as error:
        return _gone(error)
    except PermissionError as error:
        return _zak_refused(error)
    is_on = meeting.status == "started"
    action, text = ("end", "End meeting") if is_on else ("start", "Start meeting")
    return _lobby(
        meeting,
        "Host",
        html.paragraph("The meeting is in progress." if is_on else "Not started yet."),
        html.form(
            f"/s/{meeting.id}/{action}",
            html.hidden(zak=request.query["zak"]),
            html.button(text, "main"),
        ),
    )


@routes.post("/s/{meeting}/{action:start|end}")
async def start_or_end(request: web.Request) -> web.Response:
    """What the host's button does."""
    zak = str((await request.post()).get("zak", ""))
    operations = wire.world_of(request).operations
    actions = {"start": operations.start, "end": operations.end}
    try:
        meeting = _hosted(request, zak)
        actions[request.match_info["action"]](meeting)
    except ZoomApiError as error:
        return refused(error)
    except PermissionError as error:
        return _zak_refused(error)
    location = f"/s/{meeting.id}?zak={quote(zak)}"
    return web.Response(status=303, headers={"Location": location})


def _hosted(request: web.Request, zak: str) -> Meeting:
    """Return the meeting that `zak` opens as its host.

    :raises ZoomApiError: there is no such meeting
    :raises PermissionError: wrong or too old.  Zoom: Get a meeting, `start_url`.
    """
    world = wire.world_of(request)
    meeting = world.operations.find(request.match_info["meeting"])
    until = world.answers.zak_expiry(meeting, zak)
    if until is None:
        raise PermissionError("This start link is not valid. Log in to Zoom.")
    if world.clock.now() >= until:
        raise PermissionError("This start link has expired: it is good for two hours.")
    return meeting


def _zak_refused(error: PermissionError) -> web.Response:
    return html.page(
        "You cannot start this meeting",
        html.card(html.paragraph(str(error))),
        status=403,
    )
