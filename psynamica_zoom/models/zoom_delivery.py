# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling Zoom: claim a row, call, store the result; each in its own transaction.

No lock outlives a claim: whoever edits a session must not wait for Zoom.  One cron
never runs twice at once, so speed comes from threads that run the plain client only:
parallel over connections, in order within one.  What a thread needs is plain values,
what it returns is plain values; the database is touched by the cron's own thread.  Only
a token that has to be refreshed first has a thread ask the database, on a cursor of its
own: else one slow answer would keep all others from being asked.
"""

import concurrent.futures
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..services.delivery_call import Outcome
from ..services.running_calls import RunningCalls
from ..zoom_api.errors import ZoomError
from . import zoom_connection_pace as pace

_logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=3)  # longer than any exchange; after a crash it is due again
PARALLEL = 24  # an answer takes half a second at times; threads only wait
BROKEN_ROW_DELAY = timedelta(minutes=10)
APART_ATTEMPTS = 5
LOOK_S = 0.2  # before an account's turn its meetings are claimed: that takes a moment
AHEAD_S = 0.3  # but none earlier: threads that wait are missed elsewhere
WAIT_S = 1.0  # how long the loop waits for an answer before it looks for new work


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    # The loop

    @api.model
    def _cron_deliver(self):
        """Deliver what is due until nothing is left or the cron's time is up.

        Nothing escapes but the loss of the database: Odoo deactivates a cron that
        fails for a week.
        """
        self._release_held()
        self._deliver_due()
        self._apart(self._come_back)
        self._apart(self.env["psynamica.zoom.circuit"]._tell_administrators)

    @api.model
    def _deliver_due(self):
        """Deliver what is due and ours to deliver.  Commits."""
        self._goes_on(remaining=self._count_due())
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            is_all_said = self._deliver_with(pool)
        if is_all_said:
            self._apart(self.env["psynamica.zoom.circuit"]._probe_idle)
            self._apart(self._all_is_said)

    @api.model
    def _goes_on(self, done=0, remaining=None):
        """Commit; return whether there is time for more."""
        return bool(self.env["ir.cron"]._commit_progress(done, remaining=remaining))

    def _release_held(self):
        """Send mails that have waited long enough.

        One session after the other: whoever saves one of them would wait for all.
        """
        now = fields.Datetime.now()
        held = self.env["calendar.attendee"]._held_until(now)
        for attendees in held.grouped("event_id").values():
            self._apart(attendees._release_due_mails, now)

    def _deliver_with(self, pool):
        """Return whether all was said that may be said now."""
        running = RunningCalls()
        is_time_left = True
        while True:
            must_stay = self._must_stay()  # a moment later, it may not
            if is_time_left:
                self._start_calls(pool, running)
            if not running and not (is_time_left and must_stay):
                return is_time_left
            pause_s = self._pause_s()
            self._look_anew()
            if done := running.finished(pause_s):
                self._conclude_all(done)
                is_time_left = self._goes_on(len(done)) and is_time_left

    def _look_anew(self):
        """End a transaction that has only read: Zoom's answer may take long, and what
        others, such as a thread that stores a token, do meanwhile is to be seen then.
        """
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _waits(self):
        """Return the accounts that must wait for their turn: see `Pacer.waits`."""
        return pace.pacer.waits()

    def _must_stay(self):
        """Return whether the loop goes on although no call is on its way."""
        return bool(self._waits())

    def _pause_s(self):
        """Return how long the loop may wait: less when an account may be asked soon.

        What can be claimed for its turn has been from `LOOK_S` on; then the turn itself
        is waited for.
        """
        waits = self._waits().values()
        return min([WAIT_S, *(s - LOOK_S if s > LOOK_S else s for s in waits)])

    def _guarded(self, meeting_id, work):
        """Return what `work` returns; one broken row must not stop the others."""
        try:
            return work()
        except SerializationFailure:
            self.env.cr.rollback()  # changed under us this instant: due again soon
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom meeting %d", meeting_id)
            self.browse(meeting_id)._postpone(BROKEN_ROW_DELAY)
        return None

    def _apart(self, work, *values):
        """Do what is no single row's, in a transaction that harms no other when lost.

        :return: what `work` returns, None when it failed
        """
        for _attempt in range(APART_ATTEMPTS):
            try:
                result = work(*values)
                self.env["ir.cron"]._commit_progress()
                return result
            except SerializationFailure:
                self.env.cr.rollback()  # another process was quicker
            except Exception:
                self.env.cr.rollback()
                _logger.exception("zoom: %s", work.__name__)
                return None
        _logger.warning("zoom: %s was overtaken each time", work.__name__)
        return None

    # One delivery

    def _prepare(self):
        """Claim this row and return (call, token, transport); None when all is said.

        The claim is committed: after a crash the row is due again when it runs out.
        """
        self.invalidate_recordset()
        row = self.try_lock_for_update()
        if not row:
            self._postpone(timedelta(seconds=1))
            return None
        call = row._call()
        if call is None or not row._may_say_today(call):
            self.env["ir.cron"]._commit_progress(1)
            return None
        row.next_attempt_at = fields.Datetime.now() + CLAIM
        row._note_attempt(call)
        connection = row.connection_id
        self.env["psynamica.zoom.circuit"]._begin(connection)
        self.env["ir.cron"]._commit_progress()
        try:
            token = connection._token_or_source()
            transport = connection._paced_transport()
        except ZoomError as error:
            connection.invalidate_recordset()
            self._conclude(call, None, Outcome(error=error))
            self.env["ir.cron"]._commit_progress(1)
            return None
        return call, token, transport

    def _conclude(self, call, transport, outcome):
        """Keep what the call tells about Zoom, then what came of it.  Commits.

        :param transport: the `PacedTransport` that was used; None for none
        """
        connection = self.env["psynamica.zoom.connection"].browse(call.connection)
        changes = transport.changes if transport else 0
        self._apart(self._take_note, connection, call, changes, outcome.error)
        self._finish(call, outcome)

    def _postpone(self, delay):
        """Leave a row alone for `delay`, without waiting for whoever has locked it.

        Whoever has locked it may have claimed it, and then it is left alone for longer.
        """
        self.env.cr.rollback()
        self._apart(self._set_next_attempt, fields.Datetime.now() + delay)

    def _set_next_attempt(self, moment):
        self.env.cr.execute(
            SQL(
                "UPDATE psynamica_zoom_meeting SET next_attempt_at = %s WHERE id IN "
                "(SELECT id FROM psynamica_zoom_meeting WHERE id = %s"
                " AND next_attempt_at <= %s FOR UPDATE SKIP LOCKED)",
                moment,
                self.id,
                moment,
            )
        )
        self.invalidate_recordset(["next_attempt_at"], flush=False)
