# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling Zoom by jobs: one lane a job, one process a lane.

Within a job the delivery is the one of the cron, with its transactions: a claim and an
attempt are committed before the call, the result afterwards.  So the job functions may
commit.  A job's own cursor, which holds the lock that tells the queue it is alive, is
not touched.
"""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.psynamica_zoom.models import zoom_connection_pace as pace

from ..services.lanes import LANES, lane_of
from .alone import DELIVERY, alone
from .jobs import come_back, has_runner, queued, surviving_the_database

RUN_S = 45  # Odoo ends a worker that is busy for 120 s; a call may take another 40
LOOK_S = 0.2  # how long a job that has a lane waits before it looks for new work
SLACK = timedelta(seconds=2)  # jobs are waited for in whole seconds
OVERDUE = timedelta(minutes=10)  # then the cron does not wait for the queue any more


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    # Having it started

    def _wake_delivery(self, at=None):
        if not has_runner(self.env):
            return super()._wake_delivery(at)
        lanes = {lane_of(one._account_key()) for one in self.sudo().connection_id}
        if not all(row.connection_id for row in self.sudo()):
            lanes.add(lane_of(""))
        return self._wake_lanes(lanes, at)

    @api.model
    def _wake_lanes(self, lanes, at=None):
        """Have a job for each lane, but for those at work here, which will see it."""
        lanes = sorted(set(lanes) - set(self._own_lanes() or ()))
        if not lanes:
            return
        mark = at.isoformat() if at else self._transaction()
        for lane in lanes:
            delayed = queued(self.browse(), f"delivery/{lane}/{mark}", at, priority=5)
            delayed._job_deliver(lane)

    @api.model
    def _transaction(self):
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        return self.env.cr.fetchone()[0]

    # A job

    @api.model
    def _job_deliver(self, lane):
        """Tell Zoom about sessions"""
        with surviving_the_database():
            with alone(self.env, DELIVERY, [lane]) as lanes:
                if not lanes:
                    return "Another job is at it."  # and looks again when it ends
                run = self._run(lanes)
                run._deliver_due()
                run._apart(run.env["psynamica.zoom.circuit"]._tell_administrators)
            # Only now: what was committed while we had the lane, and not seen, must
            # not be lost, for its own job found the lane taken.
            moment = self._lane_moment(lane)
        come_back(moment, "Something is to be told to Zoom then.")
        return None

    @api.model
    def _lane_moment(self, lane):
        """Return when this lane's job should come back; None when another one will."""
        run = self.with_context(zoom_lanes=(lane,))
        run._goes_on()
        now = fields.Datetime.now()
        moment = now if lane in self._due_lanes(now) else run._next_moment()
        return None if moment and self._is_planned(lane, moment) else moment

    @api.model
    def _due_lanes(self, moment):
        """Return the lanes with something that may be said and was due by then.

        :param moment: naive UTC
        """
        key = self.env["psynamica.zoom.connection"]._account_key_sql("c")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT %(lane)s FROM psynamica_zoom_connection c
                 WHERE NOT %(held)s
                   AND EXISTS (SELECT FROM psynamica_zoom_meeting m
                                WHERE m.connection_id = c.id
                                  AND m.next_attempt_at <= %(moment)s)
                 UNION
                SELECT %(orphans)s FROM psynamica_zoom_meeting
                 WHERE connection_id IS NULL AND next_attempt_at <= %(moment)s
                """,
                lane=_lane_sql(key),
                held=self.env["psynamica.zoom.circuit"]._held_sql(key),
                moment=moment,
                orphans=lane_of(""),
            )
        )
        return {lane for (lane,) in rows}

    @api.model
    def _is_planned(self, lane, moment):
        """Return whether another job of this lane waits and starts about then."""
        self.env["queue.job"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT EXISTS (
                       SELECT FROM queue_job
                        WHERE state IN ('pending', 'enqueued')
                          AND identity_key LIKE %(lane)s
                          AND (eta IS NULL OR eta <= %(moment)s)
                          AND uuid <> %(mine)s)
                """,
                lane=f"psynamica_zoom/delivery/{lane}/%",
                moment=moment + SLACK,
                mine=self.env.context.get("job_uuid") or "",
            )
        )
        return self.env.cr.fetchone()[0]

    # The cron

    @api.model
    def _cron_deliver(self):
        """Deliver what no job does: all without a runner, else what is long overdue."""
        lanes = range(LANES)
        if has_runner(self.env):
            lanes = sorted(self._due_lanes(fields.Datetime.now() - OVERDUE))
        with alone(self.env, DELIVERY, lanes) as mine:
            result = super(ZoomMeeting, self._run(mine))._cron_deliver()
        if has_runner(self.env):
            self._apart(self._sweep)
        return result

    @api.model
    def _sweep(self):
        """Have a job for each lane that has something to do and none."""
        now = fields.Datetime.now()
        due = self._due_lanes(now)
        self._wake_lanes(lane for lane in due if not self._is_planned(lane, now))

    # What a run works on

    @api.model
    def _run(self, lanes):
        """Return this model for a run that has these lanes, from now on."""
        until = time.monotonic() + RUN_S
        return self.with_context(zoom_lanes=lanes, zoom_until=until)

    @api.model
    def _own_lanes(self):
        """Return the lanes this run works on; None = it is none of ours."""
        return self.env.context.get("zoom_lanes")

    @api.model
    def _is_in_own_lane(self, key):
        lanes = self._own_lanes()
        return lanes is None or lane_of(key) in lanes

    @api.model
    def _mine_sql(self, key):
        lanes = self._own_lanes()
        if lanes is None:
            return super()._mine_sql(key)
        return SQL("%s = ANY(%s::int[])", _lane_sql(key), list(lanes))

    def _waits(self):
        waits = super()._waits()
        return {key: s for key, s in waits.items() if self._is_in_own_lane(key)}

    def _must_stay(self):
        """Keep a lane until its accounts have cooled.

        The next one to have it may be another process, which knows nothing of what
        this one has just asked.
        """
        if self._own_lanes() is None:
            return super()._must_stay()
        is_warm = any(self._is_in_own_lane(key) for key in pace.pacer.warm())
        return self._is_in_time() and (is_warm or super()._must_stay())

    def _pause_s(self):
        pause_s = super()._pause_s()
        return pause_s if self._own_lanes() is None else min(pause_s, LOOK_S)

    @api.model
    def _goes_on(self, done=0, remaining=None):
        return super()._goes_on(done, remaining) and self._is_in_time()

    def _is_in_time(self):
        until = self.env.context.get("zoom_until")
        return until is None or time.monotonic() < until

    def _all_is_said(self):
        """Nothing is over while other lanes still have something to say."""
        if self.with_context(zoom_lanes=None)._count_due():
            return None
        return super()._all_is_said()


def _lane_sql(key):
    """Return `lane_of` as SQL.

    :param key: SQL for an account's key
    """
    return SQL("get_byte(sha256(convert_to(%s, 'UTF8')), 0) %% %s", key, LANES)
