# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Since when something has failed, which the last failure does not tell."""

from odoo import api, fields, models


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    error_since = fields.Datetime("Failing since", readonly=True)

    def _store_error(self, call, error):
        result = super()._store_error(call, error)
        since = self.error_since or self.error_at
        self.error_since = since if self.error_reason else False
        return result

    def write(self, vals):
        if "error_reason" in vals and not vals["error_reason"]:
            vals = {**vals, "error_since": False}  # mended, by whatever
        return super().write(vals)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    lost_at = fields.Datetime("Lost", compute="_compute_lost_at", store=True)

    @api.depends("state")
    def _compute_lost_at(self):
        for connection in self:
            lost_at = connection.lost_at or fields.Datetime.now()
            is_lost = connection.state == "reconnect"
            connection.lost_at = lost_at if is_lost else False
