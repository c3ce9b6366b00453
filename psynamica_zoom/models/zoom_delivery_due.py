# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which meeting Zoom hears of next.

For each connection that may be asked, two looks into an index: is anything due, and
which is the session that starts soonest?  So a claim takes the time of the number of
connections, not of the number of meetings that wait.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..services.pacing import MEDIUM, PER_SECOND
from . import zoom_delivery
from .zoom_circuit import ZOOM

LOOKED_AT = 100  # of the due meetings, when calls are started together
CRON_INTERVAL = timedelta(minutes=5)  # the delivery comes by so often in any case


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    _due = models.Index(
        "(connection_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL"
    )
    _due_by_start = models.Index(
        "(connection_id, session_start NULLS FIRST, id) INCLUDE (next_attempt_at) "
        "WHERE next_attempt_at IS NOT NULL"
    )

    @api.model
    def _next_due(self, running):
        """Return the meeting to deliver next: the session that starts soonest.

        :param running: `RunningCalls`
        """
        return self._next_due_together(running, 1)

    @api.model
    def _next_due_together(self, running, most):
        """Return the meetings to deliver next, each of another connection.

        :param running: `RunningCalls`
        :param most: how many at most
        """
        most_calls = self.env["psynamica.zoom.circuit"]._most_calls()
        left = most_calls.get(ZOOM, zoom_delivery.PARALLEL) - len(running)
        if left <= 0:
            return self.browse()
        full = self._full_accounts(running, most_calls)
        key = self.env["psynamica.zoom.connection"]._account_key_sql("c")
        self.env.cr.execute(
            SQL(
                """
                SELECT id, key FROM (
                       SELECT orphan.*, '' AS key FROM %(orphans)s orphan UNION ALL
                       SELECT soonest.id, soonest.session_start, %(key)s AS key
                         FROM psynamica_zoom_connection c
                        CROSS JOIN LATERAL (%(first)s) first
                        CROSS JOIN LATERAL (%(soonest)s) soonest
                        WHERE first.next_attempt_at <= %(now)s
                          AND c.id <> ALL(%(busy)s)
                          AND %(key)s <> ALL(%(full)s)
                          AND %(mine)s
                          AND NOT %(held)s) due
              ORDER BY session_start NULLS FIRST, id LIMIT %(looked_at)s
                """,
                looked_at=1 if most == 1 else LOOKED_AT,
                orphans=self._due_sql(self._orphans_sql()),
                first=SQL(
                    """
                    SELECT m.next_attempt_at FROM psynamica_zoom_meeting m
                     WHERE m.connection_id = c.id AND m.next_attempt_at IS NOT NULL
                  ORDER BY m.next_attempt_at LIMIT 1
                    """
                ),
                soonest=self._due_sql(SQL("m.connection_id = c.id")),
                now=fields.Datetime.now(),
                busy=running.connections(),
                key=key,
                full=list(full),
                mine=self._mine_sql(key),
                held=self.env["psynamica.zoom.circuit"]._held_sql(key),
            )
        )
        found = self.env.cr.fetchall()
        chosen = self._within_limits(found, running, most_calls)
        return self.sudo().browse(chosen[: min(most, left)])

    def _within_limits(self, found, running, most_calls):
        """Return the ids of those whose accounts have room for one more call.

        Of an account with no call on its way it is not known here how fast it may be
        asked: then it is as few as any may be.

        :param found: pairs of meeting and key of the account, the most urgent first
        """
        counts = running.by_account()
        tiers = {key: running.tier_of(key) for key in counts}
        chosen = []
        for meeting_id, key in found:
            tier = tiers.get(key, "free")
            if counts[key] < most_calls.get(key, PER_SECOND[tier][MEDIUM]):
                chosen.append(meeting_id)
                counts[key] += 1
        return chosen

    def _due_sql(self, whose):
        """Return SQL for the one due meeting that starts soonest.

        :param whose: SQL, a condition
        """
        return SQL(
            """
            (SELECT m.id, m.session_start FROM psynamica_zoom_meeting m
              WHERE %(whose)s AND m.next_attempt_at <= %(now)s
           ORDER BY m.session_start NULLS FIRST, m.id LIMIT 1)
            """,
            whose=whose,
            now=fields.Datetime.now(),
        )

    @api.model
    def _mine_sql(self, key):
        """Return SQL that is true for accounts whose meetings are ours to deliver.

        :param key: SQL for the account's key
        """
        return SQL("TRUE")

    def _orphans_sql(self):
        """Return SQL for meetings whose connection is gone: nothing is to be said."""
        return SQL("m.connection_id IS NULL AND %s", self._mine_sql(SQL("''")))

    def _full_accounts(self, running, most_calls):
        """Return the keys of accounts that are asked as much as they may be now."""
        waits = self._waits().items()
        full = {key for key, wait_s in waits if wait_s > zoom_delivery.AHEAD_S}
        for key, count in running.by_account().items():
            tier = running.tier_of(key)
            if count >= most_calls.get(key, PER_SECOND[tier][MEDIUM]):
                full.add(key)
        return full

    @api.model
    def _count_due(self):
        """Return how many meetings may be delivered now; not those that are held."""
        key = self.env["psynamica.zoom.connection"]._account_key_sql("c")
        self.env.cr.execute(
            SQL(
                """
                WITH free AS MATERIALIZED (
                     SELECT c.id FROM psynamica_zoom_connection c
                      WHERE %(mine)s AND NOT %(held)s)
                SELECT count(*) FROM psynamica_zoom_meeting m
                 WHERE m.next_attempt_at <= %(now)s
                   AND (%(orphans)s OR m.connection_id IN (SELECT id FROM free))
                """,
                now=fields.Datetime.now(),
                mine=self._mine_sql(key),
                orphans=self._orphans_sql(),
                held=self.env["psynamica.zoom.circuit"]._held_sql(key),
            )
        )
        return self.env.cr.fetchone()[0]

    # Afterwards

    def _all_is_said(self):
        """Close what is over: everything that waited has been answered."""
        self.env["psynamica.zoom.circuit"]._settle()
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _next_moment(self):
        """Return when something may be said next that is not due now; None = nothing.

        Naive UTC, within `CRON_INTERVAL`: later, the delivery comes by in any case.
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                SELECT min(m.next_attempt_at) FROM psynamica_zoom_connection c
                 CROSS JOIN LATERAL (
                       SELECT next_attempt_at FROM psynamica_zoom_meeting
                        WHERE connection_id = c.id AND next_attempt_at > %(now)s
                     ORDER BY next_attempt_at LIMIT 1) m
                 WHERE %(mine)s
                """,
                now=now,
                mine=self._mine_sql(
                    self.env["psynamica.zoom.connection"]._account_key_sql("c")
                ),
            )
        )
        moments = [
            self.env.cr.fetchone()[0],
            self.env["psynamica.zoom.circuit"]._next_moment(),
        ]
        moment = min((one for one in moments if one), default=None)
        return moment if moment and moment <= now + CRON_INTERVAL else None

    def _come_back(self):
        """Have the delivery start again when something is due next."""
        moment = self._next_moment()
        if not moment:
            return
        cron = self.env.ref("psynamica_zoom.ir_cron_deliver").sudo()
        is_planned = self.env["ir.cron.trigger"].search_count(
            [
                ("cron_id", "=", cron.id),
                ("call_at", ">", fields.Datetime.now()),
                ("call_at", "<=", moment),
            ],
            limit=1,
        )
        if not is_planned:
            cron._trigger(at=moment)
