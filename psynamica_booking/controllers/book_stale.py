# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms that come from another visit than this one: from a page open too long.

Odoo answers such a form with a bare error and what was written is lost.  Here the page
is shown once more, as a GET shows it, with what was written; it changes nothing.  Every
route with `FORM` asks `is_stale` before anything else.
"""

from __future__ import annotations

from odoo.http import request

# The token is looked at by `is_stale`, not by Odoo before the page is known.
FORM = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "asks_again": True,  # for whoever lists the routes: the token is needed
}
STATUS = 400  # as Odoo answers a form without a valid token


def is_stale() -> bool:
    """Return whether the form that was sent does not belong to this visit."""
    return not request.validate_csrf(request.httprequest.form.get("csrf_token"))
