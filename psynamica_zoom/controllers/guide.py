# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public guide: adding, using and removing Zoom, and what happens to data.

Zoom asks of every app a documentation page that anybody can open.
"""

from __future__ import annotations

from odoo.http import Controller, Response, request, route

from .public_page import GUIDE_PATH, render_public

KEPT_BY_BROWSER_S = 5 * 60  # minutes: a practice that changes its hours sees it soon


class GuideController(Controller):
    @route(GUIDE_PATH, type="http", auth="public", methods=["GET"], readonly=True)
    def guide(self, lang: str | None = None, **_ignored: str) -> Response:
        """Return the guide: as asked for, else as the user or the browser prefers."""
        user = request.env.user
        own_language = None if lang or user._is_public() else user.lang
        return render_public(
            "psynamica_zoom.page_guide", lang=own_language, max_age_s=KEPT_BY_BROWSER_S
        )
