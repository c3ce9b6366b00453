# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client who came, but late: noted with one press, and taken back with another."""

from odoo import fields, models
from odoo.exceptions import UserError


class Booking(models.Model):
    _inherit = "psynamica.booking"

    came_late = fields.Boolean("Client came late", readonly=True, copy=False)

    def action_came_late(self):
        """Note that the client came late.

        :raises UserError: the session has not begun, or does not take place
        """
        self.check_access("write")
        for booking in self.sudo():
            if booking.state not in ("confirmed", "done") or not booking.has_begun:
                raise UserError(
                    self.env._("Only to a session that has begun can anybody be late.")
                )
        self._note_lateness(True)

    def action_came_in_time(self):
        """Take it back: the client came in time."""
        self.check_access("write")
        self._note_lateness(False)

    def _note_lateness(self, is_late):
        for booking in self.filtered(lambda one: one.came_late != is_late):
            booking.sudo().came_late = is_late
            booking._audit("came_late" if is_late else "came_in_time")

    def action_no_show(self):
        """Who did not come was not late either."""
        result = super().action_no_show()
        self.sudo().came_late = False
        return result
