# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attendees: their answer is the booking's, and therapists are found by them."""

from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # Busy times are asked by person; core has no index for it.
    _booking_partner = models.Index("(partner_id, event_id)")

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.event_id._booking_touch()
        return result
