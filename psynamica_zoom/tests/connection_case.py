# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist's connection, looked at from all sides."""

from odoo import fields

from odoo.addons.psynamica_zoom.models.zoom_connection_token import SECRET_FIELDS
from odoo.addons.psynamica_zoom.zoom_api.errors import ZoomError

from .session_case import SessionCase

KEYS = "PSYNAMICA_ZOOM_KEYS"


class ConnectionCase(SessionCase):
    def tokens(self, connection=None):
        """Return the two secrets in the clear."""
        connection = connection or self.connection
        return [connection._open(name) for name in SECRET_FIELDS]

    def refreshes(self):
        return self.sim.calls(method="POST", path="/oauth/token")

    def access_token(self, **wanted):
        """Return a good access token, as the delivery gets it."""
        self.env.flush_all()
        token = self.connection._access_token(**wanted)
        self.env.invalidate_all()
        return token

    def trouble(self):
        """Return what asking for a token raises, and keep what was stored with it.

        Odoo's `assertRaises` would roll that back.
        """
        try:
            self.access_token()
        except ZoomError as error:
            self.env.invalidate_all()
            return error
        raise self.failureException("there was a token")

    def let_expire(self):
        self.connection.access_expires_at = fields.Datetime.now()
        self.sim.clear_calls()

    def run_cron(self, name):
        self.commit()
        self.env.ref(f"psynamica_zoom.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def activities(self, user=None):
        user = user or self.therapist
        return self.env["mail.activity"].search([("user_id", "=", user.id)])

    def reconnect_mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("model", "=", "psynamica.zoom.connection"),
                    ("res_id", "=", self.connection.id),
                ]
            )
        )

    def assert_asked_to_reconnect(self, reason):
        self.assertEqual(self.connection.state, "reconnect")
        self.assertEqual(self.connection.state_reason, reason)
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(len(self.reconnect_mails()), 1)

    def assert_no_secrets(self, connection=None):
        connection = connection or self.connection
        self.assertEqual([connection[name] for name in SECRET_FIELDS], [False, False])
