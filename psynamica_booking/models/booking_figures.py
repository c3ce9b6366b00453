# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is counted of bookings: sessions, cancellations, late ones, absences."""

from odoo import api, fields, models


class Booking(models.Model):
    _inherit = "psynamica.booking"

    session_count = fields.Integer(
        "Sessions",
        compute="_compute_figures",
        store=True,
        help="All that were not cancelled.",
    )
    cancelled_count = fields.Integer(
        "Cancelled sessions", compute="_compute_figures", store=True
    )
    late_count = fields.Integer(
        "Late cancellations",
        compute="_compute_figures",
        store=True,
        help="Of a group, each client who cancelled late is counted.",
    )
    no_show_count = fields.Integer(
        "No-shows",
        compute="_compute_figures",
        store=True,
        help="Clients who did not come.",
    )

    @api.depends("state", "is_late", "participant_ids.state", "participant_ids.is_late")
    def _compute_figures(self):
        for booking in self:
            places = booking.participant_ids
            late = places.filtered(lambda p: p.is_late and p.state == "cancelled")
            booking.session_count = booking.state not in ("held", "cancelled")
            booking.cancelled_count = booking.state == "cancelled"
            booking.late_count = max(len(late), int(booking.is_late))
            booking.no_show_count = len(places.filtered(lambda p: p.state == "no_show"))
