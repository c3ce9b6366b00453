# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a session says and where its link leads while Zoom is left alone."""

from odoo import api, models
from odoo.tools import SQL

from .calendar_event_join import PATIENCE
from .zoom_circuit import ZOOM
from .zoom_delivery_limits import DAILY_LIMIT


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_state_of(self, meeting):
        state = super()._video_state_of(meeting)
        is_held = state in ("creating", "waiting") and meeting._held_until()
        return "retry" if is_held else state

    def _video_flush_for_states(self):
        result = super()._video_flush_for_states()
        self.env["psynamica.zoom.meeting"].flush_model(["next_attempt_at"])
        self.env["psynamica.zoom.circuit"].flush_model()
        return result

    def _video_sql_state(self, now):
        """Return the query for the state; see `_video_state_of`."""
        return SQL(
            """
            SELECT CASE
                WHEN plain.state IN ('creating', 'waiting') AND EXISTS (
                    SELECT FROM psynamica_zoom_meeting m
                      JOIN psynamica_zoom_connection c ON c.id = m.connection_id
                      JOIN psynamica_zoom_circuit held
                        ON held.key IN (%(zoom)s, %(account)s)
                     WHERE m.event_id = event.id AND m.next_attempt_at IS NOT NULL
                       AND (held.retry_at IS NOT NULL
                            OR held.paused_until > %(long)s)) THEN 'retry'
                ELSE plain.state END AS state
              FROM (%(plain)s) AS plain
            """,
            zoom=ZOOM,
            account=self.env["psynamica.zoom.connection"]._account_key_sql("c"),
            long=now + PATIENCE,
            plain=super()._video_sql_state(now),
        )

    @api.model
    def _video_reasons(self):
        limit = self.env._("Zoom allows 100 changes a day.")
        return super()._video_reasons() | {DAILY_LIMIT: limit}

    def _video_retry_words(self, meeting):
        if meeting.error_reason != DAILY_LIMIT or not meeting.next_attempt_at:
            return super()._video_retry_words(meeting)
        # On the hour: it is tried a little later, so that not all come at once.
        moment = meeting.next_attempt_at.replace(minute=0, second=0)
        if meeting.zoom_id:
            return self.env._(
                "Zoom allows 100 changes a day. Zoom is told of this change after "
                "%(time)s. The link opens the Zoom meeting.",
                time=self._video_clock(moment),
            )
        return self.env._(
            "Zoom allows 100 changes a day. The meeting is made after %(time)s.",
            time=self._video_clock(moment),
        )

    def _video_where_at_zoom(self, now):
        where = super()._video_where_at_zoom(now)
        if where["kind"] != "waiting":
            return where
        meeting = self._video_meetings().get(self.id, self._no_meeting())
        if meeting.connection_id._zoom_outage_until():
            return self._video_room("outage")
        held_until = meeting._held_until()
        if held_until and self.start <= held_until:
            return self._video_room("outage")
        return where

    def _video_host_url(self):
        connection = self.env.user.sudo()._zoom_live_connection()
        if connection and connection._zoom_outage_until():
            return self._video_join_url()  # no use in asking
        return super()._video_host_url()
