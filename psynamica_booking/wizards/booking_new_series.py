# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moving one session of a series, or that one and the next ones."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class BookingNew(models.TransientModel):
    _inherit = "psynamica.booking.new"

    following_count = fields.Integer(compute="_compute_following_count")
    scope = fields.Selection(
        [("this", "Only this session"), ("following", "This and the next ones")],
        "Of the series",
        default="this",
    )

    @api.depends("booking_id")
    def _compute_following_count(self):
        for new in self:
            new.following_count = new.booking_id.following_count

    def action_move(self):
        if self.scope != "following" or not self.following_count:
            return super().action_move()
        start = self.other_time or self.start
        if not start:
            raise UserError(self.env._("Please choose a time."))
        booking = self.booking_id
        booking._following().check_access("write")
        user = self.user_id if self.user_id != booking.user_id else None
        booking._move_following(start, user=user, by=booking._whose_hand())
        return booking._action_open()
