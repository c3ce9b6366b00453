# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom made of what it was asked for, kept with the meeting.

A setting that the Zoom account overrides is worth a remark.  Another time than the
calendar's is a failure: people would come at the wrong hour.
"""

from datetime import datetime, timezone

from odoo import fields, models

from ..services import read_back

TIME_IGNORED = "time_ignored"  # `error_reason`
TIMES_TOLD = 2  # then a person has to look


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    remarks = fields.Char(
        readonly=True, help="What Zoom does otherwise than asked: short codes."
    )
    times_ignored = fields.Integer(readonly=True)

    def _note_remarks(self, request, meeting):
        """Keep what Zoom does otherwise, before what it said is stored.

        :param meeting: all of what Zoom has now
        """
        is_known = self.zoom_id == meeting.id
        before = set((self.remarks or "").split()) if is_known else set()
        found = read_back.remarks(
            request,
            meeting,
            passcode_before=(self.passcode or "") if is_known else None,
        )
        kept = {*found, *(before & read_back.LASTING)}
        self.remarks = " ".join(c for c in read_back.REMARKS if c in kept) or False

    def _time_is_ignored(self, call, outcome):
        """Return whether Zoom has another time, which has to be told once more."""
        return outcome.is_read and read_back.keeps_wrong_time(
            call.request, outcome.meeting, now=datetime.now(timezone.utc)
        )

    def _tell_time_again(self, call):
        """Have Zoom told once more; if that was done already, a person has to look."""
        now = fields.Datetime.now()
        is_news = self.wanted != call.wanted
        self.times_ignored = 0 if is_news else self.times_ignored + 1
        is_hopeless = self.times_ignored >= TIMES_TOLD
        self.write(
            {
                "fingerprint": False,
                "error_reason": TIME_IGNORED,
                "error_at": now,
                "next_attempt_at": False if is_hopeless else now,
                "state": "failed" if is_hopeless else "changing",
            }
        )

    def _wanted_values(self):
        return super()._wanted_values() | {"times_ignored": 0}
