# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a client answered: kept apart, because it is read by few and deleted early."""

from odoo import fields, models


class BookingAnswer(models.Model):
    _name = "psynamica.booking.answer"
    _description = "Client's answer"
    _order = "id"

    participant_id = fields.Many2one(
        "psynamica.booking.participant", required=True, ondelete="cascade", index=True
    )
    booking_id = fields.Many2one(
        related="participant_id.booking_id", store=True, index=True
    )
    question_id = fields.Many2one("psynamica.booking.question", ondelete="set null")
    question = fields.Char("Asked", readonly=True, help="As it was asked.")
    value = fields.Text(readonly=True)
    version = fields.Integer(readonly=True)
    answered_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
