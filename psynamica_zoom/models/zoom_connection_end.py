# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a connection ends: refused by Zoom, given up by the user, removed at Zoom."""

import logging
from datetime import timedelta

from odoo import api, models

from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api import users
from ..zoom_api.errors import (
    ZoomError,
    ZoomGrantRevoked,
    ZoomScopeMissing,
    ZoomTokenExpired,
)
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=10)


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
    def _deauthorized(self, *, mark, at, account_mark=None):
        """Forget the tokens of whoever removed the app at Zoom.

        :param mark: of the user's id at Zoom, see `_mark`
        :param at: naive UTC; an older removal than the connection says nothing
        :param account_mark: of the account it is told of; Zoom is asked where that is
            another one than the connection's: people do move from account to account
        :return: the connections that ended
        :raises ZoomError: Zoom must be asked and could not say; to be tried again
        """
        if not mark:
            return self.browse()
        gone = self.sudo().search(
            [("zoom_user_mark", "=", mark), ("state", "!=", "disconnected")]
        )
        gone = gone.filtered(
            lambda connection: connection._is_removed(
                at if connection._may_be_of(account_mark) else None
            )
        )
        # A refused call may have told before Zoom did, and the user knows.
        untold = gone.filtered(lambda connection: connection.state != "reconnect")
        gone._disconnect("removed_at_zoom")
        for connection in untold:
            connection._ask_to_reconnect()
        return gone

    def _may_be_of(self, account_mark):
        """Return whether this account is not known to be another one than ours."""
        self.ensure_one()
        ours = self.zoom_account_mark
        return not (account_mark and ours) or account_mark == ours

    def _is_removed(self, at):
        """Return whether a removal at this moment (None: not told) ended this grant.

        A removal arrives late, more than once, and with the time of Zoom's clock.
        Where that is too close to ours to tell which came first, Zoom is asked.

        :raises ZoomError: Zoom could not say
        """
        self.ensure_one()
        if not (at and self.connected_at):
            return not self._is_token_taken()
        if abs(at - self.connected_at) <= CLOCKS_DIFFER:
            return not self._is_token_taken()
        return at > self.connected_at

    def _is_token_taken(self):
        """Return whether Zoom still takes the access token.

        :raises ZoomError: Zoom could not say
        """
        try:
            token = self._open("access_token_sealed")
        except (VaultError, ServerConfigError):
            return False  # nobody can use it here, so forgetting it harms nobody
        if not token:
            return False
        if not self._is_fresh():
            return self._can_refresh()
        try:
            users.me(self.env["psynamica.zoom.app"]._get()._transport(), token)
        except ZoomTokenExpired:
            return False
        except ZoomScopeMissing:
            return True  # Zoom looks at the scopes of living tokens only
        return True

    def _can_refresh(self):
        """Return whether Zoom still gives tokens: one that is old tells nothing.

        :raises ZoomError: Zoom could not say
        """
        try:
            self._access_token()
        except ZoomGrantRevoked:
            # Another transaction has given it up and told its user: whoever wrote it
            # from what was seen before is run again, and finds no token any more.
            self.invalidate_recordset()
            return False
        return True

    def _let_sessions_go(self):
        """Stop deliveries and release what waits for them; rooms fall back by link."""
        meetings = self.sudo().meeting_ids
        meetings._pause()
        meetings.event_id.attendee_ids._release_held_mails()
        meetings._tell_sessions()
