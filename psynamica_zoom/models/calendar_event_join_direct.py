# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The join link of a session whose meeting is ready, in one question to the database.

At the full hour everybody opens their link, and nearly all of them need no more than
the meeting's address.  Whatever is not that plain is left to `calendar_event_join`. It
says the same about these, reading record by record.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .calendar_event_join import GRACE, TOKEN


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _video_resolve(self, token):
        url = self._video_direct_url(token)
        if url:
            return {"kind": "redirect", "url": url}
        return super()._video_resolve(token)

    @api.model
    def _video_direct_url(self, token):
        """Return the address of the ready meeting this link is for, "" otherwise."""
        if not TOKEN.fullmatch(token or ""):
            return ""
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT meeting.join_url
                  FROM (SELECT id AS event_id FROM calendar_event
                         WHERE video_token = %(token)s
                         UNION ALL
                        SELECT event_id FROM calendar_attendee
                         WHERE video_token = %(token)s) AS link
                  JOIN calendar_event event ON event.id = link.event_id
                  JOIN res_users host ON host.id = event.user_id
                  JOIN psynamica_zoom_connection connection
                    ON connection.user_id = host.id AND connection.state = 'connected'
                  JOIN psynamica_zoom_meeting meeting ON meeting.event_id = event.id
                 WHERE event.active AND event.video_provider = 'zoom'
                   AND event.stop > %(ended)s
                   AND (event.video_series IS NULL
                        OR %(now)s BETWEEN event.start AND event.stop)
                   AND meeting.state IN ('ready', 'changing')
                   AND meeting.error_reason IS NULL
                   AND NOT EXISTS (
                       SELECT FROM calendar_attendee organizer
                        WHERE organizer.event_id = event.id
                          AND organizer.partner_id = host.partner_id
                          AND organizer.state = 'declined')
                 LIMIT 1
                """,
                token=token,
                now=now,
                ended=now - GRACE,
            )
        )
        return rows[0][0] or "" if rows else ""
