# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a meeting runs at Zoom, as `meeting.started` and `meeting.ended` tell.

Who is there is not looked at.  Nothing follows from it by itself: whether somebody has
attended is for people to say.
"""

from datetime import datetime, timedelta

from odoo import api, fields, models

from ..services import meeting_progress
from .zoom_told import naive

STARTED, ENDED = "meeting.started", "meeting.ended"
MOST_OVERTIME = timedelta(hours=2)
EARLY = timedelta(hours=1)  # a run that ended before that was no part of the session


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    def _process(self):
        if self.event in (STARTED, ENDED):
            return self._process_progress()
        return super()._process()

    def _process_progress(self):
        facts = self.facts or {}
        row = self._row_of_meeting()
        if not row or not facts.get("uuid"):
            return "ignored"
        ended_at = facts.get("ended_at") or facts.get("event_at")
        row._note_run(
            facts["uuid"],
            _text(facts.get("start_at") or facts.get("event_at")),
            _text(ended_at) if self.event == ENDED else "",
        )
        return "done"

    def _row_of_meeting(self):
        """Return the row of the meeting that this is about; none when not ours."""
        number = (self.facts or {}).get("meeting_id")
        if not number:
            return self.env["psynamica.zoom.meeting"]
        rows = (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search([("zoom_id", "=", number), ("event_id", "!=", False)])
        )
        return rows.filtered(self._may_be_about)[:1]

    def _may_be_about(self, row):
        """Return whether neither host nor account of this are known to be others."""
        facts = self.facts or {}
        known = (
            (facts.get("host_id"), row.host_mark),
            (facts.get("account_id"), row.connection_id.zoom_account_mark),
        )
        return all(told == ours for told, ours in known if told and ours)


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    runs = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    def _note_run(self, uuid, started_at, ended_at):
        before = self.runs or {}
        after = meeting_progress.noted(before, uuid, started_at, ended_at)
        if after != before:
            self.runs = after
            self._tell_sessions()

    def _running_since(self):
        """Return since when the meeting is on, "" when it is not (or nobody knows).

        Not for ever: the notification of the end may have been lost.
        """
        self.ensure_one()
        last_moment = self.session_stop and self.session_stop + MOST_OVERTIME
        if not last_moment or last_moment < fields.Datetime.now():
            return ""
        run = meeting_progress.running(self.runs or {})
        return run.started_at if run else ""


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    zoom_progress = fields.Selection(
        [("running", "In progress"), ("ended", "Ended")],
        "At Zoom",
        compute="_compute_zoom_progress",
    )
    zoom_progress_text = fields.Char(
        compute="_compute_zoom_progress", groups="base.group_user"
    )

    @api.depends("video_provider", "start", "stop")
    @api.depends_context("uid", "lang", "tz")
    def _compute_zoom_progress(self):
        self.zoom_progress = self.zoom_progress_text = False
        if not self.env.user._is_internal():
            return
        meetings = self._video_meetings()
        for event in self:
            meeting = meetings.get(event._origin.id)
            if meeting and event._video_takes_part():
                progress = event._zoom_progress_of(meeting)
                event.zoom_progress, event.zoom_progress_text = progress

    def _zoom_progress_of(self, meeting):
        """Return (value of `zoom_progress`, words) for this session's meeting."""
        if not meeting.runs:
            return False, False
        if since := meeting._running_since():
            time = self._zoom_clock(since)
            words = self.env._("In progress at Zoom since %(time)s.", time=time)
            return "running", words
        early = fields.Datetime.to_string(self.start - EARLY)
        spans = [
            self.env._(
                "%(start)s – %(end)s",
                start=self._zoom_clock(run.started_at),
                end=self._zoom_clock(run.ended_at),
            )
            for run in meeting_progress.in_order(meeting.runs)
            if run.started_at and run.ended_at > early
        ]
        if not spans:
            return False, False
        words = self.env._(
            "Zoom saw the meeting run: %(times)s. "
            "Whether your client attended is for you to say.",
            times=", ".join(spans),
        )
        return "ended", words

    def _zoom_clock(self, text):
        return self._video_clock(fields.Datetime.to_datetime(text))


def _text(moment):
    """Return a moment of the facts as Odoo writes it; "" for none."""
    if not moment:
        return ""
    return fields.Datetime.to_string(naive(datetime.fromisoformat(moment)))
