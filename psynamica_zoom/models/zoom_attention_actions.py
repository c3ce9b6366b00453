# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an administrator can do about what is in the list; on one row or several."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

HOPELESS = ("reconnect", "left")  # trying again would change nothing


class ZoomAttention(models.Model):
    _inherit = "psynamica.zoom.attention"

    can_retry = fields.Boolean(compute="_compute_can")
    can_use_builtin = fields.Boolean(compute="_compute_can")

    @api.depends("kind", "reason")
    def _compute_can(self):
        for item in self:
            item.can_retry = item.reason not in HOPELESS
            item.can_use_builtin = bool(item.event_id)

    def action_try_again(self):
        """Have Zoom told, or the notification acted on, as soon as may be.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        able = self.filtered("can_retry")
        able._ignored().unlink()
        able.meeting_id.sudo()._try_again()
        able.notification_id.sudo()._try_again()
        return self._say_what_was_done(
            able,
            self.env._("It is tried again now."),
            self.env._("Here only the therapist can go on, or somebody at Zoom."),
        )

    def action_use_builtin(self):
        """Hold these sessions in the built-in room.  The appointment stays as it is.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        able = self.filtered("can_use_builtin")
        # An administrator answers for every session's room, also of private ones.
        able.event_id.sudo().write({"video_choice": "builtin"})
        return self._say_what_was_done(
            able,
            self.env._("The link now opens the built-in video room."),
            self.env._("There is no session here that could use the built-in room."),
        )

    def action_ignore(self):
        """Leave these out of the list until they fail anew or otherwise.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        self._ignored().unlink()
        self.env["psynamica.zoom.attention.ignored"].sudo().create(
            [
                {
                    "item": item.id,
                    "reason": item.reason,
                    "user_id": self.env.uid,
                    "ignored_at": fields.Datetime.now(),
                }
                for item in self
            ]
        )

    def action_stop_ignoring(self):
        """Show these in the list again.

        :raises AccessError: for everybody but administrators
        """
        self._check_administrator()
        self._ignored().unlink()

    def action_open_session(self):
        """Open the session's page; what it shows depends on who looks."""
        self.ensure_one()
        self._check_administrator()
        return self.event_id._video_page_action()

    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("This is for administrators."))

    def _ignored(self):
        ignored = self.env["psynamica.zoom.attention.ignored"].sudo()
        return ignored.search([("item", "in", self.ids)])

    def _say_what_was_done(self, able, done, nothing):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if able else "warning",
                "message": done if able else nothing,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _try_again(self):
        if self:
            self._want()
            self.filtered(lambda meeting: not meeting.event_id).state = "removing"
            self._wake_delivery()


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    def _try_again(self):
        if self:
            self.write({"state": "pending", "attempts": 0})
            self._wake_inbox()
