# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A user as therapist: hours, time zone, services."""

from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    booking_slug = fields.Char("Name in the scheduling link", copy=False)

    _booking_slug_unique = models.UniqueIndex(
        "(booking_slug) WHERE booking_slug IS NOT NULL", "This link is taken already."
    )

    def _booking_calendar(self):
        """Return the working hours by which this therapist can be booked."""
        self.ensure_one()
        own = self.sudo().resource_calendar_id
        return own or self.sudo().company_id.resource_calendar_id

    def _booking_zone(self):
        """Return the name of the zone in which this therapist's hours are meant."""
        calendar = self._booking_calendar()
        return calendar.tz or self.sudo().tz or "UTC"
