# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Looking for sessions by the state of their room: by the database, however many.

The same decisions as `_video_state_of`, in the same order.
"""

from odoo import fields, models
from odoo.tools import SQL

from . import touched_events

PAST = {"none", "over", "cancelled"}  # states that a session of long ago can have


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _search_video_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._video_flush_for_states()
        states = [state for state in value if state]
        return [("id", "in", SQL("(%s)", self._video_with_state(states)))]

    def _video_flush_for_states(self):
        self.flush_model(
            ["active", "allday", "recurrency", "start", "stop", "stop_date"]
            + ["user_id", "video_provider", "video_made_when_near"]
        )
        self.env["calendar.attendee"].flush_model(["event_id", "partner_id", "state"])
        self.env["psynamica.zoom.connection"].flush_model(["state", "user_id"])
        self.env["psynamica.zoom.meeting"].flush_model(["event_id", "state", "zoom_id"])

    def _video_with_state(self, states):
        """Return the query for the ids of the sessions that are in these states."""
        now = fields.Datetime.now()
        managed = SQL("event.video_provider IS NOT NULL")
        coming = SQL("%s AND (event.allday OR event.stop >= %s)", managed, now)
        return SQL(
            """
            SELECT event.id FROM calendar_event event
              JOIN LATERAL (%(state)s) AS found ON found.state = ANY(%(states)s)
             WHERE %(narrow)s
            """,
            state=self._video_sql_state(now),
            states=states,
            narrow=coming if PAST.isdisjoint(states) else SQL("TRUE"),
        )

    def _video_sql_state(self, now):
        """Return the query for the state of the room of one `event`."""
        return SQL(
            """
            SELECT CASE
                WHEN event.video_provider IS NULL THEN 'none'
                WHEN NOT event.active OR EXISTS (
                    SELECT FROM calendar_attendee attendee
                      JOIN res_users organizer ON organizer.id = event.user_id
                     WHERE attendee.event_id = event.id
                       AND attendee.partner_id = organizer.partner_id
                       AND attendee.state = 'declined') THEN 'cancelled'
                WHEN event.allday AND event.stop_date < %(today)s
                  OR NOT COALESCE(event.allday, FALSE) AND event.stop < %(now)s
                THEN 'over'
                WHEN event.video_provider != 'zoom' THEN event.video_provider
                WHEN connection.id IS NULL THEN 'fallback'
                WHEN meeting.id IS NULL THEN CASE
                    WHEN (event.recurrency OR event.video_made_when_near)
                         AND event.start > %(horizon)s THEN 'later'
                    WHEN event.id = ANY(%(touched)s) THEN 'creating'
                    ELSE 'fallback' END
                WHEN meeting.state IN ('retry', 'failed') THEN meeting.state
                WHEN meeting.zoom_id IS NULL THEN 'creating'
                WHEN meeting.state = 'changing' THEN 'waiting'
                ELSE 'ready' END AS state
              FROM (VALUES (1)) AS one
         LEFT JOIN psynamica_zoom_meeting meeting ON meeting.event_id = event.id
         LEFT JOIN psynamica_zoom_connection connection
                ON connection.user_id = event.user_id
               AND connection.state = 'connected'
            """,
            today=fields.Date.today(),
            now=now,
            horizon=self._video_horizon(),
            touched=self._video_touched_ids(),
        )

    def _video_touched_ids(self):
        """Return the sessions whose row is made when this is committed."""
        touched = self.sudo().browse(list(touched_events.pending(self.env.cr)))
        zoom = touched.exists().filtered(lambda e: e.video_provider == "zoom")
        return [event.id for event in zoom if event._video_is_touched()]
