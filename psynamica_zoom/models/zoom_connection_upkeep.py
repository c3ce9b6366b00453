# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is done for connections in the background: kept alive, cleaned up."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomError
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)

# Zoom: OAuth, a refresh token lives 90 days.
IDLE_REFRESH_AFTER = timedelta(days=83)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    @api.model
    def _cron_keep_alive(self):
        """Refresh connections nobody used for long, before Zoom forgets them."""
        before = fields.Datetime.now() - IDLE_REFRESH_AFTER
        idle = self.sudo().search(
            [("state", "=", "connected"), ("refreshed_at", "<", before)]
        )
        idle._keep_alive()

    def _keep_alive(self):
        """Refresh these one after the other.  Commits."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(self))
        for connection in self:
            try:
                connection._refresh_now()
            except (ZoomError, VaultError, ServerConfigError) as error:
                _logger.info("zoom connection %d: %s", connection.id, error)
            if not cron._commit_progress(1):
                break

    def _refresh_now(self):
        """Replace the access token whatever its age.

        :raises VaultError: it never opens again
        :raises ServerConfigError: it does not open with the keys of this server
        :raises ZoomError: see `_access_token`
        """
        self._access_token(refused=self._open("access_token_sealed"))

    @api.model
    def _cron_clean_up(self):
        """Delete secrets that nobody may use any more."""
        gone = self.sudo().search(
            [("user_id.active", "=", False), ("state", "!=", "disconnected")]
        )
        gone._disconnect("user_gone")
        day_ago = fields.Datetime.now() - timedelta(hours=23)
        stale = self.sudo().search(
            [
                ("state", "not in", ("connected", "disconnecting")),
                ("write_date", "<", day_ago),
                "|",
                ("access_token_sealed", "!=", False),
                ("refresh_token_sealed", "!=", False),
            ]
        )
        stale.write(dict.fromkeys(SECRET_FIELDS, False))
