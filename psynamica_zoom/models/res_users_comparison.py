# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Integrations screen: one's own meetings compared with Zoom."""

from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def zoom_check_meetings(self):
        """Compare the calling user's own meetings with Zoom; return the cards."""
        user = self._video_caller()
        connection = user.sudo().zoom_connection_ids
        if connection.state == "connected":
            self.env["psynamica.zoom.reconciliation"]._ask(connection)
        return self.video_integrations()

    def _zoom_card(self):
        card = super()._zoom_card()
        comparison = self.sudo().zoom_connection_ids.reconciliation_ids
        finished_at = comparison.finished_at
        card["comparison"] = {
            "state": comparison.state or "",
            "text": comparison.text or "",
            "at": fields.Datetime.to_string(finished_at) if finished_at else "",
        }
        return card
