# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The join link: ours, permanent, and leading to wherever the session happens now."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from odoo.http import Controller, Response, request, route

from .. import server_config
from ..server_config import ServerConfigError
from .public_page import render_public
from .unknown_links import UnknownLinks

_logger = logging.getLogger(__name__)

JOIN_ROUTE = "/video/join/<string:token>"
HOST_ROUTE = "/video/host/<int(max=2147483647):event_id>"  # what the database can hold
PAGES = {
    "waiting": "psynamica_zoom.page_waiting",
    "early": "psynamica_zoom.page_early",
    "room": "psynamica_zoom.page_room",
    "cancelled": "psynamica_zoom.page_cancelled",
    "over": "psynamica_zoom.page_over",
}
_unknown_links = UnknownLinks()
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class JoinController(Controller):
    @route(
        JOIN_ROUTE,
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def join(self, token: str, **_ignored: str) -> Response:
        """Lead whoever has the link to the session, or say why there is none."""
        return _answer(request.env["calendar.event"].sudo()._video_resolve(token))

    @route(HOST_ROUTE, type="http", auth="user", methods=["GET"])
    def host(self, event_id: int, **_ignored: str) -> Response:
        """Lead somebody who takes part and is logged in to the session."""
        event = request.env["calendar.event"].browse(event_id).exists()
        if not event or not event._video_takes_part() or not event._video_has_link():
            return _not_found()
        return _lead_to(event._video_host_url())


def _answer(answer: dict) -> Response:
    kind = answer["kind"]
    if kind == "redirect":
        return _lead_to(answer.get("url"))
    if kind not in PAGES:
        return _unknown()
    wanted = ("company", "room_url", "start", "tz", "long", "reason")
    values = {name: answer[name] for name in wanted if name in answer}
    return render_public(PAGES[kind], values, lang=answer.get("lang"))


def _lead_to(url: str | None) -> Response:
    """Redirect, telling the other side nothing about the address we were opened by."""
    if not url:
        return _not_found()
    if not _is_safe(url):
        # Not the address itself: it opens the meeting.
        _logger.error("zoom: a session leads to an address that is not https")
        return _not_found()
    response = request.redirect(url, code=303, local=False)
    response.headers.update(_PRIVATE)
    return response


def _is_safe(url: str) -> bool:
    """Return whether a browser may be sent there: https, this server, or Zoom's place.

    This server and a simulator of Zoom may be without https on somebody's desk.
    """
    if not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "https" and parts.hostname:
        return True
    return _is_simulators(url) or _is_ours(url)


def _is_simulators(url: str) -> bool:
    try:
        return server_config.endpoint().allows_browser_url(url)
    except ServerConfigError as error:
        _logger.error("zoom: %s", error)
        return False


def _is_ours(url: str) -> bool:
    if url.startswith("/"):
        return not url.startswith(("//", "/\\"))
    bases = (request.httprequest.host_url, request.env.company.get_base_url())
    return any(url.startswith(base.rstrip("/") + "/") for base in bases)


def _unknown() -> Response:
    wait_s = _unknown_links.note(request.httprequest.remote_addr)
    if not wait_s:
        return _not_found()
    answer = render_public("psynamica_zoom.page_too_many", status=429)
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def _not_found() -> Response:
    return render_public("psynamica_zoom.page_not_found", status=404)
