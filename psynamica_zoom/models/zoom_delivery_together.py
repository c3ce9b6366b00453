# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Claiming and concluding many deliveries at once.

What is read for one meeting is read for all of them in the same questions, and what is
committed for all is committed once.  When anything goes wrong with one, all of it is
rolled back and done again one by one: no row suffers from another.
"""

import logging
from datetime import timedelta

from odoo import fields, models

from ..services.delivery_call import Outcome, perform
from ..services.running_calls import RunningCalls
from ..zoom_api.errors import ZoomError
from . import zoom_delivery

_logger = logging.getLogger(__name__)


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _start_calls(self, pool, running: RunningCalls):
        """Claim due rows of connections that are idle, and start their calls."""
        while (room := zoom_delivery.PARALLEL - len(running)) > 0:
            rows = self._next_due_together(running, room)
            if not rows:
                return
            for call, token, transport in rows._prepare_all():
                running.add(
                    pool.submit(perform, transport, token, call), call, transport
                )

    def _prepare_all(self):
        """Claim these rows and return (call, token, transport) of those to be told.

        Tokens are as `_token_or_source` gives them.
        """
        try:
            claimed, locked_elsewhere = self._claim_together()
        except Exception:
            # Told by the one it happens to, when that is looked at alone.
            self.env.cr.rollback()
        else:
            for row in locked_elsewhere:
                row._postpone(timedelta(seconds=1))
            return self._equip(claimed)
        prepared = (self._guarded(row.id, row._prepare) for row in self)
        return [one for one in prepared if one]

    def _claim_together(self):
        """Claim these rows in one transaction.

        :return: the calls to be made, and the rows that somebody else has locked
        """
        self.invalidate_recordset()
        rows = self.try_lock_for_update()
        circuits = self.env["psynamica.zoom.circuit"]
        may_be_probes = circuits.search_count([("retry_at", "!=", False)], limit=1)
        calls = []
        for row in rows:
            call = row._call()
            if call is None or not row._may_say_today(call):
                continue
            row.next_attempt_at = fields.Datetime.now() + zoom_delivery.CLAIM
            row._note_attempt(call)
            if may_be_probes:
                circuits._begin(row.connection_id)
            calls.append(call)
        self._goes_on(len(rows) - len(calls))
        return calls, self - rows

    def _equip(self, calls):
        """Return (call, token, transport) of the claimed calls that can be made."""
        connections = self.env["psynamica.zoom.connection"]
        # Together, so that what is read of one is read of all.
        known = connections.browse([call.connection for call in calls])
        known.invalidate_recordset()
        tiers = known._zoom_tiers()
        equipped = []
        for call, connection in zip(calls, known, strict=True):
            try:
                token = connection._token_or_source()
                transport = connection._paced_transport(tiers[connection.id])
            except ZoomError as error:
                connection.invalidate_recordset()
                failed = (call, None, Outcome(error=error))
                self._guarded(call.meeting, lambda: self._conclude(*failed))  # noqa: B023
                self._goes_on(1)
            else:
                equipped.append((call, token, transport))
        return equipped

    def _conclude_all(self, done):
        """Keep what came of these calls, then let people know.  Commits.

        :param done: pairs of a future and (call, transport)
        """
        if self._store_together(done):
            # The results are safe; telling people must not lose them.
            self._tell_together([call.meeting for _future, (call, _transport) in done])
            return
        for future, (call, transport) in done:
            self._guarded(
                call.meeting,
                lambda: self._conclude(call, transport, future.result()),  # noqa: B023
            )

    def _store_together(self, done):
        """Keep these results in one transaction; return whether that could be done."""
        try:
            self._take_results(
                [
                    (call, transport, future.result())
                    for future, (call, transport) in done
                ]
            )
            self._goes_on()
        except Exception:
            # Told by the one it happens to, when that is concluded alone.
            self.env.cr.rollback()
            return False
        return True

    def _take_results(self, results):
        rows = self.browse([call.meeting for call, _transport, _outcome in results])
        rows._lock_to_store()
        connections = self.env["psynamica.zoom.connection"].browse(
            [call.connection for call, _transport, _outcome in results]
        )
        for row, connection, (call, transport, outcome) in zip(
            rows, connections, results, strict=True
        ):
            changes = transport.changes if transport else 0
            row._take_note(connection, call, changes, outcome.error)
            row._store(call, outcome)

    def _tell_together(self, meeting_ids):
        rows = self.browse(meeting_ids)
        rows.invalidate_recordset()
        try:
            for row in rows:
                row._after_store()
            self._goes_on()
        except Exception:
            self.env.cr.rollback()
            for row in rows:
                self._guarded(row.id, row._tell)
