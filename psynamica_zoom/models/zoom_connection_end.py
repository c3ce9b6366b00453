# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a connection ends: refused by Zoom, given up by the user, removed at Zoom."""

import logging

from odoo import api, models

from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomError
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _must_reconnect(self, reason, detail=False):
        """Stop using Zoom for this user until they connect again, and tell them.

        The first reason stays: what fails afterwards fails because of it.
        """
        living = self.filtered(lambda c: c.state in ("connected", "disconnecting"))
        for connection in living:
            values = {
                "state": "reconnect",
                "state_reason": reason,
                "state_detail": detail,
            }
            if reason != "scope_missing":
                values |= dict.fromkeys(SECRET_FIELDS, False)
            connection.write(values)
            _logger.info("zoom connection %d: %s", connection.id, reason)
            connection._let_sessions_go()
            connection._ask_to_reconnect()
            connection._tell_user()

    def _disconnect(self, reason="by_user"):
        """Forget the tokens now and revoke them at Zoom once that is committed."""
        for connection in self:
            if reason == "by_user":
                connection._revoke_after_commit()
            connection.write(
                {
                    "state": "disconnected",
                    "state_reason": reason,
                    "state_detail": False,
                    "email": False,
                    "plan": False,
                    "scopes": False,
                    "access_expires_at": False,
                    "zoom_user_mark": False,
                    "zoom_account_mark": False,
                    **dict.fromkeys(SECRET_FIELDS, False),
                }
            )
            connection._let_sessions_go()
            connection._tell_user()

    def _revoke_after_commit(self):
        """Revoke at Zoom when the tokens are gone here.  Best effort."""
        try:
            token = self._open("access_token_sealed")
            client = token and self.env["psynamica.zoom.app"]._get()._oauth_client()
        except (VaultError, ServerConfigError, ZoomError) as error:
            _logger.info("zoom connection %d: not revoked: %s", self.id, error)
            return
        if not token:
            return
        connection_id = self.id

        @self.env.cr.postcommit.add
        def revoke():
            try:
                client.revoke(token)
            except ZoomError as error:
                _logger.info("zoom connection %d: revoke: %s", connection_id, error)

    @api.model
    def _deauthorized(self, *, mark, at):
        """Forget the tokens of whoever removed the app at Zoom.

        :param mark: of the user's id at Zoom, see `_mark`
        :param at: naive UTC; an older removal than the connection says nothing
        :return: the connections that ended
        """
        if not mark:
            return self.browse()
        gone = self.sudo().search(
            [("zoom_user_mark", "=", mark), ("state", "!=", "disconnected")]
        )
        gone = gone.filtered(
            lambda c: not (at and c.connected_at and at < c.connected_at)
        )
        gone._disconnect("removed_at_zoom")
        for connection in gone:
            connection._ask_to_reconnect()
        return gone

    def _let_sessions_go(self):
        """Stop deliveries and release what waits for them; rooms fall back by link."""
        meetings = self.sudo().meeting_ids
        meetings._pause()
        meetings.event_id.attendee_ids._release_held_invitations()
        meetings._tell_sessions()
