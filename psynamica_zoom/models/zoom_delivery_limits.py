# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a call costs: the day's changes of a Zoom user, the patience of an account."""

import random
from datetime import timedelta, timezone

from odoo import fields, models

from ..services.delivery_policy import PAUSE_SPREAD_S
from ..services.pacing import may_change
from ..zoom_api.errors import ZoomRateLimited
from ..zoom_api.rate_limit import next_midnight

DAILY_LIMIT = "daily_limit"


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _may_say_today(self, call):
        """Spend one of today's changes; park this row and return False when short.

        It is spent before the call: whatever happens, no change goes uncounted.
        """
        quotas = self.env["psynamica.zoom.quota"]
        key = self.connection_id._user_key()
        today = quotas._today(key)
        if not call.request:  # to be deleted
            if today.has_refused_deletes:
                self._park()
            return not today.has_refused_deletes
        if not may_change(today.changes, self.session_start, fields.Datetime.now()):
            self._park()
            return False
        quotas._spend(key, 1)
        return True

    def _park(self):
        """Leave this row alone until Zoom's next day."""
        now = fields.Datetime.now()
        midnight = next_midnight(now.replace(tzinfo=timezone.utc)).replace(tzinfo=None)
        spread = timedelta(seconds=PAUSE_SPREAD_S * random.random())  # noqa: S311
        self.write(
            {
                "next_attempt_at": midnight + spread,
                "error_reason": DAILY_LIMIT,
                "error_at": now,
                "error_since": self.error_since or now,
                "state": "retry" if self.event_id else self.state,
            }
        )
        self._tell_sessions()

    def _take_note(self, connection, call, changes, error):
        """Keep what a call tells about Zoom, its account and the user's day.

        :param changes: how many were sent; one was spent when the call began
        """
        quotas = self.env["psynamica.zoom.quota"]
        key = connection._user_key()
        is_delete = not call.request
        if isinstance(error, ZoomRateLimited) and error.daily and error.of_user:
            quotas._exhaust(key, by_delete=is_delete)
        elif extra := changes - (not is_delete):
            quotas._spend(key, extra)
        self.env["psynamica.zoom.circuit"]._note(connection, error)
