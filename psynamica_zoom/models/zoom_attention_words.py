# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why something is in the list, and what to do, in words."""

from odoo import api, fields, models

from .calendar_event_room import _spaced


class ZoomAttention(models.Model):
    _inherit = "psynamica.zoom.attention"

    reason_text = fields.Char("Why", compute="_compute_reason_text")

    @api.model
    def _reasons(self):
        words = self.env["calendar.event"]._video_reasons() | {
            "rejected": self.env["calendar.event"]._video_why("rejected"),
            "reconnect": self.env._("Zoom must be connected again."),
            "left": self.env._("The meeting is in another Zoom account."),
            "undelivered": self.env._("Zoom has not been told yet."),
            "notification": self.env._("A notification could not be processed."),
        }
        return list(words.items())

    @api.depends("kind", "reason", "zoom_id")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for item in self:
            why = reasons.get(item.reason, "")
            item.reason_text = item._words(why)

    def _words(self, why):
        if self.reason == "left":
            return self._words_of_left()
        if self.reason == "undelivered":
            return self.env._(
                "Zoom has not been told yet, although it was time. Look whether the "
                "scheduled action “Zoom: tell Zoom about sessions” is switched on."
            )
        if self.reason == "app_rejected":
            return self.env._(
                "Zoom refuses the practice's Zoom app. Look at its client ID and "
                "secret in the settings."
            )
        if self.kind == "leftover":
            return self._words_of_leftover(why)
        if self.kind == "connection":
            return self._words_of_connection()
        if self.kind == "notification":
            return self.env._(
                "Zoom's notification “%(event)s” could not be processed; the server's "
                "log says why.",
                event=self.notification_id.event,
            )
        if self.reason == "reconnect":
            return self.env._(
                "Zoom must be connected again. Until then the link opens the built-in "
                "video room."
            )
        return why

    def _words_of_left(self):
        return self.env._(
            "This meeting is in the Zoom account that was connected before. Delete it "
            "at Zoom by hand: meeting ID %(number)s. Or connect that account again: "
            "then it is deleted from here.",
            number=_spaced(self.zoom_id),
        )

    def _words_of_leftover(self, why):
        if not self.zoom_id:
            return why
        return self.env._(
            "%(why)s No session needs this meeting any more, but it could not be "
            "deleted. If that does not change, delete it at Zoom by hand: meeting ID "
            "%(number)s.",
            why=why,
            number=_spaced(self.zoom_id),
        )

    def _words_of_connection(self):
        connection = self.connection_id
        reasons = dict(
            connection._fields["state_reason"]._description_selection(self.env)
        )
        return self.env._(
            "%(therapist)s must connect Zoom again, under Integrations. Reason: "
            "%(reason)s.",
            therapist=connection.user_id.name,
            reason=reasons.get(connection.state_reason, ""),
        )
