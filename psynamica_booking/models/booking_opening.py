# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Extra hours of a therapist on single days, beside the weekly ones."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BookingOpening(models.Model):
    _name = "psynamica.booking.opening"
    _description = "Extra hours"
    _order = "start"

    user_id = fields.Many2one(
        "res.users",
        "Therapist",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        index=True,
    )
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
    mode = fields.Selection(
        [
            ("both", "Online and in person"),
            ("online", "Online"),
            ("in_person", "In person"),
        ],
        default="both",
        required=True,
    )

    @api.constrains("start", "stop")
    def _check_order(self):
        if any(one.stop <= one.start for one in self):
            raise ValidationError(self.env._("Extra hours end after they begin."))
