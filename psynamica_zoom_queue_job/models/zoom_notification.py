# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox by jobs: one a second, one a failure, one a meeting that has to be read."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..services.lanes import lane_of
from .alone import LOOK, alone
from .jobs import BUSY, come_back, has_runner, queued, surviving_the_database

# Notifications come in crowds, at the full hour: those of a second share a job, which
# starts when the transactions that have stored them should be committed.
TOGETHER = timedelta(seconds=2)
MOST = 500  # in one job
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
            waiting = self.search([("state", "=", "waiting")])
            number = (self.exists().facts or {}).get("meeting_id")
            mine = waiting.filtered(lambda one: one.facts["meeting_id"] == number)
            again_at = mine._look_in_lane() if mine else None
        come_back(again_at, "Zoom can be asked then.")

    def _look_in_lane(self):
        """Look, unless another process looks at meetings of the same lane.  Commits.

        :return: when to look again (naive UTC); None = no more
        """
        connection = self[-1:]._row_of_meeting().connection_id
        lane = lane_of(connection._account_key() if connection else "")
        with alone(self.env, LOOK, [lane]) as lanes:
            if not lanes:
                return fields.Datetime.now() + BUSY
            again_at = self._look_safely()
            self.env["ir.cron"]._commit_progress()
        return again_at
