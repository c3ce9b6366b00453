# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people of the practice do with a booking, by buttons."""

from odoo import models
from odoo.exceptions import UserError


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def action_confirm(self):
        """Accept what a client has asked for."""
        self.check_access("write")
        for booking in self:
            if booking.state != "requested":
                raise UserError(self.env._("Only what was requested can be confirmed."))
            booking.sudo().state = "confirmed"
            booking.sudo()._make_event()
            booking.sudo()._tell("confirmed")

    def action_cancel(self):
        """Cancel these sessions; the clients are told."""
        self.check_access("write")
        for booking in self:
            booking._cancel(booking._whose_hand())

    def action_no_show(self):
        """Note that the client did not come."""
        self.check_access("write")
        for booking in self.sudo():
            if booking.state not in ("confirmed", "done"):
                raise UserError(
                    self.env._("Only a session that took place can be missed.")
                )
            booking.state = "no_show"
            booking.participant_ids.filtered(
                lambda p: p.state == "booked"
            ).state = "no_show"
            booking._tell("no_show")

    def action_done(self):
        """Note that the session took place (also: undo “did not come”)."""
        self.check_access("write")
        for booking in self.sudo():
            if booking.state not in ("confirmed", "no_show"):
                raise UserError(self.env._("This session did not take place."))
            booking.state = "done"
            booking.participant_ids.filtered(
                lambda p: p.state == "no_show"
            ).state = "booked"
