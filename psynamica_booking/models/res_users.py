# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A user as therapist: hours, time zone, services."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .booking_service import SLUG

SERVICE = "booking_link_service_id"  # in the context: of which service the links are


class ResUsers(models.Model):
    _inherit = "res.users"

    booking_slug = fields.Char(
        "Name in the scheduling link",
        copy=False,
        help="Empty: made from the name. Links that were given out before a change"
        " do not work any more.",
    )
    booking_link = fields.Char("Own scheduling link", compute="_compute_booking_link")

    _booking_slug_unique = models.UniqueIndex(
        "(booking_slug) WHERE booking_slug IS NOT NULL", "This link is taken already."
    )

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "booking_slug"]

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "booking_slug"]

    @api.constrains("booking_slug", "share")
    def _check_booking_slug(self):
        for user in self.filtered("booking_slug"):
            if user.share:
                raise ValidationError(
                    self.env._("Only people of the practice have scheduling links.")
                )
            if not SLUG.fullmatch(user.booking_slug):
                raise ValidationError(
                    self.env._(
                        "A name in a link has small letters, digits and hyphens only."
                    )
                )

    @api.depends("booking_slug", "name", "active")
    @api.depends_context(SERVICE)
    def _compute_booking_link(self):
        """Give the addresses where clients book one service with one therapist."""
        service = self.env["psynamica.booking.service"].browse(
            self.env.context.get(SERVICE) or None
        )
        links = service._therapist_links() if service else {}
        for user in self:
            user.booking_link = links.get(user._origin.id, False)

    def _booking_calendar(self):
        """Return the working hours by which this therapist can be booked."""
        self.ensure_one()
        own = self.sudo().resource_calendar_id
        return own or self.sudo().company_id.resource_calendar_id

    def _booking_zone(self):
        """Return the name of the zone in which this therapist's hours are meant."""
        calendar = self._booking_calendar()
        return calendar.tz or self.sudo().tz or "UTC"
