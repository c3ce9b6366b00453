# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What came of a call to Zoom: stored, then told."""

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.tools import SQL

STORE_ATTEMPTS = 5


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _finish(self, call, outcome):
        """Store what came of `call`, then let people know.  Commits."""
        row = self.browse(call.meeting)
        for _attempt in range(STORE_ATTEMPTS):
            try:
                row._lock_to_store()
                row._store(call, outcome)
                self.env["ir.cron"]._commit_progress()
                break
            except SerializationFailure:
                self.env.cr.rollback()
        else:
            raise SerializationFailure("the meeting keeps changing")
        row._tell()

    def _tell(self):
        """Let people know what became of this meeting.  Commits."""
        self.invalidate_recordset()
        self._after_store()
        self.env["ir.cron"]._commit_progress()

    def _lock_to_store(self):
        """Keep these rows from everybody else, and see them as they are now."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM psynamica_zoom_meeting WHERE id IN %s"
                " ORDER BY id FOR UPDATE",
                tuple(self.ids),
            )
        )
        self.env.invalidate_all()

    def _store(self, call, outcome):
        self._settle_attempt(call, outcome)
        if outcome.error:
            if self._is_outdated(call):
                self.next_attempt_at = fields.Datetime.now()
            else:
                self._store_error(call, outcome.error)
            return
        if outcome.is_waiting:
            self._wait_for_lost(call.wait_until)
            return
        if outcome.is_read:
            self._note_remarks(call.request, outcome.meeting)
        if outcome.meeting:
            self._store_meeting(call, outcome.meeting)
        if not call.request:
            self._forget_meeting()
        self._settle_others(call, outcome)
        if self._time_is_ignored(call, outcome):
            self._tell_time_again(call)
            return
        self.fingerprint = call.fingerprint
        self.delivered = call.wanted
        self.connection_id.last_used_at = fields.Datetime.now()
        if self.wanted == call.wanted and not self._is_outdated(call):
            self._done()
        else:
            self.next_attempt_at = fields.Datetime.now()

    def _is_outdated(self, call):
        """Return whether the user has disconnected or connected anew since this call.

        What it came to then says nothing about the connection of now.
        """
        connection = self.connection_id
        is_alive = connection.state in ("connected", "disconnecting")
        return not is_alive or connection.connected_at != call.connected_at

    def _store_meeting(self, call, meeting):
        connection = self.connection_id
        mark = connection._mark(meeting.host_id)
        values = {
            "zoom_id": meeting.id,
            "zoom_uuid": meeting.uuid,
            "join_url": meeting.join_url,
            "passcode": meeting.passcode,
            "attempt_started_at": False,
            "is_lost": False,
            "made_for": call.connected_at,
        }
        if mark:
            values["host_mark"] = mark
            if not connection.zoom_user_mark and not self._is_outdated(call):
                # Without the permission to read the account this is how we learn
                # whom a removal of the app will name.
                connection.zoom_user_mark = mark
                self._take_back_left(connection)
        self.write(values)

    def _forget_meeting(self):
        self.write(
            {
                "zoom_id": False,
                "zoom_uuid": False,
                "join_url": False,
                "passcode": False,
                "fingerprint": False,
                "remarks": False,
                "attempt_started_at": False,
                "is_lost": False,
            }
        )

    def _done(self):
        """Nothing is left to say."""
        self.write(
            {
                "delivered": self.wanted,
                "next_attempt_at": False,
                "attempts": 0,
                "error_reason": False,
                "error_at": False,
                "attempt_started_at": False,
                "is_lost": False,
                "times_ignored": 0,
                "state": "ready" if self.zoom_id and self.event_id else "removed",
            }
        )
        if self.connection_id.state == "disconnecting":
            self._finish_disconnecting()

    def _finish_disconnecting(self):
        remaining = self.search_count(
            [
                ("connection_id", "=", self.connection_id.id),
                ("next_attempt_at", "!=", False),
            ]
        )
        if remaining:
            self.connection_id._tell_user()
        else:
            self.connection_id._disconnect()

    def _after_store(self):
        """Send what waited for this meeting, and refresh open pages."""
        event = self.event_id
        if not event:
            return
        if self.state in ("ready", "failed"):
            event.attendee_ids._release_held_mails()
        self._tell_sessions()
