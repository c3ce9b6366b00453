# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages a host has at Zoom: index, meetings, installed apps."""

from aiohttp import web

from . import html

routes = web.RouteTableDef()


@routes.get("/")
async def index(request: web.Request) -> web.Response:
    """What there is."""
    return html.page("Zoom simulator", html.card(html.link("/meetings", "Meetings")))
