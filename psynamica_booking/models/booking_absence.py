# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One of several clients did not come: noted, followed up, and taken back."""

from odoo import models
from odoo.exceptions import UserError


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    def action_absent(self):
        """Note that this client did not come; the session took place with the others.

        :raises UserError: it has not begun, or this client does not take part
        """
        booking = self._booking_to_change()
        has_begun = booking.has_begun and booking.state in ("confirmed", "done")
        if self.state != "booked" or not has_begun:
            raise UserError(
                self.env._("Only a session that has begun can somebody have missed.")
            )
        if booking.client_count - len(self._absent_with()) <= 1:
            booking.action_no_show()
            return
        self.sudo().state = "no_show"
        booking._audit("no_show")
        booking.sudo()._tell("no_show", self.sudo())

    def action_present(self):
        """Take it back: this client came."""
        booking = self._booking_to_change()
        if self.state != "no_show":
            raise UserError(self.env._("Nobody has noted that this client was absent."))
        if booking.state == "no_show":
            booking.sudo().state = "done"
        self.sudo().state = "booked"

    def _absent_with(self):
        places = self.booking_id.sudo().participant_ids
        return places.filtered(lambda p: p.state == "no_show")

    def _booking_to_change(self):
        """Return the booking.

        :raises AccessError: not for whoever asks
        """
        self.ensure_one()
        self.check_access("read")
        self.booking_id.check_access("write")
        return self.booking_id
