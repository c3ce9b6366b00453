# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Users: their connection to Zoom, and where their sessions take place by default."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    _inherit = "res.users"

    video_default_provider = fields.Selection(
        [
            ("auto", "Zoom while connected, otherwise the built-in room"),
            ("zoom", "Zoom"),
            ("builtin", "Built-in video room"),
            ("custom", "Custom link"),
            ("none", "None"),
        ],
        "Default video provider",
    )
    video_default_rule = fields.Selection(
        [
            ("others", "Events with other people"),
            ("always", "All events"),
            ("never", "Only where I choose it"),
        ],
        "Events with a video room",
    )
    video_custom_link = fields.Char("Own video link")
    zoom_connection_ids = fields.One2many(
        "psynamica.zoom.connection", "user_id", groups="base.group_system"
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + self._video_own_fields()

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + self._video_own_fields()

    def _video_own_fields(self):
        return ["video_default_provider", "video_default_rule", "video_custom_link"]

    @api.constrains("video_custom_link")
    def _check_video_custom_link(self):
        for user in self:
            link = user.video_custom_link
            if link and not (link.startswith("https://") and link.isprintable()):
                raise ValidationError(
                    self.env._("A video link must begin with https://.")
                )

    def _zoom_live_connection(self):
        """Return the user's connection when Zoom may be used with it, else none."""
        connection = self.sudo().zoom_connection_ids
        return connection.filtered(lambda c: c.state == "connected")

    def _video_defaults(self):
        """Return (provider, rule); "none" for whoever never used the product."""
        if not self:
            return "none", "others"
        user_sudo = self.sudo()
        user_sudo.fetch(["video_default_provider", "video_default_rule"])
        rule = user_sudo.video_default_rule or "others"
        chosen = user_sudo.video_default_provider or "auto"
        if chosen == "auto":
            return user_sudo._video_automatic_provider(), rule
        if chosen == "custom" and not user_sudo.video_custom_link:
            return "none", rule
        return chosen, rule

    def _video_automatic_provider(self):
        connection = self.zoom_connection_ids
        if not connection:
            return "builtin" if self.video_default_provider else "none"
        return "zoom" if connection.state == "connected" else "builtin"

    def _zoom_connect(self, pair, zoom_user):
        """Connect this user to the Zoom account that granted `pair`.

        :raises ZoomAccountTaken: another user here has that account
        """
        self.ensure_one()
        return self.env["psynamica.zoom.connection"]._connect(self, pair, zoom_user)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self.sudo().with_context(active_test=False).zoom_connection_ids._disconnect(
                "user_gone"
            )
        return result

    def unlink(self):
        """End the connections by our own code: the database would only drop rows."""
        self.sudo().with_context(active_test=False).zoom_connection_ids.unlink()
        return super().unlink()
