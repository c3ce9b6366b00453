# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whom a message is for, as the list of messages shows it."""

from odoo import api, fields, models


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    recipient = fields.Char(compute="_compute_recipient")

    @api.depends("participant_id.partner_id.name", "booking_id.user_id.name")
    def _compute_recipient(self):
        for message in self:
            client = message.participant_id.partner_id
            message.recipient = (client or message.booking_id.user_id).name
