# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings of Zoom.  Secrets go in and never come out.

What is typed into a settings page is kept in a table for a while.  The fields for
secrets are therefore not stored: their values go to the vault, and reading them
returns nothing.
"""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..server_config import ServerConfigError
from ..services import scopes

ADMIN = "base.group_system"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zoom_client_id = fields.Char(
        "Client ID",
        compute="_compute_zoom",
        inverse="_inverse_zoom_client_id",
        groups=ADMIN,
    )
    zoom_client_secret = fields.Char(
        "Client secret",
        compute="_compute_zoom_secrets",
        inverse="_inverse_zoom_client_secret",
        groups=ADMIN,
    )
    zoom_webhook_secret = fields.Char(
        "Webhook secret",
        compute="_compute_zoom_secrets",
        inverse="_inverse_zoom_webhook_secret",
        groups=ADMIN,
    )
    zoom_has_client_secret = fields.Boolean(compute="_compute_zoom", groups=ADMIN)
    zoom_has_webhook_secret = fields.Boolean(compute="_compute_zoom", groups=ADMIN)
    zoom_redirect_uri = fields.Char(
        "Redirect URL", compute="_compute_zoom", groups=ADMIN
    )
    zoom_webhook_url = fields.Char("Webhook URL", compute="_compute_zoom", groups=ADMIN)
    zoom_required_scopes = fields.Text("Needed", compute="_compute_zoom", groups=ADMIN)
    zoom_optional_scopes = fields.Text(
        "Recommended", compute="_compute_zoom", groups=ADMIN
    )
    zoom_tls_minimum = fields.Selection(
        [("1.3", "TLS 1.3"), ("1.2", "TLS 1.2")],
        "Lowest TLS version",
        compute="_compute_zoom",
        inverse="_inverse_zoom_tls_minimum",
        groups=ADMIN,
    )
    video_share_zoom_details = fields.Boolean(
        related="company_id.video_share_zoom_details", readonly=False
    )
    video_support_email = fields.Char(
        related="company_id.video_support_email", readonly=False
    )
    video_support_hours = fields.Text(
        related="company_id.video_support_hours", readonly=False
    )

    def _compute_zoom(self):
        app_sudo = self.env["psynamica.zoom.app"]._get()
        for settings in self:
            settings.zoom_client_id = app_sudo.client_id
            settings.zoom_has_client_secret = app_sudo.has_client_secret
            settings.zoom_has_webhook_secret = app_sudo.has_webhook_secret
            settings.zoom_redirect_uri = app_sudo._redirect_uri()
            settings.zoom_webhook_url = app_sudo._webhook_url()
            settings.zoom_required_scopes = "\n".join(scopes.REQUIRED)
            settings.zoom_optional_scopes = "\n".join(scopes.OPTIONAL)
            settings.zoom_tls_minimum = app_sudo.tls_minimum

    def _compute_zoom_secrets(self):
        """Give nothing out."""
        self.zoom_client_secret = False
        self.zoom_webhook_secret = False

    def _inverse_zoom_client_id(self):
        for settings in self:
            settings._set_zoom_credentials(client_id=settings.zoom_client_id or "")

    def _inverse_zoom_client_secret(self):
        self._take_secret("zoom_client_secret", "client_secret")

    def _inverse_zoom_webhook_secret(self):
        self._take_secret("zoom_webhook_secret", "webhook_secret")

    def _inverse_zoom_tls_minimum(self):
        app_sudo = self.env["psynamica.zoom.app"]._get()
        for settings in self:
            app_sudo.tls_minimum = settings.zoom_tls_minimum or "1.3"

    def _take_secret(self, field_name, name):
        """Seal what was typed, and forget it: this record is read right afterwards.

        An empty field is one that nobody typed into; clearing has its own button.
        """
        for settings in self:
            if secret := settings[field_name]:
                settings._set_zoom_credentials(**{name: secret})
        self.invalidate_recordset(
            [field_name, "zoom_has_client_secret", "zoom_has_webhook_secret"],
            flush=False,
        )

    def _set_zoom_credentials(self, **credentials):
        try:
            self.env["psynamica.zoom.app"]._get()._set_credentials(**credentials)
        except ServerConfigError as error:
            raise UserError(str(error)) from None

    def action_zoom_check(self):
        """Say in words what keeps Zoom from working."""
        self._require_admin()
        findings = self.env["psynamica.zoom.app"]._get()._check()
        level = findings[0][0]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join(sentence for _level, sentence in findings),
                "type": level,
                "sticky": level != "success",
            },
        }

    def action_zoom_clear_client_secret(self):
        """Forget the client secret."""
        self._require_admin()
        self._set_zoom_credentials(client_secret="")
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_zoom_clear_webhook_secret(self):
        """Forget the webhook secret: notifications are refused from now on."""
        self._require_admin()
        self._set_zoom_credentials(webhook_secret="")
        return {"type": "ir.actions.client", "tag": "reload"}

    def _require_admin(self):
        if not self.env.is_system():
            raise AccessError(
                self.env._("Only administrators can change the settings of Zoom.")
            )
