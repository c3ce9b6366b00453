# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meetings that Zoom announced while nobody knew what came of a create.

Kept only until the row has its meeting.  The announcement has all that opens the room,
which is needed when meetings may not be read, and must not lie in the inbox.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..services.lost_create import Candidate
from .vacuum import delete_old

KEPT = timedelta(days=30)


class ZoomAnnouncedMeeting(models.Model):
    _name = "psynamica.zoom.announced.meeting"
    _description = "Meeting announced by Zoom"
    _order = "id"

    row_id = fields.Many2one(
        "psynamica.zoom.meeting",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    zoom_id = fields.Char(required=True, readonly=True)
    host_mark = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    join_url = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    passcode = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _zoom_id_unique = models.UniqueIndex("(zoom_id)")

    @api.model
    def _keep(self, row, notification):
        """Keep what opens the meeting of `notification`; Zoom may say it twice."""
        created = notification.created
        endpoint = self.env["psynamica.zoom.app"]._get()._endpoint()
        leads_to_zoom = endpoint.allows_browser_url(created.join_url)
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_zoom_announced_meeting
                    (row_id, zoom_id, host_mark, join_url, passcode,
                     create_uid, create_date, write_uid, write_date)
                VALUES (%(row)s, %(zoom_id)s, %(host_mark)s, %(join_url)s, %(passcode)s,
                        %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (zoom_id) DO NOTHING
                """,
                row=row.id,
                zoom_id=notification.meeting_id,
                host_mark=self.env["psynamica.zoom.connection"]._mark(
                    notification.host_id
                ),
                join_url=created.join_url if leads_to_zoom else None,
                passcode=created.passcode or None,
                uid=self.env.uid,
                now=now,
            )
        )

    def _as_candidates(self):
        return tuple(
            Candidate(one.zoom_id, one.join_url or "", one.passcode or "")
            for one in self
        )

    @api.autovacuum
    def _gc_old(self):
        before = fields.Datetime.now() - KEPT
        return delete_old(self, [("create_date", "<", before)])
