# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Integrations screen: that Zoom is left alone just now, and until when."""

from odoo import fields, models

from .calendar_event_join import PATIENCE


class ResUsers(models.Model):
    _inherit = "res.users"

    def _zoom_card(self):
        card = super()._zoom_card()
        is_live = card["state"] in ("connected", "disconnecting")
        card["trouble"] = self._zoom_trouble() if is_live else ""
        return card

    def _zoom_trouble(self):
        """Return in a sentence or two why Zoom hears nothing now; "" when it does."""
        outage_until, paused_until = self.sudo().zoom_connection_ids._zoom_holds()
        clock = self.env["calendar.event"]._video_clock
        if outage_until:
            return self.env._(
                "Zoom does not work at the moment. Next try at %(time)s. You can book, "
                "move and cancel as always: what is missing at Zoom is made up for by "
                "itself.",
                time=clock(outage_until),
            )
        if paused_until and paused_until > fields.Datetime.now() + PATIENCE:
            return self.env._(
                "Zoom takes no more changes for your account until %(time)s. You can "
                "book, move and cancel as always: Zoom is told then.",
                time=clock(paused_until),
            )
        return ""
