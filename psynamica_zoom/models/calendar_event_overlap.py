# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A warning when a Zoom account has more sessions at a time than it can hold.

It is worked out when a session is looked at (also before it is saved), and when Zoom is
told: saving itself asks nothing.  Nobody is kept from saving, and of other sessions
only the time is said.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_time

from ..services.overlap import Span, clash, most_at_once

MOST_SHOWN = 3


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    video_overlap_text = fields.Char(compute="_compute_video_overlap")

    @api.depends("active", "allday", "start", "stop", "user_id", "video_provider")
    @api.depends_context("lang", "tz", "uid")
    def _compute_video_overlap(self):
        is_staff = self.env.su or self.env.user._is_internal()
        clashes = self._video_clashes() if is_staff else {}
        for event in self:
            others = clashes.get(event.id)
            words = others and event._video_overlap_words(others.values())
            event.video_overlap_text = words or False

    def _video_clashes(self):
        """Return id → the other sessions that are too many: {their event: `Span`}.

        Sessions that the account can hold are left out.
        """
        own = self.sudo().filtered(lambda event: event._video_takes_host())
        by_host = defaultdict(dict)
        for event in own._video_at_that_time():
            by_host[event.user_id.id][event] = event._video_span()
        found = {}
        for event in own:
            others = by_host[event.user_id._origin.id]
            others = {e: span for e, span in others.items() if e != event._origin}
            plan = event.user_id._zoom_live_connection().plan
            spans = clash(event._video_span(), others.values(), most_at_once(plan))
            if spans:
                present = set(spans)
                found[event.id] = {
                    e: span for e, span in others.items() if span in present
                }
        return found

    def _video_at_that_time(self):
        """Return the saved sessions of these hosts around the time of these events."""
        if not self:
            return self
        return self.search(
            [
                ("user_id", "in", self.user_id._origin.ids),
                ("video_provider", "=", "zoom"),
                ("start", "<", max(self.mapped("stop"))),
                ("stop", ">", min(self.mapped("start"))),
            ]
        ).filtered(lambda event: event._video_takes_host())

    def _video_takes_host(self):
        """Return whether this session takes up its organiser's Zoom account."""
        return bool(
            self.start
            and self.stop
            and self._video_wants_zoom()
            and not self._video_is_declined()
            and self.user_id._zoom_live_connection()
        )

    def _video_span(self):
        return Span(self.start, self.stop)

    def _video_overlap_words(self, spans):
        """Return the warning in the reader's language and time zone."""
        plan = self.sudo().user_id._zoom_live_connection().plan
        shown = sorted(spans)[:MOST_SHOWN]
        when = "; ".join(self._video_span_words(span) for span in shown)
        if most_at_once(plan) == 1:
            return self.env._(
                "This Zoom account can hold one meeting at a time, and there is "
                "another session then: %(when)s. Move one of them, or choose the "
                "built-in video room for it.",
                when=when,
            )
        return self.env._(
            "This Zoom account can hold two meetings at a time, and there are more "
            "sessions then: %(when)s. Move one of them, or choose the built-in video "
            "room for it.",
            when=when,
        )

    def _video_span_words(self, span):
        """Return a span as "Thu 3 Dec, 10:00 – 10:50"."""
        stop = self._video_in_zone(span.stop_at)
        until = format_time(self.env, stop.timetz(), time_format="short")
        return f"{self._video_moment_words(span.start_at)} – {until}"
