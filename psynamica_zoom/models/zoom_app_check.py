# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What keeps the practice's Zoom app from working, in words."""

from odoo import models

from ..server_config import ServerConfigError
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomAppRejected, ZoomError, ZoomUnreachable

REDIRECT_MISMATCH = 4709  # Zoom: OAuth error table


class ZoomApp(models.Model):
    _inherit = "psynamica.zoom.app"

    def _check(self):
        """Return findings as pairs of level and sentence, the gravest first.

        Levels are "danger" (nobody can connect), "warning" (something does not work)
        and "success".  Asks Zoom, so it takes as long as Zoom does.
        """
        findings = self._check_server() or (
            self._check_credentials()
            + self._check_webhook_secret()
            + self._check_rotation()
        )
        findings += self._check_address()
        if findings:
            return sorted(findings, key=lambda finding: finding[0] != "danger")
        return [
            ("success", self.env._("Zoom accepts the app, and nothing is missing."))
        ]

    def _check_server(self):
        """Return what the server's operator has to do."""
        try:
            self._endpoint()
        except ServerConfigError as error:
            return [("danger", str(error))]
        problem = self._key_problem()
        return [("danger", problem)] if problem else []

    def _check_credentials(self):
        app_sudo = self.sudo()
        missing = []
        if not app_sudo.client_id:
            missing.append(("danger", self.env._("The client ID is missing.")))
        if not app_sudo.client_secret_sealed:
            missing.append(("danger", self.env._("The client secret is missing.")))
        return missing or self._check_opens("client_secret_sealed") or self._ask_zoom()

    def _check_opens(self, field_name):
        try:
            self._open(field_name)
        except VaultError:
            return [("danger", self._damage_words()[field_name])]
        return []

    def _damage_words(self):
        return {
            "client_secret_sealed": self.env._(
                "The stored client secret is damaged. Enter the client secret again."
            ),
            "webhook_secret_sealed": self.env._(
                "The stored webhook secret is damaged. Enter the webhook secret again."
            ),
        }

    def _check_rotation(self):
        """Return whether older keys are still needed."""
        counts = self._count_by_key()
        newest = self._vault().key_ids[0]
        older = sum(count for key_id, count in counts.items() if key_id != newest)
        if not older:
            return []
        sentence = self.env._(
            "%(count)s secrets are still sealed with an older key. Keep it until the "
            "scheduled action “Zoom: seal tokens with the newest key” has done them.",
            count=older,
        )
        return [("warning", sentence)]

    def _ask_zoom(self):
        try:
            self._oauth_client().check_app(self._redirect_uri())
        except ZoomAppRejected as error:
            return [("danger", self._rejection(error))]
        except ZoomUnreachable:
            return [
                (
                    "danger",
                    self.env._(
                        "Zoom cannot be reached from this server. Check its connection "
                        "to the internet and its firewall."
                    ),
                )
            ]
        except ZoomError as error:
            sentence = self.env._(
                "Zoom could not say whether it accepts the app: %(error)s. Please try "
                "again in a few minutes.",
                error=str(error),
            )
            return [("warning", sentence)]
        return []

    def _rejection(self, error):
        if error.code == REDIRECT_MISMATCH:
            return self.env._(
                "The redirect URL shown here is not on the list of the app at Zoom."
            )
        return self.env._(
            "Zoom does not accept the client ID or the client secret. Copy both once "
            "more from the app at Zoom, and check that the app is not switched off "
            "there."
        )

    def _check_webhook_secret(self):
        if self.sudo().webhook_secret_sealed:
            return self._check_opens("webhook_secret_sealed")
        return [
            (
                "warning",
                self.env._(
                    "The webhook secret is missing: notifications of Zoom are refused, "
                    "and an app removed at Zoom is noticed late."
                ),
            )
        ]

    def _check_address(self):
        if self.get_base_url().startswith("https://"):
            return []
        return [
            (
                "warning",
                self.env._(
                    "The address of this server does not begin with https://, but Zoom "
                    "accepts no other. Set the system parameter web.base.url."
                ),
            )
        ]
