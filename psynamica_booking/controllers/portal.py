# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client's sessions in the portal: next and past, each leading to its own page."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from odoo.http import Response, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..services.time_zone import visitor_zone
from .book_offer import UTC
from .book_words import Words

MOST_PAST = 20  # on one page


class SessionPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters: list) -> dict:
        values = super()._prepare_home_portal_values(counters)
        if "session_count" in counters:
            values["session_count"] = len(_own_places())
        return values

    @route(
        ["/my/sessions", "/my/sessions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def my_sessions(self, page: int = 1, **_ignored: str) -> Response:
        """Show the client's next sessions, and the past ones page by page."""
        places = _own_places()
        is_next = {place: _is_next(place) for place in places}
        coming = places.filtered(is_next.get).sorted(lambda p: p.booking_id.start)
        past = (places - coming).sorted(lambda p: p.booking_id.start, reverse=True)
        pages = pager(url="/my/sessions", total=len(past), page=page, step=MOST_PAST)
        shown = past[pages["offset"] : pages["offset"] + MOST_PAST]
        values = self._prepare_portal_layout_values() | {
            "page_name": "session",
            "html_data": {"lang": (request.env.lang or "en_US").replace("_", "-")},
            "coming": [_row(place) for place in coming],
            "past": [_row(place) for place in shown],
            "pager": pages,
        }
        response = request.render("psynamica_booking.portal_my_sessions", values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response


def _own_places() -> Any:
    """Return the places of the person who is logged in, of nobody else."""
    places = request.env["psynamica.booking.participant"]
    return places._of_partner(request.env.user.partner_id)


def _is_next(place: Any) -> bool:
    return place._client_state() in ("requested", "confirmed", "moved")


def _row(place: Any) -> dict:
    booking = place.booking_id
    names = (place.tz, place.partner_id.tz, booking.user_id._booking_zone())
    zone = next(filter(None, map(visitor_zone, names)), UTC)
    lang = request.env.context.get("lang") or request.env.user.lang or "en_US"
    words = Words.of(request.env, lang, zone)
    start = booking.start.replace(tzinfo=timezone.utc)
    return {
        "when": words.span(start, booking.minutes),
        "city": words.city(),
        "minutes": booking.minutes,
        "therapist": booking.user_id.name,
        "state": place._client_state(),
        "link": f"/session/{place.token}",
        "join": place._given_join_url() if _is_next(place) else "",
    }
