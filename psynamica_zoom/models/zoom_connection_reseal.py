# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sealing anew what an older key sealed, while the connections are in use."""

import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..server_config import ServerConfigError
from ..services.token_vault import sealed_key_id
from ..services.vault_error import VaultError
from .zoom_app import say_once
from .zoom_app_keys import KeyMissing
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)

BATCH = 50  # rows sealed anew in one transaction: refreshes wait no longer than that
BATCH_ATTEMPTS = 5
AGAIN_AFTER = timedelta(minutes=1)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    @api.model
    def _cron_reseal(self):
        """Seal with the newest key what an older one sealed.

        What is done is committed now and then, so an end at any moment loses nothing,
        and the next run goes on from there.
        """
        app = self.env["psynamica.zoom.app"]._get()
        try:
            vault = app._sealing_vault()
            app._reseal()
        except ServerConfigError as error:
            say_once(_logger, self.env.cr.dbname, error)
            return
        if self._reseal_all(vault):
            app._finish_resealing(vault)

    @api.model
    def _reseal_all(self, vault):
        """Return whether the cron's time was enough to look at every connection."""
        cron = self.env["ir.cron"]
        todo = self._sealed_with_other_keys(vault)
        done, total = 0, len(todo)
        is_time_left = cron._commit_progress(remaining=total)
        for ids in split_every(BATCH, todo, list):
            if not is_time_left:
                return False
            is_time_left = self.browse(ids)._reseal_together()
            done += len(ids)
            _logger.info("zoom: sealed anew: %d of %d connections", done, total)
        if self._sealed_with_other_keys(vault):
            # In use this instant, or sealed meanwhile by a server with older keys.
            self.env.ref("psynamica_zoom.ir_cron_reseal").sudo()._trigger(
                at=fields.Datetime.now() + AGAIN_AFTER
            )
        return True

    @api.model
    def _sealed_with_other_keys(self, vault):
        """Return the ids of the rows that the newest key has not sealed throughout.

        Rows whose key this server lacks are left out: it can do nothing about them.
        """
        newest, *_older = vault.key_ids
        can_open = {*vault.key_ids, *self.env["psynamica.zoom.app"]._get()._lost_keys()}
        self.flush_model(SECRET_FIELDS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id, left(access_token_sealed, 8), left(refresh_token_sealed, 8)"
                " FROM psynamica_zoom_connection WHERE access_token_sealed IS NOT NULL"
                " OR refresh_token_sealed IS NOT NULL ORDER BY id"
            )
        )
        found = []
        for row_id, *beginnings in rows:
            keys = {sealed_key_id(text) for text in beginnings if text}
            if keys != {newest} and keys - {""} <= can_open:
                found.append(row_id)
        return found

    def _reseal_together(self):
        """Seal these anew, but for those in use this instant; commit.

        :return: whether there is time for more
        """
        cron = self.env["ir.cron"]
        for _attempt in range(BATCH_ATTEMPTS):
            try:
                for connection in self.try_lock_for_update():
                    connection._reseal()
                return bool(cron._commit_progress(len(self)))
            except SerializationFailure:
                self.env.cr.rollback()  # one of them was refreshed meanwhile
        return bool(cron._commit_progress(len(self)))

    def _reseal(self):
        app = self.env["psynamica.zoom.app"]._get()
        vault = app._sealing_vault()
        old = [name for name in SECRET_FIELDS if self[name]]
        old = [name for name in old if not vault.is_current(self[name])]
        try:
            self.write(
                {
                    name: vault.seal(self._open(name), context=self._context_of(name))
                    for name in old
                }
            )
        except KeyMissing as error:
            say_once(_logger, self.env.cr.dbname, error)
        except VaultError:
            self._give_up_tokens()

    def _give_up_tokens(self):
        """Have the user connect again: these tokens never open any more."""
        _logger.warning("zoom connection %d: its tokens do not open", self.id)
        self._must_reconnect("key_lost")
        self.write(dict.fromkeys(SECRET_FIELDS, False))
