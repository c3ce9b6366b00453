# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Comparing with Zoom by jobs: one a connection, so that hosts share the work.

Those of an account one after the other: Zoom counts its calls over all users.
"""

from odoo import fields, models

from ..services.lanes import lane_of
from .alone import COMPARISON, alone, let_cool
from .jobs import busy, come_back, has_runner, queued, surviving_the_database


class ZoomReconciliation(models.Model):
    _inherit = "psynamica.zoom.reconciliation"

    def _wake(self):
        if not has_runner(self.env):
            return super()._wake()
        return self._queue_up(lambda one: one.asked_at)

    def _compare_in_turn(self):
        if not has_runner(self.env):
            super()._compare_in_turn()
            return
        today = fields.Date.today()
        self._queue_up(lambda one: one.next_at or today)
        self.env["ir.cron"]._commit_progress()

    def _queue_up(self, occasion):
        """Have a job for each.

        :param occasion: what sets this comparison apart from the one before
        """
        for one in self.sudo():
            key = f"comparison/{one.id}/{occasion(one)}"
            queued(one, key, priority=20)._job_compare()

    def _job_compare(self):
        """Compare a connection's meetings with Zoom"""
        with surviving_the_database():
            one = self.exists()
            if not one:
                return
            key = one.connection_id._account_key()
            with alone(self.env, COMPARISON, [lane_of(key)]) as lanes:
                again_at = one._compare_alone(key) if lanes else busy()
        come_back(again_at, "Zoom can be asked then.")

    def _compare_alone(self, key):
        """Compare, if it is still to be done; return when to come back.  Commits."""
        self.env.cr.rollback()  # what was read before the lane was ours may be old
        one = self.exists()
        if one and one._is_due():
            one._run_safely()
            self.env["ir.cron"]._commit_progress()
            let_cool(key)
        return one.exists().next_at
