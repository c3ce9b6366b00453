# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An activity for the therapist when the meeting of a session failed for good.

It is looked at after each delivery, by what is stored: whatever brought a meeting into
its state, and even after a crash, the therapist is told once, and the activity goes by
itself when the meeting is mended or the session does not take place.
"""

import logging
from datetime import timedelta

from markupsafe import Markup
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

UNDECIDED = ("failed", "creating", "changing", "retry")


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    failure_told_at = fields.Datetime(readonly=True, index="btree_not_null")
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _failed = models.Index("(id) WHERE state = 'failed'")

    @api.model
    def _deliver_due(self):
        result = super()._deliver_due()
        self._tell_of_failures()
        return result

    @api.model
    def _tell_of_failures(self):
        """Tell therapists what failed for good, and take back what is settled."""
        now = fields.Datetime.now()
        for meeting in self.sudo().search(self._domain_untold(now)):
            meeting._keep_going(meeting._tell_therapist)
        for meeting in self.sudo().search(self._domain_settled(now)):
            meeting._keep_going(meeting._take_back)

    @api.model
    def _domain_untold(self, now):
        return Domain(
            [
                ("state", "=", "failed"),
                ("failure_told_at", "=", False),
                ("event_id", "!=", False),
                ("session_stop", ">", now),
            ]
        )

    @api.model
    def _domain_settled(self, now):
        is_settled = Domain("state", "not in", UNDECIDED)
        is_over = Domain("event_id", "=", False) | Domain("session_stop", "<=", now)
        return Domain("failure_told_at", "!=", False) & (is_settled | is_over)

    def _keep_going(self, work):
        """Do `work` and commit; one that fails must not stop the others."""
        try:
            work()
            self.env["ir.cron"]._commit_progress()
        except SerializationFailure:
            self.env.cr.rollback()  # changed under us: looked at again next time
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom meeting %d: its therapist was not told", self.id)

    def _tell_therapist(self):
        self.failure_told_at = fields.Datetime.now()
        therapist = self.event_id.user_id
        if therapist.active:
            values = self.event_id._video_failure_activity(self.error_reason)
            self.activity_id = self.env["mail.activity"].create(values)

    def _take_back(self):
        self.activity_id.filtered("active").unlink()
        self.write({"failure_told_at": False, "activity_id": False})


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_failure_activity(self, reason):
        """Return the values of the activity: in the therapist's words, no client."""
        self.ensure_one()
        therapist = self.user_id
        event = self.with_user(therapist).sudo()
        event = event.with_context(lang=therapist.lang, tz=therapist.tz)
        today = event._video_in_zone(fields.Datetime.now()).date()
        day_before = event._video_in_zone(self.start).date() - timedelta(days=1)
        link = Markup('<p>%s</p><p><a href="/odoo/calendar.event/%s">%s</a></p>')
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        return {
            "user_id": therapist.id,
            "activity_type_id": todo.id if todo else False,
            "date_deadline": max(today, day_before),
            "summary": event.env._(
                "The Zoom meeting of your session on %(when)s needs you",
                when=event._video_moment_words(self.start),
            ),
            "note": link
            % (
                event._video_failure(reason),
                self.id,
                event.env._("Open the session"),
            ),
        }
