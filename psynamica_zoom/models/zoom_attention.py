# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person has to look at: one list, asked of the tables each time.

Three kinds of things can need somebody: meetings that do not get where they should,
connections that only their user can renew, and notifications that could not be acted
on.  Nothing is copied, so the list cannot be out of date.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .zoom_circuit import ZOOM

PATIENCE = timedelta(minutes=10)  # what is tried again by itself needs nobody sooner
KEPT_AFTER = timedelta(days=7)  # after a session, what failed for good can be seen


class ZoomAttention(models.Model):
    _name = "psynamica.zoom.attention"
    _description = "Zoom: needs attention"
    _auto = False
    _order = "is_ignored, session_start, kind, id"
    _depends = {  # what has to be written before the list is asked
        "calendar.event": ["active", "user_id", "video_provider"],
        "psynamica.zoom.attention.ignored": ["item", "reason", "ignored_at"],
        "psynamica.zoom.circuit": ["key", "retry_at", "paused_until"],
        "psynamica.zoom.connection": [
            *("state", "user_id", "lost_at", "zoom_account_mark"),
        ],
        "psynamica.zoom.notification": ["state", "received_at", "attempts"],
        "psynamica.zoom.meeting": [
            *("event_id", "connection_id", "state", "zoom_id"),
            *("session_start", "session_stop", "next_attempt_at", "attempts"),
            *("error_reason", "error_at", "error_since", "attempt_started_at"),
        ],
    }

    kind = fields.Selection(
        [
            ("session", "Session"),
            ("leftover", "Meeting without a session"),
            ("connection", "Connection"),
            ("notification", "Notification of Zoom"),
        ],
        "What",
    )
    status = fields.Selection(
        [
            ("failed", "A person must act"),
            ("waiting", "Tried again by itself"),
            ("reconnect", "The therapist must act"),
        ],
    )
    reason = fields.Selection(selection="_reasons")
    meeting_id = fields.Many2one("psynamica.zoom.meeting")
    connection_id = fields.Many2one("psynamica.zoom.connection")
    notification_id = fields.Many2one("psynamica.zoom.notification")
    event_id = fields.Many2one("calendar.event", "Session")
    user_id = fields.Many2one("res.users", "Therapist")
    session_start = fields.Datetime("Session time")
    zoom_id = fields.Char("Meeting ID")
    since = fields.Datetime()
    next_attempt_at = fields.Datetime("Next attempt")
    attempts = fields.Integer(aggregator=None)
    is_ignored = fields.Boolean("Ignored")
    ignored_by_id = fields.Many2one("res.users", "Ignored by")
    ignored_at = fields.Datetime("Ignored on")

    @api.model
    def _needs_attention_domain(self):
        """Return the domain of what nobody has ignored: the list that people see."""
        return Domain("is_ignored", "=", False)

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT item.*,
                   ignored.id IS NOT NULL AS is_ignored,
                   ignored.user_id AS ignored_by_id,
                   ignored.ignored_at
              FROM (%s UNION ALL %s UNION ALL %s) AS item
         LEFT JOIN psynamica_zoom_attention_ignored ignored
                ON ignored.item = item.id
               AND ignored.reason = item.reason
               AND ignored.ignored_at >= item.since
            """,
            self._sql_meetings(now),
            self._sql_connections(now),
            self._sql_notifications(),
        )

    @api.model
    def _sql_meetings(self, now):
        return SQL(
            """
            SELECT meeting.id * 3 AS id,
                   CASE WHEN meeting.event_id IS NULL THEN 'leftover'
                        ELSE 'session' END AS kind,
                   CASE WHEN meeting.state = 'paused'
                         AND connection.state = 'reconnect' THEN 'reconnect'
                        WHEN meeting.state IN ('failed', 'left') THEN 'failed'
                        ELSE 'waiting' END AS status,
                   %(reason)s AS reason,
                   meeting.id AS meeting_id,
                   meeting.connection_id,
                   NULL::integer AS notification_id,
                   meeting.event_id,
                   COALESCE(event.user_id, connection.user_id) AS user_id,
                   meeting.session_start,
                   meeting.zoom_id,
                   %(since)s AS since,
                   meeting.next_attempt_at,
                   meeting.attempts
              FROM psynamica_zoom_meeting meeting
         LEFT JOIN psynamica_zoom_connection connection
                ON connection.id = meeting.connection_id
         LEFT JOIN calendar_event event ON event.id = meeting.event_id
             WHERE meeting.state NOT IN ('ready', 'removed') AND (%(is_listed)s)
            """,
            reason=self._sql_reason(now),
            since=self._sql_since(),
            is_listed=self._sql_is_listed(now),
        )

    @api.model
    def _sql_reason(self, now):
        known = list(self.env["calendar.event"]._video_reasons())
        return SQL(
            """
            CASE WHEN meeting.state = 'paused' AND connection.state = 'reconnect'
                 THEN 'reconnect'
                 WHEN meeting.state = 'left' THEN 'left'
                 WHEN meeting.error_reason = ANY(%(known)s) THEN meeting.error_reason
                 WHEN meeting.error_reason IS NOT NULL OR meeting.state = 'failed'
                 THEN 'rejected'
                 ELSE COALESCE((%(held)s), 'undelivered') END
            """,
            known=known,
            held=self._sql_held(now),
        )

    @api.model
    def _sql_held(self, now):
        """Return the query for why Zoom is left alone just now; no row = it is not."""
        return SQL(
            """
            SELECT CASE WHEN BOOL_OR(held.retry_at IS NOT NULL) THEN 'unreachable'
                        WHEN BOOL_OR(held.paused_until > %(now)s) THEN 'rate_limited'
                   END
              FROM psynamica_zoom_circuit held
             WHERE held.key IN (%(zoom)s, %(account)s)
            """,
            now=now,
            zoom=ZOOM,
            account=self.env["psynamica.zoom.connection"]._account_key_sql(
                "connection"
            ),
        )

    @api.model
    def _sql_since(self):
        return SQL(
            """
            CASE WHEN meeting.state = 'paused' AND connection.state = 'reconnect'
                 THEN COALESCE(connection.lost_at, meeting.write_date)
                 WHEN meeting.state IN ('left', 'paused') THEN meeting.write_date
                 ELSE COALESCE(meeting.error_since, meeting.error_at,
                               meeting.next_attempt_at, meeting.write_date) END
            """
        )

    @api.model
    def _sql_is_listed(self, now):
        """Return the condition: what somebody has to know of a meeting.

        - it failed for good;
        - Zoom has not been told for longer than some minutes: because Zoom refuses or
          does not answer, or because nobody has tried although it was time;
        - only its host can go on: the connection has to be made again;
        - it stays in an account that was connected before.

        A meeting that is ready or deleted is none of these, and so are nearly all: the
        others have an index of their own.
        """
        return SQL(
            """
            meeting.state = 'failed'
            AND COALESCE(meeting.session_stop > %(week_ago)s, TRUE)
         OR COALESCE(meeting.session_stop > %(now)s, TRUE) AND (
                meeting.state IN ('creating', 'changing', 'retry', 'removing')
                AND (COALESCE(meeting.error_since, meeting.error_at) <= %(patient)s
                     OR meeting.next_attempt_at <= %(patient)s
                     OR meeting.next_attempt_at IS NULL
                        AND connection.state = 'connected'
                        AND meeting.write_date <= %(patient)s)
             OR meeting.state = 'paused' AND connection.state = 'reconnect'
                AND (event.active AND event.video_provider = 'zoom'
                     OR event.id IS NULL AND (
                        meeting.zoom_id IS NOT NULL
                        OR meeting.attempt_started_at IS NOT NULL))
             OR meeting.state = 'paused' AND connection.state = 'connected'
                AND meeting.zoom_id IS NOT NULL
                AND meeting.write_date <= %(patient)s
             OR meeting.state = 'left' AND meeting.zoom_id IS NOT NULL)
            """,
            now=now,
            patient=now - PATIENCE,
            week_ago=now - KEPT_AFTER,
        )

    @api.model
    def _sql_connections(self, now):
        return SQL(
            """
            SELECT connection.id * 3 + 1, 'connection', 'reconnect', 'reconnect',
                   NULL::integer, connection.id, NULL::integer, NULL::integer,
                   connection.user_id,
                   (SELECT MIN(meeting.session_start)
                      FROM psynamica_zoom_meeting meeting
                     WHERE meeting.connection_id = connection.id
                       AND meeting.state = 'paused' AND meeting.session_stop > %s),
                   NULL, COALESCE(connection.lost_at, connection.write_date),
                   NULL::timestamp, 0
              FROM psynamica_zoom_connection connection
             WHERE connection.state = 'reconnect'
            """,
            now,
        )

    @api.model
    def _sql_notifications(self):
        return SQL(
            """
            SELECT notification.id * 3 + 2, 'notification', 'failed', 'notification',
                   NULL::integer, NULL::integer, notification.id, NULL::integer,
                   NULL::integer, NULL::timestamp, NULL, notification.received_at,
                   NULL::timestamp, notification.attempts
              FROM psynamica_zoom_notification notification
             WHERE notification.state = 'failed'
            """
        )


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    _unsettled = models.Index("(id) WHERE state NOT IN ('ready', 'removed')")


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    _failed = models.Index("(id) WHERE state = 'failed'")
