# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether this server's keys are the database's, and what to do when they are not.

A secret that does not open has one of two reasons, and they are kept apart:

- This server does not have the key, because it was moved, set up anew, or is one of
  several with different keys.  That is the operator's slip: nothing is sealed,
  overwritten or disconnected, and all is well again once the key is back.
- The key is gone for good.  No server can know that.  An administrator says so, and
  what the lost key has sealed is given up.

`key_check_sealed` holds a constant, sealed like a secret.  A server that cannot open it
has other keys than the database, and finds out before it seals anything.
"""

import logging
from collections import Counter

from odoo import fields, models
from odoo.tools import SQL

from .. import server_config
from ..server_config import NoKeysError, ServerConfigError
from ..services.token_vault import sealed_key_id
from ..services.vault_error import VaultError
from .zoom_app import SEALED_FIELDS
from .zoom_connection_token import SECRET_FIELDS

_logger = logging.getLogger(__name__)

KEY_CHECK = "key_check_sealed"
_CONSTANT = "psynamica_zoom"
_HEAD = 8  # characters of a sealed value that name its key


class KeyMissing(ServerConfigError):
    """Secrets of the database are sealed with a key that this server does not have."""


class ZoomApp(models.Model):
    _inherit = "psynamica.zoom.app"

    key_check_sealed = fields.Char(copy=False, groups=fields.NO_ACCESS)
    lost_key_ids = fields.Char("Keys given up as lost", copy=False, readonly=True)

    def _vault(self):
        """Return the vault with this server's keys.

        A key file is made only for a database that has no secrets yet.

        :raises KeyMissing: there are no keys, but there are secrets
        :raises ServerConfigError: the keys cannot be used
        """
        try:
            return server_config.vault(may_create=False)
        except NoKeysError as error:
            used = self._used_key_ids()
            if used:
                raise KeyMissing(f"{error} {_needed(used)}") from None
        return server_config.vault()

    def _sealing_vault(self):
        """Return the vault to seal with: one whose keys are the database's.

        :raises KeyMissing: this server has other keys; what it sealed would be closed
            to the servers that have the right ones
        :raises ServerConfigError: the keys cannot be used
        """
        vault = self._vault()
        sealed = self.sudo()[KEY_CHECK]
        if not sealed:
            if missing := self._missing_key_ids():
                raise _missing(missing, vault)
            self._write_key_check(vault)
        elif not self._is_our_constant(vault, sealed):
            raise _missing({sealed_key_id(sealed)}, vault)
        return vault

    def _open_sealed(self, sealed, context):
        """Return the secret.

        :raises KeyMissing: this server does not have its key; nothing is wrong with it
        :raises VaultError: it never opens again: damaged, moved, or its key is lost
        :raises ServerConfigError: the keys cannot be used
        """
        vault = self._vault()
        key_id = sealed_key_id(sealed)
        if key_id and key_id not in (*vault.key_ids, *self._lost_keys()):
            raise _missing({key_id}, vault)
        return vault.open(sealed, context=context)

    def _is_our_constant(self, vault, sealed):
        try:
            return vault.open(sealed, context=self._context_of(KEY_CHECK)) == _CONSTANT
        except VaultError:
            return False

    def _write_key_check(self, vault):
        self.sudo()[KEY_CHECK] = vault.seal(
            _CONSTANT, context=self._context_of(KEY_CHECK)
        )

    def _lost_keys(self):
        return (self.sudo().lost_key_ids or "").split()

    # What is sealed with which key

    def _count_by_key(self):
        """Return how many secrets there are by the id of their key ("" for rubbish)."""
        counts = Counter()
        columns = [(self._name, name) for name in SEALED_FIELDS]
        columns += [("psynamica.zoom.connection", name) for name in SECRET_FIELDS]
        for model, name in columns:
            self.env[model].sudo().flush_model([name])
            rows = self.env.execute_query(
                SQL(
                    "SELECT left(%(column)s, %(head)s), count(*) FROM %(table)s"
                    " WHERE %(column)s IS NOT NULL GROUP BY 1",
                    column=SQL.identifier(name),
                    head=_HEAD,
                    table=SQL.identifier(self.env[model]._table),
                )
            )
            for beginning, count in rows:
                counts[sealed_key_id(beginning)] += count
        return counts

    def _used_key_ids(self):
        """Return the ids of the keys that this database needs."""
        ids = {*self._count_by_key(), sealed_key_id(self.sudo()[KEY_CHECK] or "")}
        return ids - {""}

    # What people see and do

    def _missing_key_ids(self):
        """Return the ids of the keys that this server should have and does not.

        :raises ServerConfigError: its keys cannot be used
        """
        try:
            present = self._vault().key_ids
        except KeyMissing:
            present = ()
        return self._used_key_ids() - {*present, *self._lost_keys()}

    def _key_problem(self):
        """Return what is wrong with this server's keys, in words; "" for nothing."""
        try:
            missing = self._missing_key_ids()
        except ServerConfigError as error:
            return str(error)
        if not missing:
            return ""
        return self.env._(
            "Secrets in this database are sealed with the key %(keys)s, which this "
            "server does not have. Nobody has been disconnected, and nothing was "
            "changed. Put the key back into this server's configuration or key file.",
            keys=", ".join(sorted(missing)),
        )

    def _give_up_lost_keys(self):
        """Take the keys this server lacks for lost, because an administrator says so.

        The secrets of the app that they sealed are forgotten and have to be entered
        anew.  The re-seal cron asks the users concerned to connect again.  Until it
        has come to them, their connections are whole again if the key turns up.

        :raises ServerConfigError: the keys there are cannot be used either
        """
        vault = server_config.vault()
        missing = self._used_key_ids() - set(vault.key_ids)
        if not missing:
            return
        app_sudo = self.sudo()
        app_sudo.lost_key_ids = " ".join(sorted({*self._lost_keys(), *missing}))
        for name in SEALED_FIELDS:
            if sealed_key_id(app_sudo[name] or "") in missing:
                app_sudo[name] = False
        self._write_key_check(vault)
        self.env.ref("psynamica_zoom.ir_cron_reseal").sudo()._trigger()
        _logger.warning("zoom: given up as lost: %s", ", ".join(sorted(missing)))

    # Rotation

    def _is_resealed(self, vault):
        """Return whether nothing needs an older key than the newest any more."""
        return not set(self._count_by_key()) - {"", vault.key_ids[0]}

    def _finish_resealing(self, vault):
        """Have servers without the newest key find out, once nothing needs others."""
        if self._is_resealed(vault) and not vault.is_current(self.sudo()[KEY_CHECK]):
            self._write_key_check(vault)
            _logger.info(
                "zoom: everything is sealed with the key %s; no other is needed",
                vault.key_ids[0],
            )


def _needed(ids):
    return f"Secrets in the database are sealed with the key {', '.join(sorted(ids))}."


def _missing(ids, vault):
    return KeyMissing(f"{_needed(ids)} This server has {', '.join(vault.key_ids)}.")
