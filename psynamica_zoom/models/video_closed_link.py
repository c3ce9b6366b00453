# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Join links of deleted sessions, so that they say "cancelled" and not "unknown"."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .vacuum import delete_old

KEEP = timedelta(days=90)


class VideoClosedLink(models.Model):
    _name = "psynamica.video.closed.link"
    _description = "Join link of a deleted session"
    _log_access = True

    token = fields.Char(required=True, index=True)
    start = fields.Datetime()

    @api.model
    def _remember(self, events):
        """Keep the links of `events`, which are about to be deleted: all in one go."""
        events.flush_recordset(["video_token", "start"])
        self.env["calendar.attendee"].flush_model(["video_token", "event_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_video_closed_link
                       (token, start, create_uid, create_date, write_uid, write_date)
                SELECT link.token, event.start, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM calendar_event event
                 CROSS JOIN LATERAL (
                       SELECT event.video_token AS token UNION ALL
                       SELECT video_token FROM calendar_attendee
                        WHERE event_id = event.id) link
                 WHERE event.id IN %(events)s AND link.token IS NOT NULL
                """,
                events=tuple(events.ids),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )

    @api.autovacuum
    def _gc(self):
        before = fields.Datetime.now() - KEEP
        return delete_old(self, [("create_date", "<", before)])
