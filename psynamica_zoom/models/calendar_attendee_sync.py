# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An organiser who declines calls the session off, and may accept it again."""

from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            organising = self.filtered(
                lambda a: (
                    a.event_id.video_provider == "zoom"
                    and a.partner_id == a.event_id.user_id.partner_id
                )
            )
            organising.event_id._video_touch()
        return result
