# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a session says and where its link leads while Zoom is left alone."""

from odoo import fields, models

from .calendar_event_join import PATIENCE
from .zoom_delivery_limits import DAILY_LIMIT


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_state_of(self, meeting):
        state = super()._video_state_of(meeting)
        if state in ("creating", "waiting") and meeting._held_until():
            return "retry"
        return state

    def _video_words(self, state, meeting):
        if state != "retry":
            return super()._video_words(state, meeting)
        if meeting.error_reason == DAILY_LIMIT and meeting.next_attempt_at:
            return self._video_daily_limit_words(meeting)
        held_until = meeting._held_until()
        if not held_until:
            return super()._video_words(state, meeting)
        time = self._video_clock(held_until)
        if meeting.zoom_id:
            return self.env._(
                "Zoom could not be told of the change. Next try at %(time)s. "
                "The link leads to the Zoom meeting as before.",
                time=time,
            )
        if not meeting.connection_id._zoom_outage_until():
            return self.env._(
                "Zoom has had enough requests of this account. Next try at %(time)s. "
                "Until then the link opens the built-in video room.",
                time=time,
            )
        return self.env._(
            "Zoom could not be reached. Next try at %(time)s. "
            "Until then the link opens the built-in video room.",
            time=time,
        )

    def _video_daily_limit_words(self, meeting):
        # On the hour: it is tried a little later, so that not all come at once.
        time = self._video_clock(meeting.next_attempt_at.replace(minute=0, second=0))
        if meeting.zoom_id:
            return self.env._(
                "Zoom allows 100 changes a day. Zoom is told of this change after "
                "%(time)s. The link leads to the Zoom meeting as before.",
                time=time,
            )
        return self.env._(
            "Zoom allows 100 changes a day. The meeting is made after %(time)s.",
            time=time,
        )

    def _video_where_at_zoom(self, now):
        where = super()._video_where_at_zoom(now)
        if where["kind"] != "waiting":
            return where
        meeting = self._video_meetings().get(self.id, self._no_meeting())
        if meeting.connection_id._zoom_outage_until():
            return self._video_room("outage")
        held_until = meeting._held_until()
        if held_until and self.start <= held_until:
            return self._video_room("outage")
        return where

    def _video_host_url(self):
        connection = self.env.user.sudo()._zoom_live_connection()
        if connection and connection._zoom_outage_until():
            return self._video_join_url()  # no use in asking
        return super()._video_host_url()


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _held_until(self):
        """Return until when Zoom hears nothing of this meeting; False = no such moment.

        Short pauses are none: they are over before anybody has read of them.
        """
        if not self.next_attempt_at:
            return False
        connection = self.connection_id
        moment = connection._zoom_outage_until()
        if moment:
            return moment
        moments = [connection._zoom_paused_until()]
        if self.error_reason == DAILY_LIMIT:
            moments.append(self.next_attempt_at)
        after = fields.Datetime.now() + PATIENCE
        return max((one for one in moments if one and one > after), default=False)
