# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom was told last about a meeting, and before that.

What differs from it at Zoom was changed there; see `services.reconciliation`.
"""

from datetime import timezone

from odoo import fields, models

from ..services import reconciliation
from ..services.reconciliation import Times


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    told_start = fields.Datetime(readonly=True)
    told_minutes = fields.Integer(readonly=True)
    told_at = fields.Datetime(readonly=True)
    told_before_start = fields.Datetime(readonly=True)
    told_before_minutes = fields.Integer(readonly=True)

    def _store(self, call, outcome):
        result = super()._store(call, outcome)
        is_told = not outcome.error and call.request and self.zoom_id
        if is_told and self.fingerprint == call.fingerprint:
            self._note_told(call.request)
        return result

    def _note_told(self, request):
        start = naive(request.start_at)
        values = {
            "told_start": start,
            "told_minutes": request.minutes,
            "told_at": fields.Datetime.now(),
        }
        if (start, request.minutes) != (self.told_start, self.told_minutes):
            values["told_before_start"] = self.told_start
            values["told_before_minutes"] = self.told_minutes
        self.write(values)

    def _forget_meeting(self):
        self.write(
            dict.fromkeys(
                (
                    "told_start",
                    "told_minutes",
                    "told_at",
                    "told_before_start",
                    "told_before_minutes",
                ),
                False,
            )
        )
        return super()._forget_meeting()

    # As values

    def _stamp(self):
        """Return what changes whenever somebody else works on this row."""
        return (
            self.wanted,
            self.delivered,
            self.zoom_id,
            self.next_attempt_at,
            self.attempt_started_at,
        )

    def _is_at_work(self):
        """Return whether a delivery will look at this row, or a person was asked."""
        if self.next_attempt_at or self.attempt_started_at:
            return True
        return self.state == "failed" and not self._is_deleted_at_zoom()

    def _as_row(self, stamp=None):
        """Return this row as a value to compare.

        :param stamp: of before the meetings at Zoom were asked for
        """
        request = self._request()
        desired = request and Times(request.start_at, request.minutes)
        has_changed = stamp is not None and stamp != self._stamp()
        return reconciliation.Row(
            key=self.id,
            zoom_id=self.zoom_id or "",
            unique=self.marker,
            is_wanted=bool(request),
            is_busy=has_changed or self._is_at_work(),
            desired=desired,
            told=_times(self.told_start, self.told_minutes),
            told_before=_times(self.told_before_start, self.told_before_minutes),
        )


def naive(moment):
    """Return an aware moment as Odoo writes it: UTC, naive, whole seconds."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def aware(moment):
    """Return a moment of Odoo's as an aware one; None for none."""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def _times(start, minutes):
    return Times(aware(start), minutes) if start else None
