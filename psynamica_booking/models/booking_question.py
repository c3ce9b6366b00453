# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What clients are asked when they book."""

from odoo import fields, models


class BookingQuestion(models.Model):
    _name = "psynamica.booking.question"
    _description = "Question to clients"
    _order = "sequence, id"

    service_id = fields.Many2one(
        "psynamica.booking.service", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    kind = fields.Selection(
        [
            ("short", "Short answer"),
            ("long", "Long answer"),
            ("choice", "Choice"),
            ("consent", "Consent"),
        ],
        default="short",
        required=True,
    )
    options = fields.Text(translate=True, help="One a line.")
    consent_text = fields.Text(translate=True)
    version = fields.Integer(
        "Version of the text", default=1, help="Raise it when the text changes."
    )
    is_required = fields.Boolean("Must be answered")

    def _options(self):
        """Return what can be chosen, in the current language."""
        lines = (self.options or "").splitlines()
        return [line.strip() for line in lines if line.strip()]
