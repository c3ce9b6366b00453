# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The therapists' pictures: Odoo shows those of its users to its users only."""

from __future__ import annotations

from odoo.http import Controller, Response, request, route

PHOTO_ROUTE = "/book/photo/<int:user_id>/<string:key>"


class PhotoController(Controller):
    @route(PHOTO_ROUTE, type="http", auth="public", methods=["GET"], readonly=True)
    def photo(self, user_id: int, key: str, **_ignored: str) -> Response:
        """Return the picture of a therapist whom a page of ours has shown."""
        user = request.env["res.users"].browse(user_id)._booking_photo(key)
        if not user.image_128:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(user, "image_128")
        response = stream.get_response(max_age=3600)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def photo_address(user) -> str:
    """Return where the picture of a therapist is, "" when there is none."""
    # Whether there is one is known without reading it.
    if not user.partner_id.with_context(bin_size=True).image_128:
        return ""
    return f"/book/photo/{user.id}/{user._booking_photo_key()}"
