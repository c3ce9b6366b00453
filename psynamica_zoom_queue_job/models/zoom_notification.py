# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox by jobs: one a notification, and one a meeting that has to be read."""

from odoo import models
from odoo.fields import Domain

from .jobs import come_back, has_runner, queued, surviving_the_database


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    def _wake_inbox(self, at=None):
        if not has_runner(self.env):
            return super()._wake_inbox(at)
        for one in self.sudo():
            key = f"notification/{one.id}/{one.attempts}"
            queued(one, key, at, priority=5)._job_process()
        return None

    def _wake_look(self, at=None):
        if not has_runner(self.env):
            return super()._wake_look(at)
        for one in self.sudo():
            queued(one, f"look/{one.id}", at, priority=8)._job_look()
        return None

    def _job_process(self):
        """Act on a notification of Zoom"""
        with surviving_the_database():
            pending = Domain("state", "=", "pending")
            one = self.exists().try_lock_for_update().filtered_domain(pending)
            again_at = one._process_safely() if one else None
            self.env["ir.cron"]._commit_progress()
        come_back(again_at, "Acting on it did not work this time.")

    def _job_look(self):
        """Look at a meeting that its host may have changed"""
        with surviving_the_database():
            waiting = self.search([("state", "=", "waiting")])
            number = (self.exists().facts or {}).get("meeting_id")
            mine = waiting.filtered(lambda one: one.facts["meeting_id"] == number)
            again_at = mine._look_safely() if mine else None
            self.env["ir.cron"]._commit_progress()
        come_back(again_at, "Zoom can be asked then.")
