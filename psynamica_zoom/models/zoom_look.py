# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asking Zoom what a meeting is now, and doing what follows.

What is read counts only when nobody has worked on the row meanwhile: it is compared
with what was committed before Zoom was asked, and no row is locked while Zoom answers.
"""

from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from ..services import reconciliation
from ..services.event_to_meeting import find_marker
from ..services.reconciliation import Found, Times, Verdict
from ..zoom_api import meetings as zoom_meetings
from ..zoom_api.errors import ZoomNotFound, ZoomTokenExpired

READ, LIST = "meeting:read:meeting", "meeting:read:list_meetings"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.utc)


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _ask_zoom(self, ask):
        """Return what `ask(transport, token)` returns, with a token that Zoom takes.

        :raises ZoomError: see `zoom_api.errors`
        """
        transport = self._patient_transport()
        token = self._access_token()
        try:
            return ask(transport, token)
        except ZoomTokenExpired:
            return ask(transport, self._access_token(refused=token))

    def _meetings_at_zoom(self):
        """Return all meetings of this user that Zoom lists, as `Found`.

        :raises ZoomError: see `zoom_api.errors`
        """
        database = self.env["psynamica.zoom.meeting"]._database_mark()
        listed = self._ask_zoom(
            # Those that are over, too: one that the host has moved is not missing.
            lambda *zoom: list(zoom_meetings.list_upcoming(*zoom, now=_LONG_AGO))
        )
        return [_found(meeting, database) for meeting in listed]


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _found_at_zoom(self):
        """Return this row's meeting as Zoom has it; None when it has none.

        :raises ZoomError: see `zoom_api.errors`
        """
        number, database = self.zoom_id, self._database_mark()
        if not number:
            return None
        try:
            meeting = self.connection_id._ask_zoom(
                lambda *zoom: zoom_meetings.read(*zoom, number)
            )
        except ZoomNotFound:
            return None
        return _found(meeting, database)

    def _settle_with_zoom(self, found, stamp, *, is_news=False):
        """Judge what was found and act on it; return the verdict.

        :param found: `Found`; None when Zoom has no meeting
        :param stamp: of this row before Zoom was asked
        :param is_news: it has changed since Zoom was told last, so it is no earlier
            time of ours that Zoom has kept
        """
        row = self.try_lock_for_update()
        if not row:
            return Verdict.LEFT_ALONE
        value = row._as_row(stamp)
        if is_news:
            value = value._replace(told_before=None)
        verdict = reconciliation.judge(value, found)
        row._act_on(verdict, found and found.times)
        return verdict

    @api.model
    def _look_now(self):
        """Commit, so that what is read next is the newest, and nothing stays locked."""
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()


def _found(meeting, database):
    marker = find_marker(meeting.agenda)
    is_ours = marker is not None and marker.database == database
    length = timedelta(minutes=meeting.minutes or 0)
    now = fields.Datetime.now().replace(tzinfo=timezone.utc)
    return Found(
        zoom_id=meeting.id,
        unique=marker.unique if is_ours else "",
        times=Times(meeting.start_at, meeting.minutes),
        is_over=bool(meeting.start_at and meeting.start_at + length < now),
    )
