# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Idle connections are kept alive by jobs, one each."""

import logging
from datetime import timezone

from odoo import fields, models

from odoo.addons.psynamica_zoom.models.zoom_connection_upkeep import IDLE_REFRESH_AFTER
from odoo.addons.psynamica_zoom.server_config import ServerConfigError
from odoo.addons.psynamica_zoom.services.vault_error import VaultError
from odoo.addons.psynamica_zoom.zoom_api.errors import ZoomError
from odoo.addons.queue_job.exception import RetryableJobError

from .jobs import come_back, has_runner, queued, surviving_the_database

_logger = logging.getLogger(__name__)

MOST_TRIES = 8  # the cron comes by every day, and a week is left


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _keep_alive(self):
        if not has_runner(self.env):
            return super()._keep_alive()
        for one in self:
            key = f"refresh/{one.id}/{one.refreshed_at}"
            queued(one, key, priority=15, max_retries=MOST_TRIES)._job_refresh()
        self.env["ir.cron"]._commit_progress()
        return None

    def _job_refresh(self):
        """Keep an idle connection alive"""
        with surviving_the_database():
            if self.exists() and self._is_idle():
                self._refresh_or_come_back()

    def _is_idle(self):
        before = fields.Datetime.now() - IDLE_REFRESH_AFTER
        refreshed_at = self.refreshed_at or before
        return self.state == "connected" and refreshed_at < before

    def _refresh_or_come_back(self):
        try:
            self._refresh_now()
        except (VaultError, ServerConfigError) as error:
            _logger.info("zoom connection %d: %s", self.id, error)
        except ZoomError as error:
            _logger.info("zoom connection %d: %s", self.id, error)
            if error.retry_at:
                moment = error.retry_at.astimezone(timezone.utc).replace(tzinfo=None)
                come_back(moment, str(error))
            if error.retryable:
                # As the retry pattern of the job function says.
                raise RetryableJobError(str(error)) from None
