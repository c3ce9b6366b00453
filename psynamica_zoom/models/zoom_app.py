# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The practice's Zoom app: its credentials, sealed, and what is made with them."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from .. import server_config
from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomAppRejected, ZoomUnreachable
from ..zoom_api.oauth import OAuthClient
from ..zoom_api.transport import shared_transport

_logger = logging.getLogger(__name__)

CALLBACK_PATH = "/psynamica_zoom/callback"
WEBHOOK_PATH = "/psynamica_zoom/webhook"
SEALED_FIELDS = (
    "client_secret_sealed",
    "webhook_secret_sealed",
    "webhook_secret_previous_sealed",
)
# At Zoom and here a new webhook secret is never entered in the same moment.
PREVIOUS_SECRET_LIVES = timedelta(hours=24)


_said = set()  # (database, what its log was told)


def say_once(logger, database, error):
    """Write an operator's slip into the log, not again with every use."""
    if (database, str(error)) not in _said:
        _said.add((database, str(error)))
        logger.error("zoom: %s", error)


class ZoomApp(models.Model):
    _name = "psynamica.zoom.app"
    _description = "Zoom app of the practice"

    client_id = fields.Char("Client ID")
    client_secret_sealed = fields.Char(copy=False, groups=fields.NO_ACCESS)
    webhook_secret_sealed = fields.Char(copy=False, groups=fields.NO_ACCESS)
    webhook_secret_previous_sealed = fields.Char(copy=False, groups=fields.NO_ACCESS)
    webhook_secret_changed_at = fields.Datetime(copy=False)
    has_client_secret = fields.Boolean(
        "Client secret is set", compute="_compute_has_secrets", compute_sudo=True
    )
    has_webhook_secret = fields.Boolean(
        "Webhook secret is set", compute="_compute_has_secrets", compute_sudo=True
    )
    tls_minimum = fields.Selection(
        [("1.3", "TLS 1.3"), ("1.2", "TLS 1.2")],
        "Lowest TLS version",
        default="1.3",
        required=True,
    )

    _only_one = models.UniqueIndex("((1))", "There is one Zoom app only.")

    @api.depends("client_secret_sealed", "webhook_secret_sealed")
    def _compute_has_secrets(self):
        for app in self:
            app.has_client_secret = bool(app.client_secret_sealed)
            app.has_webhook_secret = bool(app.webhook_secret_sealed)

    @api.model
    def _get(self):
        """Return the one app, with all rights; it is made when it is missing."""
        xmlid = "psynamica_zoom.zoom_app"
        data_sudo = self.env["ir.model.data"].sudo()
        app_id = data_sudo._xmlid_to_res_id(xmlid)
        if app_id:
            return self.sudo().browse(app_id)
        app_sudo = self.sudo().search([], limit=1) or self.sudo().create({})
        data_sudo._update_xmlids(
            [{"xml_id": xmlid, "record": app_sudo, "noupdate": True}]
        )
        return app_sudo

    def _set_credentials(self, client_id=None, client_secret=None, webhook_secret=None):
        """Store what is given; None leaves it, an empty text clears it.

        :raises ServerConfigError: there are no usable keys to seal a secret with
        """
        self.ensure_one()
        values = {}
        if client_id is not None:
            values["client_id"] = client_id.strip()
        if client_secret is not None:
            sealed = self._seal("client_secret_sealed", client_secret.strip())
            values["client_secret_sealed"] = sealed
        if webhook_secret is not None:
            values |= self._new_webhook_secret(webhook_secret.strip())
        self.sudo().write(values)

    def _new_webhook_secret(self, secret):
        """Return what to write; the secret so far is accepted for one more day."""
        previous = self._webhook_secrets()[:1] if secret else []
        return {
            "webhook_secret_sealed": self._seal("webhook_secret_sealed", secret),
            "webhook_secret_previous_sealed": self._seal(
                "webhook_secret_previous_sealed", previous[0] if previous else ""
            ),
            "webhook_secret_changed_at": fields.Datetime.now(),
        }

    def _is_configured(self):
        """Return whether a user can be sent to Zoom with this app."""
        app_sudo = self.sudo()
        return bool(app_sudo.client_id and app_sudo.client_secret_sealed)

    def _endpoint(self):
        """Return where Zoom is and how strict the connection must be.

        :raises ServerConfigError: an address in the configuration cannot be used
        """
        return server_config.endpoint(self.sudo().tls_minimum)

    def _transport(self):
        """Return this process's transport to Zoom.

        A configuration that cannot be used is told like a Zoom that cannot be reached:
        what is to be done there waits, and nobody is disconnected.

        :raises ZoomUnreachable: no address, keys or certificate authorities to use
        """
        try:
            return shared_transport(self._endpoint())
        except ServerConfigError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error):
        say_once(_logger, self.env.cr.dbname, error)
        return ZoomUnreachable("server configuration", ambiguous=False)

    def _oauth_client(self):
        """Return the client for Zoom's OAuth server.

        :raises ZoomAppRejected: client id or secret is missing or does not open: the
            same as with a wrong one, an administrator enters it (again)
        :raises ZoomUnreachable: see `_transport`
        """
        if not self._is_configured():
            raise ZoomAppRejected("client id and secret")
        try:
            self._sealing_vault()  # what Zoom grants has to be kept
            client_secret = self._open("client_secret_sealed")
        except VaultError:
            raise ZoomAppRejected("sealed client secret") from None
        except ServerConfigError as error:
            raise self._unreachable(error) from None
        return OAuthClient(self._transport(), self.sudo().client_id, client_secret)

    def _webhook_secrets(self):
        """Return the secrets Zoom may sign with now, the current one first.

        One that does not open is left out, after an error in the log.

        :raises ServerConfigError: the keys in the configuration are unusable
        """
        names = ["webhook_secret_sealed"]
        changed_at = self.sudo().webhook_secret_changed_at
        if changed_at and changed_at > fields.Datetime.now() - PREVIOUS_SECRET_LIVES:
            names.append("webhook_secret_previous_sealed")
        return [secret for name in names if (secret := self._open_or_log(name))]

    def _redirect_uri(self):
        """Return where Zoom sends users back to."""
        return self.get_base_url() + CALLBACK_PATH

    def _webhook_url(self):
        """Return where Zoom sends notifications to."""
        return self.get_base_url() + WEBHOOK_PATH

    def _reseal(self):
        """Seal with the newest key what an older one has sealed.

        :raises ServerConfigError: the keys in the configuration are unusable
        """
        vault = self._sealing_vault()
        for name in SEALED_FIELDS:
            sealed = self.sudo()[name]
            if not sealed or vault.is_current(sealed):
                continue
            if secret := self._open_or_log(name):
                self.sudo()[name] = self._seal(name, secret)

    @api.autovacuum
    def _gc_previous_webhook_secret(self):
        """Forget the webhook secret before the current one when its day is over."""
        ended = fields.Datetime.now() - PREVIOUS_SECRET_LIVES
        apps_sudo = self.sudo().search([("webhook_secret_changed_at", "<=", ended)])
        apps_sudo.write(
            {
                "webhook_secret_previous_sealed": False,
                "webhook_secret_changed_at": False,
            }
        )

    def _context_of(self, name):
        return f"{self._name}/{self.id}/{name}"

    def _seal(self, name, secret):
        """Return the sealed secret, False for none."""
        if not secret:
            return False
        return self._sealing_vault().seal(secret, context=self._context_of(name))

    def _open(self, name):
        """Return the secret in this field, "" when there is none.

        :raises VaultError: it never opens again, see `_open_sealed`
        :raises ServerConfigError: it does not open with the keys of this server
        """
        sealed = self.sudo()[name]
        return self._open_sealed(sealed, self._context_of(name)) if sealed else ""

    def _open_or_log(self, name):
        try:
            return self._open(name)
        except VaultError:
            _logger.error("zoom: %s does not open with the keys there are", name)
            return ""
