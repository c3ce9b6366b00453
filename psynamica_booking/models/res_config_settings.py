# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings of a practice's bookings."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    booking_retention_months = fields.Integer(
        related="company_id.booking_retention_months", readonly=False
    )
    booking_embed_hosts = fields.Char(
        related="company_id.booking_embed_hosts", readonly=False
    )
    booking_confirm_email = fields.Boolean(
        related="company_id.booking_confirm_email", readonly=False
    )
    booking_sms = fields.Boolean(related="company_id.booking_sms", readonly=False)
