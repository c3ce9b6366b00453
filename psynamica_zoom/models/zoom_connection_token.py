# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tokens of a connection: sealed at rest, refreshed once for all processes.

Zoom replaces the refresh token on every use and keeps no second copy for whoever loses
it.  So a refresh works in a transaction of its own, under a row lock, and stores the
new pair before anybody uses it.
"""

import logging
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg2
from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL, config

from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import (
    ZoomError,
    ZoomGrantRevoked,
    ZoomRateLimited,
    ZoomUnreachable,
)
from ..zoom_api.oauth import TokenPair
from .zoom_app import say_once

_logger = logging.getLogger(__name__)

EXPIRY_MARGIN = timedelta(seconds=60)  # a token must outlive the request it is for
LOCK_ATTEMPTS = 8
# PostgreSQL is back from a crash within seconds, and Zoom gives no pair twice.
STORE_ATTEMPTS = 20
STORE_PAUSE_S = 1.0
_ORDER_OF_ASKING = 0x700C  # sets our advisory locks apart from others
# Each refresh has a connection to the database, of which a process has a few dozen.
REFRESHES = max(1, min(8, config["db_maxconn"] // 4))
_refreshing = threading.BoundedSemaphore(REFRESHES)
SECRET_FIELDS = ("access_token_sealed", "refresh_token_sealed")


@dataclass(repr=False)
class _Need:
    """Somebody needs an access token; what has come of it so far."""

    refused: str | None  # the access token that Zoom has just refused
    dead: str | None = None  # the sealed refresh token that Zoom has refused
    error: ZoomError | None = None  # …in these words
    pair: TokenPair | None = None  # what Zoom gave
    replaced: str | None = None  # …for this sealed refresh token


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    # At rest

    def _store_pair(self, pair):
        vault = self.env["psynamica.zoom.app"]._get()._sealing_vault()
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

        :raises VaultError: it never opens again (key lost, value moved or damaged)
        :raises ServerConfigError: it does not open with the keys of this server
        """
        sealed = self.sudo()[field_name]
        if not sealed:
            return ""
        app = self.env["psynamica.zoom.app"]._get()
        return app._open_sealed(sealed, self._context_of(field_name))

    # In use

    def _token_at_hand(self):
        """Return the stored access token when it is good for a minute more, else "".

        Nobody is waited for: a token that is being replaced is good for as long.  What
        does not open, or belongs to no living connection, is for `_access_token`.
        """
        self.ensure_one()
        if self.state not in ("connected", "disconnecting") or not self._is_fresh():
            return ""
        try:
            return self._open("access_token_sealed")
        except (VaultError, ServerConfigError):
            return ""

    def _token_or_source(self):
        """Return an access token, or a function that returns one.

        Zoom may keep whoever refreshes a token waiting.  The function is for a thread
        that may wait: it has a transaction of its own, and raises what `_access_token`
        does.
        """
        return self._token_at_hand() or self._access_token_apart

    def _access_token_apart(self):
        with _refreshing:
            try:
                return self._access_token()
            except psycopg2.Error as error:
                kind = type(error).__name__
                _logger.warning("zoom connection %d: no token: %s", self.id, kind)
        # Nothing was sent: as when it is not our turn.
        raise ZoomRateLimited("our own database")

    def _access_token(self, refused=None):
        """Return an access token good for one more minute, refreshed when needed.

        The caller must not have written this row in its own transaction: it would
        wait for itself.

        :param refused: the token Zoom has just refused
        :raises ZoomGrantRevoked: the user must connect again, and has been told
        :raises ZoomError: no answer, or other workers keep refreshing
        """
        self.ensure_one()
        need = _Need(refused)
        for _attempt in range(LOCK_ATTEMPTS):
            found = self._look_once(need)
            if not found:
                continue  # somebody else has just stored something: read that
            token, error = found
            if error:
                # Without the frames it came through: they know the refresh token.
                raise error.with_traceback(None)
            return token
        raise ZoomUnreachable("POST /oauth/token")

    def _look_once(self, need):
        """Return (token, None) or (None, error); None to look again, on a new cursor.

        Odoo's transactions see the database as it was when they began.
        """
        try:
            with self._own_transaction() as own:
                return own._fresh_token(need)
        except psycopg2.Error as error:
            if need.pair:
                return self._store_late(need)
            if isinstance(error, (SerializationFailure, DeadlockDetected)):
                return None
            raise

    def _fresh_token(self, need):
        """Return (token, None) or (None, error); None to look again.

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
            say_once(_logger, self.env.cr.dbname, error)
            return None, ZoomUnreachable("server configuration", ambiguous=False)
        if token and token != need.refused and self._is_fresh():
            return token, None
        if need.dead and need.dead == self.refresh_token_sealed:
            self._must_reconnect("token_revoked")
            return None, need.error
        return self._refresh(refresh_token, need)

    def _refresh(self, refresh_token, need):
        """Trade the refresh token for a new pair and store it; see `_fresh_token`."""
        try:
            client = self.env["psynamica.zoom.app"]._get()._oauth_client()
            pair = client.refresh(refresh_token)
        except ZoomGrantRevoked as error:
            # Not yet the end: whoever waits for the row may bring the pair that has
            # replaced this one.  Nobody can while we hold it, so it is looked at again.
            need.dead, need.error = self.refresh_token_sealed, error
            return None
        except ZoomError as error:
            return None, error
        need.pair, need.replaced = pair, self.refresh_token_sealed
        self._store_pair(pair)
        return pair.access_token, None

    def _store_late(self, need):
        """Store what Zoom gave although the transaction it was for has failed.

        The refresh token of before is dead: without this pair the user would have to
        connect again.  It is stored only where nothing else was stored meanwhile.

        :return: as `_fresh_token`
        """
        pair, need.pair = need.pair, None
        for _attempt in range(STORE_ATTEMPTS):
            try:
                with self._own_transaction() as own:
                    own._lock()
                    if own.refresh_token_sealed != need.replaced:
                        return None
                    own._store_pair(pair)
                return pair.access_token, None
            except SerializationFailure:
                continue
            except (psycopg2.Error, ServerConfigError) as error:
                kind = type(error).__name__
                _logger.warning("zoom connection %d: not stored: %s", self.id, kind)
                time.sleep(STORE_PAUSE_S)
        _logger.error("zoom connection %d: its new tokens are lost", self.id)
        return None, ZoomUnreachable("POST /oauth/token")

    @contextmanager
    def _own_transaction(self):
        """Give this record in a transaction of its own, committed at the end."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, user=SUPERUSER_ID, su=True))

    def _lock(self):
        """Lock this row, in the order of asking.

        Row locks alone let newcomers pass those who wait, so that whoever looks again
        after Zoom's refusal would pass the one who waits with the new pair.
        """
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", _ORDER_OF_ASKING, self.id)
        )
        self.env.cr.execute(
            SQL(
                "SELECT id FROM psynamica_zoom_connection WHERE id = %s"
                # Who saves a session refers to this row and must not wait for Zoom.
                " FOR NO KEY UPDATE",
                self.id,
            ),
            log_exceptions=False,  # to lose this race is nothing unusual
        )
        self.invalidate_recordset()

    def _is_fresh(self):
        expires_at = self.access_expires_at
        return expires_at and expires_at > fields.Datetime.now() + EXPIRY_MARGIN
