# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox by jobs: one a second, one a failure, one a meeting that has to be read."""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..services.lanes import lane_of
from .alone import LOOK, alone, let_cool
from .jobs import busy, come_back, has_runner, queued, surviving_the_database

# Notifications come in crowds, at the full hour: those of a second share a job, which
# starts when the transactions that have stored them should be committed.
TOGETHER = timedelta(seconds=2)
MOST = 500  # in one job
RUN_S = 30  # for meetings of others in the same lane
PENDING = Domain("state", "=", "pending")


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    def _wake_inbox(self, at=None):
        if not has_runner(self.env):
            return super()._wake_inbox(at)
        at = at or fields.Datetime.now() + TOGETHER
        inbox = queued(self.browse(), f"inbox/{at.isoformat()}", at, priority=5)
        inbox._job_inbox()
        return None

    def _wake_look(self, at=None):
        if not has_runner(self.env):
            return super()._wake_look(at)
        for one in self.sudo():
            queued(one, f"look/{one.id}", at, priority=8)._job_look()
        return None

    @api.model
    def _job_inbox(self):
        """Act on the notifications of Zoom"""
        with surviving_the_database():
            # What did not work is not for this job: it has one of its own, later.
            new = self.search(PENDING & Domain("attempts", "=", 0), limit=MOST)
            for one in new:
                if again_at := one._process_once():
                    key = f"notification/{one.id}/{one.attempts}"
                    queued(one, key, again_at, priority=6)._job_process()
                    self.env["ir.cron"]._commit_progress()
        come_back(len(new) == MOST and fields.Datetime.now(), "There is more.")

    def _job_process(self):
        """Act on a notification of Zoom that did not work at first"""
        with surviving_the_database():
            again_at = self._process_once()
        come_back(again_at, "Acting on it did not work this time.")

    def _process_once(self):
        """Act on this, unless it was done; return when to try again.  Commits."""
        one = self.exists().try_lock_for_update().filtered_domain(PENDING)
        again_at = one._process_safely() if one else None
        self.env["ir.cron"]._commit_progress()
        return again_at

    def _job_look(self):
        """Look at a meeting that its host may have changed"""
        with surviving_the_database():
            mine = self._waiting_with()
            again_at = mine._look_in_lane() if mine else None
        come_back(again_at, "Zoom can be asked then.")

    def _waiting_with(self):
        """Return all that wait and are about this one's meeting."""
        waiting = self.search([("state", "=", "waiting")])
        number = (self.exists().facts or {}).get("meeting_id")
        return waiting.filtered(lambda one: one.facts["meeting_id"] == number)

    def _look_in_lane(self):
        """Look, and at others of the lane, unless another process is at it.  Commits.

        :return: when to look again (naive UTC); None = no more
        """
        lane = self._lane()
        with alone(self.env, LOOK, [lane]) as lanes:
            if not lanes:
                return busy(self.search_count([("state", "=", "waiting")]))
            self.env.cr.rollback()  # what was read before may be old
            again_at = self[:1]._waiting_with()._look_now_and_cool()
            self._look_at_others(lane)
        return again_at

    def _look_at_others(self, lane):
        """Look at what is new and of this lane, so that its own job has less to do."""
        until = time.monotonic() + RUN_S
        new = self.search([("state", "=", "waiting"), ("attempts", "=", 0)])
        for group in new.grouped(lambda one: one.facts["meeting_id"]).values():
            if time.monotonic() > until:
                return
            if group.exists() and group._lane() == lane:
                group._look_now_and_cool()

    def _look_now_and_cool(self):
        if not self:
            return None
        key = self._key_of_account()
        again_at = self._look_safely()
        self.env["ir.cron"]._commit_progress()
        let_cool(key)
        return again_at

    def _lane(self):
        return lane_of(self._key_of_account())

    def _key_of_account(self):
        connection = self[-1:]._row_of_meeting().connection_id
        return connection._account_key() if connection else ""

    @api.model
    def _cron_look(self):
        """Have a job for each that has none; without a runner look at all."""
        if not has_runner(self.env):
            super()._cron_look()
            return
        self.search([("state", "=", "waiting")])._wake_look()
        self.env["ir.cron"]._commit_progress()
