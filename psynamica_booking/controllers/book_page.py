# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who looks at a scheduling page, and how every one of them is answered.

The pages need neither the website addon nor JavaScript.  Without `embed=1` nobody may
show them in a frame; with it the sites that the practice has named.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from odoo.api import Environment
from odoo.http import Response, request

from odoo.addons.psynamica_zoom.controllers.asset_address import asset_address
from odoo.addons.psynamica_zoom.controllers.public_page import render_public
from odoo.addons.psynamica_zoom.controllers.visitor_language import choose_language

from ..services.time_zone import visitor_zone
from .book_captcha import captcha_sources
from .book_words import Words

ZONE_COOKIE = "tz"  # as Odoo's own public pages name it
LANGUAGE_COOKIE = "frontend_lang"  # likewise
KEPT_BY_BROWSER_S = 365 * 24 * 3600
ASSETS = "psynamica_booking/static/src/public"


class Visitor(NamedTuple):
    """What is known of somebody who looks at a page.

    :param env: in the visitor's language
    :param zone: None when nobody has said it yet
    :param is_framed: the page is part of another site's page
    """

    env: Environment
    lang: str
    zone: ZoneInfo | None
    is_framed: bool

    def words(self, zone: ZoneInfo) -> Words:
        """Return how dates and times are written for this visitor."""
        return Words.of(self.env, self.lang, zone)

    def link(self, path: str, **query: object) -> str:
        """Return an address of ours that keeps what the visitor has chosen."""
        kept = {"lang": _asked("lang"), "tz": None, "embed": None}
        if self.is_framed:  # a frame on another site has no cookies
            kept |= {"tz": self.zone and self.zone.key, "embed": "1"}
        told = {
            name: value for name, value in (kept | query).items() if value is not None
        }
        return f"{path}?{urlencode(told)}" if told else path


def current_visitor() -> Visitor:
    """Return who makes this request."""
    lang = _language()
    user = request.env.user
    own_zone = None if user._is_public() else user.tz
    zones = (_asked("tz"), request.httprequest.cookies.get(ZONE_COOKIE), own_zone)
    return Visitor(
        env=request.env(context=dict(request.env.context, lang=lang)),
        lang=lang,
        zone=next(filter(None, map(visitor_zone, zones)), None),
        is_framed=request.httprequest.args.get("embed") == "1",
    )


def render_page(
    visitor: Visitor, template: str, values: dict, *, status: int = 200
) -> Response:
    """Return a page; what the visitor has chosen by its address is remembered."""
    page = {
        "visitor": visitor,
        "book_style": asset_address(f"{ASSETS}/book.css"),
        "book_script": asset_address(f"{ASSETS}/book.js"),
        "is_framed": visitor.is_framed,
        "link": visitor.link,
        "is_indexed": False,
        "captcha": {},
        "zone_known": bool(visitor.zone),
        "page_title": "",
        # The site around these pages, which have none of its scripts.
        "home": "/" if "website" in visitor.env else "",
        "is_again": False,
        **values,
    }
    page["language_links"] = _language_links(visitor)
    response = render_public(template, page, status=status, lang=visitor.lang)
    _allow(response, visitor, page["captcha"])
    _remember(response, visitor)
    return response


def booked_link(participant: Any) -> str:
    """Return the client's own page about a session that has just been booked."""
    return f"/session/{participant.sudo().token}?done=booked"


def not_found(visitor: Visitor) -> Response:
    """Return the page for an address that leads to no service."""
    return render_page(visitor, "psynamica_booking.page_no_service", {}, status=404)


def _language() -> str:
    env = request.env
    user = env.user
    company_lang = env.company.sudo().partner_id.lang
    return choose_language(
        (code for code, _name in env["res.lang"].get_installed()),
        [
            _asked("lang"),
            request.httprequest.cookies.get(LANGUAGE_COOKIE),
            None if user._is_public() else user.lang,
            *request.httprequest.accept_languages.values(),
            company_lang,
        ],
    )


def _asked(name: str) -> str | None:
    return request.httprequest.args.get(name)


def _language_links(visitor: Visitor) -> dict[str, str]:
    """Return language → this very page in it."""
    query = request.httprequest.args.to_dict()
    path = request.httprequest.path
    return {
        code: f"{path}?{urlencode(query | {'lang': code})}"
        for code, _name in visitor.env["res.lang"].get_installed()
    }


def _remember(response: Response, visitor: Visitor) -> None:
    if visitor.is_framed:
        return
    chosen = {}
    if visitor.zone and visitor_zone(_asked("tz")) == visitor.zone:
        chosen[ZONE_COOKIE] = visitor.zone.key
    if _asked("lang"):
        chosen[LANGUAGE_COOKIE] = visitor.lang
    for name, value in chosen.items():
        response.set_cookie(
            name,
            value,
            max_age=KEPT_BY_BROWSER_S,
            samesite="Lax",
            secure=request.httprequest.is_secure,
        )


def _allow(response: Response, visitor: Visitor, captcha: dict) -> None:
    """Allow what these pages need beyond the plain ones: forms, a script, a frame."""
    hosts = request.env.company._booking_frame_ancestors() if visitor.is_framed else []
    sources = captcha_sources(captcha)
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        " ".join(["script-src 'self'", *sources]),
        "base-uri 'none'",
        "form-action 'self'",
        " ".join(["frame-ancestors", *(hosts or ["'none'"])]),
    ]
    if sources:
        rules += [f"frame-src {' '.join(sources)}", f"connect-src {' '.join(sources)}"]
    response.headers["Content-Security-Policy"] = "; ".join(rules)
    if hosts:
        response.headers.remove("X-Frame-Options")
