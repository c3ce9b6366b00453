# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pages for people without a user here: how every one of them is answered.

They need neither the website nor the portal addon, no JavaScript and nothing from
another server.  Many carry a token in their address, so none of them may be framed,
cached by others or named to another site.
"""

from __future__ import annotations

from datetime import datetime

import babel.dates
import pytz
from markupsafe import Markup

from odoo.http import Response, request
from odoo.tools.misc import babel_locale_parse

from .asset_address import asset_address
from .visitor_language import choose_language

GUIDE_PATH = "/zoom/guide"
CONNECT_PATH = "/psynamica_zoom/connect"
LOGIN_PATH = "/web/login?redirect=/odoo/integrations"
STYLESHEET = "psynamica_zoom/static/src/public/public.css"
HSTS_MAX_AGE_S = 365 * 24 * 3600  # what Zoom asks of pages given to it


def render_public(
    template: str,
    values: dict | None = None,
    *,
    status: int = 200,
    lang: str | None = None,
    max_age_s: int = 0,
) -> Response:
    """Return a page in the visitor's language, with strict headers.

    Every page takes `company` (default: the current one).  Then:

    * `page_waiting`: `start` (naive UTC), `tz` (IANA name of the visitor's zone),
      `long` (the wait is longer than usual), `room_url`;
    * `page_room`: `reason` ("outage", "disconnected" or "builtin"), `room_url`;
    * `page_cancelled`, `page_over`: `start` and `tz`, both optional;
    * `page_not_found`: nothing;
    * `page_connect_problem`: `problem`, `scopes` (names), `retry`.

    :param template: xml id of the page
    :param lang: code of the language to use, stronger than the visitor's wishes
    :param max_age_s: seconds the visitor's own browser may keep the page; 0 = not
        at all, right for every page with something personal on it or in its address
    """
    code = _page_language(lang)
    env = request.env(context=dict(request.env.context, lang=code))
    page = _page_values(env, code) | (values or {})
    page["moment"] = _moment(env, code, page.get("start"), page.get("tz"))
    html = env["ir.qweb"]._render(template, page)
    body = Markup("<!DOCTYPE html>\n") + html.strip()
    headers = _headers(max_age_s, leads_to_zoom=bool(page.get("retry")))
    return request.make_response(body, list(headers.items()), status=status)


def _page_language(lang: str | None) -> str:
    env = request.env
    company_lang = env.company.sudo().partner_id.lang
    return choose_language(
        (code for code, _name in env["res.lang"].get_installed()),
        [
            lang,
            request.httprequest.args.get("lang"),
            *request.httprequest.accept_languages.values(),
            company_lang,
        ],
    )


def _page_values(env, code: str) -> dict:
    language = env["res.lang"]._get_data(code=code)
    return {
        "company": env.company.sudo(),
        "page_lang": _html_language(code),
        "page_direction": language.direction or "ltr",
        "languages": _languages(env, code),
        "language_links": {
            one: f"?lang={one}" for one, _name in env["res.lang"].get_installed()
        },
        "stylesheet": asset_address(STYLESHEET),
        "guide_url": f"{GUIDE_PATH}?lang={code}",
        "connect_url": CONNECT_PATH,
        "login_url": LOGIN_PATH,
    }


def _languages(env, current: str) -> list[dict]:
    """Return the installed languages, each by its own name, to choose from."""
    return [
        {
            "code": code,
            "html": _html_language(code),
            "name": _own_name(name),
            "current": code == current,
        }
        for code, name in env["res.lang"].get_installed()
    ]


def _own_name(name: str) -> str:
    """Return what its speakers call a language: Odoo says "Russian / русский язык"."""
    own = name.split(" / ")[-1]
    return own[:1].upper() + own[1:]


def _html_language(code: str) -> str:
    """Return the language as HTML writes it: pt-BR for pt_BR."""
    return code.split("@")[0].replace("_", "-")


def _moment(env, code: str, start: datetime | None, zone: str | None) -> dict | None:
    """Return day, time and time zone of `start` in words of the language.

    :param start: naive UTC
    """
    if not start:
        return None
    local = pytz.utc.localize(start).astimezone(_zone(env, zone))
    locale = babel_locale_parse(code)
    clock = clock_pattern(env["res.lang"]._get_data(code=code))
    return {
        "day": babel.dates.format_date(local.date(), "full", locale=locale),
        "time": babel.dates.format_time(
            local, clock, tzinfo=local.tzinfo, locale=locale
        ),
        "zone": babel.dates.get_timezone_name(local, locale=locale),
    }


def clock_pattern(language) -> str:
    """Return how the practice wants times to be written in this language.

    :param language: as `res.lang._get_data` gives it
    :return: a pattern for babel, of twelve or of 24 hours
    """
    return "h:mm a" if "%p" in (language.time_format or "") else "HH:mm"


def _zone(env, name: str | None) -> pytz.BaseTzInfo:
    for candidate in (name, env.company.sudo().partner_id.tz):
        if candidate in pytz.all_timezones_set:
            return pytz.timezone(candidate)
    return pytz.utc


def _headers(max_age_s: int, *, leads_to_zoom: bool) -> dict[str, str]:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _content_security_policy(leads_to_zoom),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
        "Cache-Control": f"private, max-age={max_age_s}" if max_age_s else "no-store",
        "Vary": "Accept-Language, Cookie",
    }
    if request.httprequest.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={HSTS_MAX_AGE_S}"
    return headers


def _content_security_policy(leads_to_zoom: bool) -> str:
    """Return a policy that allows our own stylesheet and pictures, and nothing else.

    A form that connects is redirected to Zoom, and from there perhaps to the sign-in
    page of the user's organisation, which nobody knows beforehand.  Browsers check all
    of these against `form-action`, so such a page has no such rule.
    """
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    if not leads_to_zoom:
        rules.append("form-action 'none'")
    return "; ".join(rules)
