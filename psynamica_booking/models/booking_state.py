# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people of the practice do with a booking, by buttons."""

from odoo import fields, models
from odoo.exceptions import UserError

from .booking_making import FIRM


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def action_confirm(self):
        """Accept what a client has asked for."""
        self.check_access("write")
        for booking in self:
            if booking.state != "requested":
                raise UserError(self.env._("Only what was requested can be confirmed."))
            booking.sudo()._check_still_free()
            booking.sudo().state = "confirmed"
            booking.sudo()._make_event()
            booking.sudo()._tell("confirmed")

    def _check_still_free(self):
        """Refuse what cannot take place any more: a request is in no calendar.

        :raises UserError: its time is over
        :raises SlotTaken: the therapist is busy by now
        """
        if self.start <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The time that the client has asked for is over. Move the session"
                    " to another time, or cancel it."
                )
            )
        self._claim(self.service_id, self.user_id, self.start, ignored=self, firm=FIRM)

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
            missed = booking.participant_ids.filtered(lambda p: p.state == "booked")
            missed.state = "no_show"
            booking._tell("no_show", missed)

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
