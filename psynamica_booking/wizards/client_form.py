# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Naming a client in a form: a contact, and an address where there is none yet."""

from odoo import api, fields, models


class ClientForm(models.AbstractModel):
    _name = "psynamica.booking.client.form"
    _description = "Client in a form"

    partner_id = fields.Many2one("res.partner", "Client")
    email = fields.Char(
        "E-mail",
        compute="_compute_email",
        readonly=False,
        store=True,
        help="Where the confirmation goes.",
    )

    @api.depends("partner_id")
    def _compute_email(self):
        for form in self:
            form.email = form.partner_id.email

    def _complete_client(self):
        """Keep the address that was typed, where there was none."""
        if self.email and not self.partner_id.email:
            self.partner_id.email = self.email
