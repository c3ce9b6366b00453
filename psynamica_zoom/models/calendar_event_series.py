# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Series: a moved session keeps its meeting, and the series its join link.

Core moves a series by archiving its rows and creating new ones.  To a client it is the
same session at another hour: so the meeting is handed over to the row that replaces
the old one, in order of time, and not deleted and made anew.
"""

import secrets

from odoo import api, fields, models

from .calendar_attendee import TOKEN_BYTES


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("recurrency") and not vals.get("video_series"):
                vals["video_series"] = secrets.token_urlsafe(TOKEN_BYTES)
        return super().create(vals_list)

    def _apply_recurrence_values(self, values, future=True):
        lacking = self.sudo().filtered(lambda e: values and not e.video_series)
        for event in lacking:
            event.video_series = secrets.token_urlsafe(TOKEN_BYTES)
        return super()._apply_recurrence_values(values, future=future)

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        before = self._video_rows_with_meeting(self.recurrence_id.calendar_event_ids)
        result = super()._rewrite_recurrence(values, time_values, recurrence_values)
        self._video_hand_over(before)
        return result

    def _update_future_events(self, values, time_values, recurrence_values):
        following = self.recurrence_id.calendar_event_ids.filtered(
            lambda event: event.start >= self.start
        )
        before = self._video_rows_with_meeting(following)
        result = super()._update_future_events(values, time_values, recurrence_values)
        # The caller may not know the new series yet, so it is found by its key.
        self._video_hand_over(before)
        return result

    def _video_rows_with_meeting(self, events):
        """Return the meetings of these events, in the order of the sessions."""
        return (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search(
                [("event_id", "in", events.ids), ("zoom_id", "!=", False)],
                order="session_start, id",
            )
        )

    def _video_hand_over(self, meetings):
        """Give the meetings of replaced rows to the rows that replace them."""
        orphaned = meetings.filtered(lambda m: not m.event_id.active)
        now = fields.Datetime.now()
        over = orphaned.filtered(lambda m: m.session_stop and m.session_stop < now)
        over._let_go()  # no coming session's link may become that of a past one
        orphaned -= over
        if not orphaned:
            return
        keys = [key for key in self.sudo().mapped("video_series") if key]
        fresh = self.sudo().search(
            [("video_series", "in", keys), ("video_provider", "=", "zoom")],
            order="start, id",
        )
        taken = (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search([("event_id", "in", fresh.ids)])
            .event_id
        )
        waiting = iter(
            event
            for event in fresh
            if event not in taken and event._video_is_worth_a_room()
        )
        for meeting in orphaned:
            event = next(waiting, None)
            if event and meeting._is_hosted_by(event.user_id):
                meeting._hand_over(event)
            else:
                meeting._let_go()
        orphaned._wake_delivery()
