# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Join links of deleted sessions, so that they say "cancelled" and not "unknown".

The link of a series is that of its first session: when only this one is deleted, the
link leads to those that are left.
"""

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
    series = fields.Char()
    # None: the session's own.  A deleted person's must not become that.
    partner_id = fields.Many2one(
        "res.partner", "Whose link", ondelete="cascade", index="btree_not_null"
    )

    @api.model
    def _remember(self, events):
        """Keep the links of `events`, which are about to be deleted: all in one go."""
        events.flush_recordset(["video_token", "video_series", "start"])
        self.env["calendar.attendee"].flush_model(
            ["video_token", "event_id", "partner_id"]
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_video_closed_link
                       (token, start, series, partner_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT link.token, event.start, event.video_series, link.partner_id,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM calendar_event event
                 CROSS JOIN LATERAL (
                       SELECT event.video_token AS token,
                              NULL::integer AS partner_id UNION ALL
                       SELECT video_token, partner_id FROM calendar_attendee
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
        series = self._living_series()
        return delete_old(
            self, [("create_date", "<", before), ("series", "not in", series)]
        )

    def _living_series(self):
        """Return the keys of series of which a session was deleted and one is left."""
        known = SQL("SELECT series FROM psynamica_video_closed_link")
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT video_series FROM calendar_event
                 WHERE active AND stop > %s AND video_series IN (%s)
                """,
                fields.Datetime.now(),
                known,
            )
        )
        return [key for (key,) in self.env.cr.fetchall()]
