# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is to be said to Zoom about a meeting, worked out from the committed state."""

from datetime import timezone

from odoo import fields, models

from ..services import event_to_meeting, meeting_sync
from ..services.delivery_call import Call
from ..services.meeting_sync import Action


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _call(self):
        """Return what is to be said to Zoom about this row; None when nothing is."""
        connection = self.connection_id
        if connection.state not in ("connected", "disconnecting"):
            self._pause()
            return None
        is_lost = self._is_open()
        if (self.zoom_id or is_lost) and not self._is_of_this_account():
            return self._leave()
        request = self._request()
        said = meeting_sync.fingerprint(request) if request else ""
        action = meeting_sync.decide(
            request, self.zoom_id or None, self.fingerprint, is_lost=is_lost
        )
        if action is Action.NOTHING or (not request and self._is_over()):
            self._done()
            return None
        call = Call(
            meeting=self.id,
            connection=connection.id,
            wanted=self.wanted,
            action=action,
            zoom_id=self.zoom_id or "",
            request=request,
            fingerprint=said,
            read_back=connection._has_scope("meeting:read:meeting"),
            connected_at=connection.connected_at,
            may_create=action is Action.CREATE,
        )
        return self._find_call(call) if action is Action.FIND else call

    def _is_of_this_account(self):
        connection = self.connection_id
        if self.host_mark and connection.zoom_user_mark:
            return self.host_mark == connection.zoom_user_mark
        return self.made_for == connection.connected_at

    def _is_over(self):
        """Return whether nothing is to be taken back: it is over, here and at Zoom.

        At Zoom it is when it has begun: a running meeting is not deleted.
        """
        moments = [one for one in (self.session_stop, self.told_start) if one]
        return bool(moments) and max(moments) < fields.Datetime.now()

    def _request(self):
        """Return what Zoom should have for this row; None for no meeting."""
        event = self.event_id
        if not event or self.connection_id.state == "disconnecting":
            return None
        if not event._video_wants_zoom() or event.user_id != self.connection_id.user_id:
            return None
        if event._video_is_declined():
            return None
        return event_to_meeting.meeting_request(
            event_to_meeting.Session(
                start_at=event.start.replace(tzinfo=timezone.utc),
                stop_at=event.stop.replace(tzinfo=timezone.utc),
                timezone=event._video_zone(),
                code=self.code,
                marker=self._marker(),
                profile=event._video_zoom_profile(),
            )
        )
