# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people may write of a booking on its screens.

All else goes by the buttons, which check what may be done and tell the clients.
"""

from odoo import fields, models
from odoo.exceptions import AccessError

MOVING = {"start", "stop", "user_id"}
FREE = {"note", "activity_ids", "message_ids", "message_follower_ids"}


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def write(self, vals):
        """Move the session when its time is written by a person, as in the calendar.

        :raises AccessError: for what no screen offers
        """
        if self.env.su:
            return super().write(vals)
        closed = set(vals) - MOVING - FREE
        if closed:
            raise AccessError(self.env._("A booking is changed by its buttons only."))
        self.check_access("write")
        if not MOVING.isdisjoint(vals):
            self._move_as_written(vals)
        rest = {name: value for name, value in vals.items() if name in FREE}
        return super().write(rest) if rest else True

    def _move_as_written(self, vals):
        user = self.env["res.users"].browse(vals.get("user_id") or None)
        for booking in self:
            start = fields.Datetime.to_datetime(vals.get("start")) or booking.start
            other = user if user and user != booking.user_id else None
            if start != booking.start or other:
                booking._move(start, user=other, by=booking._whose_hand())
