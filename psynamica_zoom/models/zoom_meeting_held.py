# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why Zoom does not hear of a meeting yet, and until when."""

from odoo import fields, models

from .calendar_event_join import PATIENCE
from .zoom_delivery_limits import DAILY_LIMIT


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _held_until(self):
        """Return until when Zoom hears nothing of this meeting; False = no such moment.

        Short pauses are none: they are over before anybody has read of them.
        """
        if not self.next_attempt_at:
            return False
        outage_until, paused_until = self.connection_id._zoom_holds()
        if outage_until:
            return outage_until
        moments = [paused_until]
        if self.error_reason == DAILY_LIMIT:
            moments.append(self.next_attempt_at)
        after = fields.Datetime.now() + PATIENCE
        return max((one for one in moments if one and one > after), default=False)

    def _waits_until(self):
        """Return when Zoom is told next, naive UTC."""
        return self._held_until() or self.next_attempt_at or fields.Datetime.now()

    def _waits_because(self):
        """Return the short word for why Zoom has not been told yet."""
        if self.error_reason:
            return self.error_reason
        is_outage = self.connection_id._zoom_outage_until()
        is_limit = not is_outage and self._held_until()
        return "rate_limited" if is_limit else "unreachable"
