# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sealing anew what an older key sealed."""

import logging

from odoo import api, models

from .. import server_config
from ..services.vault_error import VaultError
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    @api.model
    def _cron_reseal(self):
        """Seal with the newest key what an older one sealed."""
        self.env["psynamica.zoom.app"]._get()._reseal()
        vault = server_config.vault()
        cron = self.env["ir.cron"]
        rows = self.sudo().search([("refresh_token_sealed", "!=", False)])
        old = rows.filtered(
            lambda c: not all(vault.is_current(c[name]) for name in SECRET_FIELDS)
        )
        cron._commit_progress(remaining=len(old))
        for connection in old:
            locked = connection.try_lock_for_update()
            if locked:
                locked._reseal()
            if not cron._commit_progress(1):
                break

    def _reseal(self):
        vault = server_config.vault()
        try:
            self.write(
                {
                    name: vault.seal(self._open(name), context=self._context_of(name))
                    for name in SECRET_FIELDS
                    if self[name]
                }
            )
        except VaultError:
            _logger.warning("zoom connection %d: its key is lost", self.id)
