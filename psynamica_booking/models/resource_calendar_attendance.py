# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Working hours: where the therapist can be met meanwhile."""

from odoo import fields, models


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    booking_mode = fields.Selection(
        [
            ("both", "Online and in person"),
            ("online", "Online"),
            ("in_person", "In person"),
        ],
        "Bookings",
        default="both",
    )
