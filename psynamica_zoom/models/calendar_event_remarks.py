# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the session page says about what Zoom does otherwise than asked."""

from odoo import api, fields, models

from .zoom_read_back import TIME_IGNORED

SHOWN_WHILE = ("ready", "waiting", "retry", "failed")  # states of the room


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    video_remarks = fields.Char(
        compute="_compute_video_remarks", groups="base.group_user"
    )

    @api.depends("video_state")
    @api.depends_context("uid", "lang")
    def _compute_video_remarks(self):
        meetings = self._video_meetings()
        for event in self:
            meeting = meetings.get(event._origin.id, self._no_meeting())
            is_shown = event.video_state in SHOWN_WHILE and event._video_takes_part()
            codes = (meeting.remarks or "").split() if is_shown else []
            words = self._video_remark_words() if codes else {}
            sentences = [words[code] for code in codes if code in words]
            event.video_remarks = " ".join(sentences) or False

    @api.model
    def _video_remark_words(self):
        """Return the sentence for each remark, see `services.read_back`."""
        return {
            "start_ignored": self.env._(
                "Zoom shows another start time for this meeting."
            ),
            "sign_in_forced": self.env._(
                "The Zoom account admits only people who have signed in to Zoom, so "
                "clients need a Zoom account."
            ),
            "registration_forced": self.env._(
                "The Zoom account makes people register before they can join."
            ),
            "recording_forced": self.env._(
                "The Zoom account records this meeting automatically."
            ),
            "assistant_forced": self.env._(
                "The Zoom account starts Zoom's AI assistant in this meeting."
            ),
            "unprotected": self.env._(
                "The meeting has neither a waiting room nor a passcode."
            ),
            "waiting_room_refused": self.env._(
                "The Zoom account keeps the waiting room switched off."
            ),
            "waiting_room_forced": self.env._(
                "The Zoom account keeps the waiting room switched on."
            ),
            "early_entry_refused": self.env._(
                "The Zoom account lets nobody in before the host."
            ),
            "early_entry_forced": self.env._(
                "The Zoom account lets people in before the host."
            ),
            "passcode_forced": self.env._(
                "Zoom has given the meeting a passcode. The session's link still "
                "works; a Zoom link from an earlier e-mail may not."
            ),
            "passcode_changed": self.env._(
                "The meeting's passcode was changed at Zoom. The session's link still "
                "works; a Zoom link or passcode from an earlier e-mail may not."
            ),
        }

    # Another time at Zoom

    @api.model
    def _video_reasons(self):
        kept = self.env._("Zoom keeps another time for this meeting.")
        return super()._video_reasons() | {TIME_IGNORED: kept}

    def _video_failure(self, reason):
        if reason != TIME_IGNORED:
            return super()._video_failure(reason)
        return self.env._(
            "Zoom keeps another time for this meeting, and shows it to whoever looks "
            "there. The link opens the Zoom meeting. Try again, or make a new room."
        )

    def _video_where_at_zoom(self, now):
        """Lead into a meeting that has another time at Zoom: its room is open."""
        meeting = self._video_meetings().get(self.id, self._no_meeting())
        is_open = meeting.state == "failed" and meeting.error_reason == TIME_IGNORED
        if is_open and meeting.join_url and self.user_id._zoom_live_connection():
            return {"kind": "redirect", "url": meeting.join_url}
        return super()._video_where_at_zoom(now)
