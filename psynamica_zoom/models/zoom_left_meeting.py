# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meetings in an account that may not be the one connected now.

Our token must not touch them.  They are named to people under *Needs attention*, and
deleted as soon as their account is connected again, or proves to be the connected one.
"""

from odoo import api, models


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _leave(self):
        """Give up a meeting of another Zoom account: our token must not touch it.

        The session, when there is one, gets another row.
        """
        event = self.event_id
        self.event_id = False
        self._stop("left")
        self._give_up_announced()
        if event:
            event._video_sync_rooms({event.id: self.env.uid})

    def _give_up_announced(self):
        """Have each meeting that Zoom announced for this row dealt with by itself."""
        announced = self._announced()
        for one in announced:
            self._remove_announced(one.zoom_id, one.host_mark)
        announced.unlink()

    def _remove_announced(self, zoom_id, host_mark):
        """Have a meeting of this row's host deleted, or named to people.

        Whose it is, Zoom has said; when it was made, only this row knows.
        """
        self._remove_stray(
            self.connection_id,
            [zoom_id],
            host_mark=host_mark,
            made_for=self.made_for,
        )

    @api.model
    def _take_back_left(self, connection):
        """Delete what was left in the account that is known to be connected now."""
        if not connection.zoom_user_mark:
            return
        left = self.sudo().search(
            [
                ("connection_id", "=", connection.id),
                ("state", "=", "left"),
                ("zoom_id", "!=", False),
                ("host_mark", "=", connection.zoom_user_mark),
            ]
        )
        self._remove_stray(connection, left.mapped("zoom_id"))


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _take_up_sessions(self):
        result = super()._take_up_sessions()
        self.env["psynamica.zoom.meeting"]._take_back_left(self)
        return result
