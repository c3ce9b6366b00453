# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much needs attention, on the screen administrators open anyway."""

from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def video_integrations(self):
        cards = super().video_integrations()
        cards["attention"] = self._video_attention_count() if cards["is_admin"] else 0
        return cards

    @api.model
    def _video_attention_count(self):
        attention = self.env["psynamica.zoom.attention"]
        return attention.search_count(attention._needs_attention_domain())
