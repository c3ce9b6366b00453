# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The session page: what the host has changed at Zoom, and the buttons to decide."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .zoom_meeting_proposal import DELETED_AT_ZOOM


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    zoom_proposal = fields.Selection(
        [("moved", "Moved at Zoom"), ("deleted", "Deleted at Zoom")],
        "Changed at Zoom",
        compute="_compute_zoom_proposal",
    )
    zoom_proposal_text = fields.Char(
        compute="_compute_zoom_proposal", groups="base.group_user"
    )

    @api.depends("video_provider", "start", "stop", "active", "user_id")
    @api.depends_context("uid", "lang", "tz")
    def _compute_zoom_proposal(self):
        self.zoom_proposal = self.zoom_proposal_text = False
        if not self.env.user._is_internal():
            return
        meetings = self._video_meetings()
        for event in self:
            meeting = meetings.get(event._origin.id, self._no_meeting())
            proposal = meeting._open_proposal()
            if proposal._is_current() and event._video_takes_part():
                event.zoom_proposal = proposal.kind
                event.zoom_proposal_text = proposal.text

    # What follows from a meeting that its host has deleted

    @api.model
    def _video_reasons(self):
        reasons = super()._video_reasons()
        return reasons | {
            DELETED_AT_ZOOM: self.env._("The meeting was deleted in Zoom.")
        }

    def _video_words(self, state, meeting):
        if state == "failed" and meeting._is_deleted_at_zoom():
            return self.env._(
                "The meeting was deleted in Zoom. "
                "The link opens the built-in video room."
            )
        return super()._video_words(state, meeting)

    def _video_where_at_zoom(self, now):
        """Lead nobody into a meeting that does not exist."""
        meeting = self._video_meetings().get(self.id, self._no_meeting())
        if meeting._is_deleted_at_zoom():
            return self._video_room("deleted")
        return super()._video_where_at_zoom(now)

    def _video_zoom_details(self):
        meeting = self.sudo()._video_meetings().get(self.id, self._no_meeting())
        return {} if meeting._is_deleted_at_zoom() else super()._video_zoom_details()

    def _compute_video_room(self):
        result = super()._compute_video_room()
        failed = self.filtered(lambda event: event.video_state == "failed")
        meetings = failed._video_meetings()
        for event in failed:
            if meetings[event._origin.id]._is_deleted_at_zoom():
                event.zoom_join_url = event.zoom_passcode = False
                event.zoom_meeting_number = False
        return result

    # Buttons

    def _zoom_to_decide(self):
        """Return the meeting whose host's change the user may decide about.

        :raises AccessError: the user neither takes part nor schedules for others
        :raises UserError: there is nothing (left) to decide
        """
        self.ensure_one()
        self._video_check_may_manage()
        meeting = self.sudo()._video_meetings().get(self.id, self._no_meeting())
        if not meeting._open_proposal()._is_current():
            raise UserError(
                self.env._("There is nothing left to decide. Please reload the page.")
            )
        return meeting

    def action_zoom_take_over(self):
        """Move the session to the time it has at Zoom; people are told as of any move.

        :raises UserError: that time has passed
        """
        meeting = self._zoom_to_decide()
        proposal = meeting._open_proposal()
        start, minutes = proposal.zoom_start, proposal.zoom_minutes
        if proposal.kind != "moved":
            raise UserError(self.env._("The meeting no longer exists at Zoom."))
        if start < fields.Datetime.now():
            raise UserError(
                self.env._("The time in Zoom has passed. Keep yours, or move both.")
            )
        self.write({"start": start, "stop": start + timedelta(minutes=minutes)})
        proposal._close("taken", self.env.user)

    def action_zoom_keep_ours(self):
        """Have the meeting at Zoom be again what the calendar says."""
        self._zoom_to_decide()._restore_ours(self.env.user)

    def action_zoom_builtin(self):
        """Hold the session in the built-in room; the link stays."""
        meeting = self._zoom_to_decide()
        self.video_choice = "builtin"
        meeting._close_proposal("kept", self.env.user)

    def action_zoom_cancel(self):
        """Cancel the session: the dialog asks whom to tell."""
        self._zoom_to_decide()
        return self.action_unlink_event()

    def action_zoom_retry(self):
        self._video_check_may_manage()
        meetings = self._no_meeting().search([("event_id", "in", self.ids)])
        deleted = meetings.filtered(lambda row: row._is_deleted_at_zoom())
        deleted._restore_ours(self.env.user)
        return super().action_zoom_retry()
