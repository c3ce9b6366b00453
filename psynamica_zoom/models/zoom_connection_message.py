# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a user is told about the connection, and how."""

from odoo import fields, models


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    reconnect_activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", groups=fields.NO_ACCESS
    )

    def _reason_text(self):
        """Return why the connection does not work, in the user's language."""
        self.ensure_one()
        self = self.with_context(lang=self.user_id.lang or self.env.lang)
        texts = {
            "token_revoked": self.env._("Zoom no longer accepts the connection."),
            "scope_missing": self.env._(
                "Zoom did not grant this permission: %(scopes)s.",
                scopes=self.state_detail or "",
            ),
            "key_lost": self.env._(
                "The stored access to Zoom can no longer be opened here."
            ),
            "removed_at_zoom": self.env._(
                "The app was removed from your Zoom account."
            ),
        }
        return texts.get(self.state_reason, "")

    def _ask_to_reconnect(self):
        """Tell the user before a client meets the failure: activity and e-mail."""
        self.ensure_one()
        user = self.user_id
        if not user.active:
            return
        partner = user.partner_id.sudo().with_context(lang=user.lang)
        self.reconnect_activity_id.unlink()
        self.reconnect_activity_id = partner.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=partner.env._("Connect Zoom again"),
            note=self._reason_text(),
            user_id=user.id,
        )
        template = self.env.ref(
            "psynamica_zoom.mail_template_reconnect", raise_if_not_found=False
        )
        if template:
            template.sudo().send_mail(self.id)
            # At once: before a client meets the failure.
            self.env["ir.cron"]._zoom_wake_mails()

    def _no_longer_ask(self):
        """Take back what `_ask_to_reconnect` has left to do."""
        self.reconnect_activity_id.unlink()

    def _tell_user(self):
        """Have the user's open Integrations screen refresh itself."""
        for connection in self:
            connection.user_id._bus_send("psynamica_zoom/connection", {})
