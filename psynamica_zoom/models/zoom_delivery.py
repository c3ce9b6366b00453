# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling Zoom: claim a row, call, store the result; each in its own transaction.

No lock outlives a claim: whoever edits a session must not wait for Zoom.  One cron
never runs twice at once, so speed comes from threads that run the plain client only:
parallel over connections, in order within one.  What a thread needs is plain values,
what it returns is plain values; the database is touched by the cron's own thread.
"""

import concurrent.futures
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..services.delivery_call import Outcome, perform
from ..zoom_api.errors import ZoomError

_logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=3)  # longer than any exchange; after a crash it is due again
PARALLEL = 8
BROKEN_ROW_DELAY = timedelta(minutes=10)
WAIT_S = 1.0  # how long the loop waits for an answer before it looks for new work


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    # The loop

    @api.model
    def _cron_deliver(self):
        """Deliver what is due until nothing is left or the cron's time is up."""
        self.env["calendar.attendee"]._cron_release_held(fields.Datetime.now())
        self.env["ir.cron"]._commit_progress(remaining=self._count_due())
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            self._deliver_with(pool)

    def _deliver_with(self, pool):
        cron = self.env["ir.cron"]
        running = {}
        is_time_left = True
        while True:
            if is_time_left:
                self._start_calls(pool, running)
            if not running:
                return
            done, _waiting = concurrent.futures.wait(
                running, timeout=WAIT_S, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for future in done:
                call = running.pop(future)
                self._guarded(call.meeting, lambda: self._finish(call, future.result()))  # noqa: B023
                is_time_left = bool(cron._commit_progress(1)) and is_time_left

    def _start_calls(self, pool, running):
        """Claim due rows of connections that are idle, and start their calls."""
        while len(running) < PARALLEL:
            busy = [call.connection for call in running.values()]
            row = self._next_due(busy)
            if not row:
                return
            prepared = self._guarded(row.id, row._prepare)
            if prepared:
                call, token, transport = prepared
                running[pool.submit(perform, transport, token, call)] = call

    def _guarded(self, meeting_id, work):
        """Return what `work` returns; one broken row must not stop the others."""
        try:
            return work()
        except SerializationFailure:
            self.env.cr.rollback()  # changed under us this instant: due again soon
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom meeting %d", meeting_id)
            row = self.browse(meeting_id)
            row.next_attempt_at = fields.Datetime.now() + BROKEN_ROW_DELAY
            self.env["ir.cron"]._commit_progress()
        return None

    @api.model
    def _count_due(self):
        return self.sudo().search_count(
            [("next_attempt_at", "<=", fields.Datetime.now())]
        )

    @api.model
    def _next_due(self, busy_connections):
        """Return the row to deliver next: the session that starts soonest."""
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM psynamica_zoom_meeting
                 WHERE next_attempt_at <= %s
                   AND NOT COALESCE(connection_id, 0) = ANY(%s)
              ORDER BY session_start NULLS FIRST, id
                 LIMIT 1
                """,
                fields.Datetime.now(),
                busy_connections,
            )
        )
        row = self.env.cr.fetchone()
        return self.sudo().browse(row[0] if row else None)

    # One delivery

    def _prepare(self):
        """Claim this row and return (call, token, transport); None when all is said.

        The claim is committed: after a crash the row is due again when it runs out.
        """
        self.invalidate_recordset()
        row = self.try_lock_for_update()
        if not row:
            self._postpone()
            return None
        call = row._call()
        if call is None:
            self.env["ir.cron"]._commit_progress(1)
            return None
        row.next_attempt_at = fields.Datetime.now() + CLAIM
        row._note_attempt(call)
        connection = row.connection_id
        self.env["ir.cron"]._commit_progress()
        try:
            token = connection._access_token()
            transport = self.env["psynamica.zoom.app"]._get()._transport()
        except ZoomError as error:
            connection.invalidate_recordset()
            self._finish(call, Outcome(error=error))
            self.env["ir.cron"]._commit_progress(1)
            return None
        return call, token, transport

    def _postpone(self):
        """Leave a row alone that somebody else has locked this instant."""
        self.env.cr.rollback()
        self.env.cr.execute(
            SQL(
                "UPDATE psynamica_zoom_meeting SET next_attempt_at = %s WHERE id IN "
                "(SELECT id FROM psynamica_zoom_meeting WHERE id = %s"
                " FOR UPDATE SKIP LOCKED)",
                fields.Datetime.now() + timedelta(seconds=1),
                self.id,
            )
        )
        self.env["ir.cron"]._commit_progress()
