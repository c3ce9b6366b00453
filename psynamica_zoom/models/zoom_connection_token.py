# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tokens of a connection: sealed at rest, refreshed once for all processes.

Zoom replaces the refresh token on every use and keeps no second copy for whoever loses
it.  So a refresh works in a transaction of its own, under a row lock, and stores the
new pair before anybody uses it.
"""

import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL

from .. import server_config
from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomError, ZoomGrantRevoked, ZoomUnreachable

_logger = logging.getLogger(__name__)

EXPIRY_MARGIN = timedelta(seconds=60)  # a token must outlive the request it is for
LOCK_ATTEMPTS = 8
SECRET_FIELDS = ("access_token_sealed", "refresh_token_sealed")


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    # At rest

    def _store_pair(self, pair):
        vault = server_config.vault()
        now = fields.Datetime.now()
        self.write(
            {
                "access_token_sealed": vault.seal(
                    pair.access_token, context=self._context_of("access_token_sealed")
                ),
                "refresh_token_sealed": vault.seal(
                    pair.refresh_token, context=self._context_of("refresh_token_sealed")
                ),
                "access_expires_at": now + timedelta(seconds=pair.expires_in_s),
                "refreshed_at": now,
                **({"scopes": " ".join(sorted(pair.scopes))} if pair.scopes else {}),
            }
        )

    def _context_of(self, field_name):
        """Return what a sealed value is bound to, so that no other row opens it."""
        self.ensure_one()
        return f"{self._name}/{self.id}/{field_name}"

    def _open(self, field_name):
        """Return the secret, "" when there is none.

        :raises VaultError: it does not open (key lost, value moved or damaged)
        """
        sealed = self.sudo()[field_name]
        if not sealed:
            return ""
        return server_config.vault().open(sealed, context=self._context_of(field_name))

    # In use

    def _access_token(self, refused=None):
        """Return an access token good for one more minute, refreshed when needed.

        The caller must not have written this row in its own transaction: it would
        wait for itself.

        :param refused: the token Zoom has just refused
        :raises ZoomGrantRevoked: the user must connect again, and has been told
        :raises ZoomError: no answer, or other workers keep refreshing
        """
        self.ensure_one()
        for _attempt in range(LOCK_ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    own = self.with_env(self.env(cr=cr, user=SUPERUSER_ID, su=True))
                    token, error = own._fresh_token(refused)
            except SerializationFailure:
                continue  # another worker has just refreshed: read what it stored
            if error:
                raise error
            return token
        raise ZoomUnreachable("POST /oauth/token")

    def _fresh_token(self, refused):
        """Return (token, None) or (None, error); what was found out is stored.

        Errors are returned, for raising one would roll back what they mean.
        """
        self._lock()
        if self.state not in ("connected", "disconnecting"):
            return None, ZoomGrantRevoked("POST /oauth/token")
        try:
            token = self._open("access_token_sealed")
            refresh_token = self._open("refresh_token_sealed")
        except VaultError:
            self._must_reconnect("key_lost")
            return None, ZoomGrantRevoked("POST /oauth/token")
        except ServerConfigError as error:
            # An operator's slip, to be mended there: no reason to disconnect anybody.
            _logger.error("zoom: %s", error)
            return None, ZoomUnreachable("server configuration", ambiguous=False)
        if token and token != refused and self._is_fresh():
            return token, None
        return self._refresh(refresh_token)

    def _refresh(self, refresh_token):
        try:
            client = self.env["psynamica.zoom.app"]._get()._oauth_client()
            pair = client.refresh(refresh_token)
        except ZoomGrantRevoked as error:
            self._must_reconnect("token_revoked")
            return None, error
        except ZoomError as error:
            return None, error
        self._store_pair(pair)
        return pair.access_token, None

    def _lock(self):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM psynamica_zoom_connection WHERE id = %s FOR UPDATE",
                self.id,
            )
        )
        self.invalidate_recordset()

    def _is_fresh(self):
        expires_at = self.access_expires_at
        return expires_at and expires_at > fields.Datetime.now() + EXPIRY_MARGIN
