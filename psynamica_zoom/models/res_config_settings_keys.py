# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings: keys that this server lacks, and giving them up."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..server_config import ServerConfigError
from .res_config_settings import ADMIN


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zoom_key_problem = fields.Text(compute="_compute_zoom_keys", groups=ADMIN)
    zoom_key_is_missing = fields.Boolean(compute="_compute_zoom_keys", groups=ADMIN)

    def _compute_zoom_keys(self):
        app = self.env["psynamica.zoom.app"]._get()
        self.zoom_key_problem = app._key_problem()
        try:
            self.zoom_key_is_missing = bool(app._missing_key_ids())
        except ServerConfigError:
            self.zoom_key_is_missing = False

    def action_zoom_give_up_keys(self):
        """Take the missing keys for lost: everybody concerned connects again."""
        self._require_admin()
        try:
            self.env["psynamica.zoom.app"]._get()._give_up_lost_keys()
        except ServerConfigError as error:
            raise UserError(str(error)) from None
        return {"type": "ir.actions.client", "tag": "reload"}
