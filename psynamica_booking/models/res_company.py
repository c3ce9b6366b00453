# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a practice decides about bookings."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    booking_retention_months = fields.Integer(
        "Keep answers and notes (months)",
        default=24,
        help="Older answers and notes are deleted. 0: kept.",
    )
    booking_embed_hosts = fields.Char(
        "Sites that may embed the scheduling page",
        help="Addresses such as https://practice.example, separated by spaces.",
    )
    booking_confirm_email = fields.Boolean("Clients confirm their e-mail address first")
    booking_sms = fields.Boolean(
        "Remind by text message", help="Needs Odoo's SMS app and credits."
    )
