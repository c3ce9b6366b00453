# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Therapists as the scheduling page shows them."""

from odoo import models
from odoo.tools import consteq, hmac

from ..services.link_name import link_name


class ResUsers(models.Model):
    _inherit = "res.users"

    def _booking_slugs(self):
        """Return name in the link → therapist: the own one, or one from the name."""
        slugs = {user.booking_slug: user for user in self if user.booking_slug}
        for user in self.filtered(lambda u: not u.booking_slug):
            slug = link_name(user.name or "")
            if not slug or slug in slugs:
                slug = f"{slug or 'therapist'}-{user.id}"
            slugs[slug] = user
        return slugs

    def _booking_photo_key(self):
        """Return what only those know whom a page has shown this therapist."""
        return hmac(self.env(su=True), "psynamica_booking-photo", self.id)[:32]

    def _booking_photo(self, key):
        """Return this therapist when `key` is theirs, else nobody."""
        user = self.sudo().exists()
        return user if user and consteq(key, user._booking_photo_key()) else user[:0]
