# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the join link leads now.

Nothing is changed by opening a link: programs that check links in mails open them too.
"""

import re
from datetime import timedelta

from odoo import api, fields, models

from ..zoom_api import meetings as zoom_meetings
from ..zoom_api.errors import ZoomError

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
GRACE = timedelta(hours=2)  # sessions run over
PATIENCE = timedelta(seconds=60)  # as long as invitations are held


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _video_resolve(self, token):
        """Return where a join link leads: a dict with `kind` and what its page needs.

        `kind` is redirect, waiting, early, room, cancelled, over or unknown.
        """
        if not TOKEN.fullmatch(token or ""):
            return {"kind": "unknown"}
        event, attendee = self._video_find(token)
        if not event:
            return self._video_resolve_closed(token)
        partner = attendee.partner_id
        return event._video_session_now(partner)._video_told_to(partner)

    def _video_told_to(self, partner):
        """Return where the link leads, and what its page says to this person."""
        where = self._video_where()
        where["tz"] = partner.tz or self._video_zone() or "UTC"
        where["lang"] = partner.lang or None
        where["start"] = self.start
        where["company"] = self.user_id.company_id or self.env.company
        return where

    @api.model
    def _video_find(self, token):
        everything = self.sudo().with_context(active_test=False)
        event = everything.search([("video_token", "=", token)], limit=1)
        attendees = self.env["calendar.attendee"].sudo()
        if event:
            return event, attendees
        attendee = attendees.search([("video_token", "=", token)], limit=1)
        return everything.browse(attendee.event_id.id), attendee

    @api.model
    def _video_resolve_closed(self, token):
        closed = (
            self.env["psynamica.video.closed.link"]
            .sudo()
            .search([("token", "=", token)], limit=1)
        )
        if not closed:
            return {"kind": "unknown"}
        event = self._video_on_or_next(closed.series, closed.partner_id)
        # At its own hour nobody is to wait in the room of another one.
        now = fields.Datetime.now()
        is_its_hour = closed.start and abs(now - closed.start) < GRACE
        if event and (event._video_is_on() or not is_its_hour):
            return event._video_told_to(closed.partner_id)
        return {"kind": "cancelled", "start": closed.start}

    def _video_session_now(self, partner):
        """Return the session of this series that is on or next.

        The client was mailed one link, for the first session.

        :param partner: whose link it is; only sessions of this person count
        """
        if not self.video_series or self._video_is_on():
            return self
        return self._video_on_or_next(self.video_series, partner) or self

    @api.model
    def _video_on_or_next(self, series, partner):
        """Return the session of a series that is on or next, with sudo; maybe none.

        :param series: its key; none without one
        :param partner: only sessions of this person count; nobody = all
        """
        sessions = self.sudo().with_context(active_test=True)
        if not series:
            return sessions.browse()
        domain = [
            ("video_series", "=", series),
            ("stop", ">", fields.Datetime.now() - timedelta(minutes=15)),
        ]
        if partner:
            domain.append(("partner_ids", "in", partner.ids))
        return sessions.search(domain, order="start", limit=1)

    def _video_is_on(self):
        now = fields.Datetime.now()
        return bool(self.active and self.start <= now <= self.stop)

    def _video_where(self):
        now = fields.Datetime.now()
        if not self.active or self._video_is_declined():
            return {"kind": "cancelled"}
        if self.stop and self.stop + GRACE < now and not self.allday:
            return {"kind": "over"}
        if not self.video_provider:
            return {"kind": "cancelled"}
        if self.video_provider == "custom" and (url := self._video_own_link()):
            return {"kind": "redirect", "url": url}
        if self.video_provider == "zoom":
            return self._video_where_at_zoom(now)
        return self._video_room("builtin")

    def _video_own_link(self):
        """Return the link chosen for this session, or the organiser's for all."""
        if self.video_custom_url or self.video_choice != "auto":
            return self.video_custom_url
        return self.user_id.sudo().video_custom_link

    def _video_where_at_zoom(self, now):
        meeting = self._video_meetings().get(self.id, self._no_meeting())
        if not self.user_id._zoom_live_connection():
            return self._video_room("disconnected")
        if meeting.join_url and meeting.state not in ("left", "paused", "failed"):
            return {"kind": "redirect", "url": meeting.join_url}
        if not meeting and self._video_is_far_off():
            return {"kind": "early"}
        if meeting.state == "failed" or not meeting:
            return self._video_room("outage")
        asked_at = meeting.error_at or meeting.create_date or now
        if meeting.state == "retry" and self.start <= now + PATIENCE:
            return self._video_room("outage")
        return {
            "kind": "waiting",
            "long": now - asked_at > PATIENCE,
            **self._video_room_url(),
        }

    def _video_room(self, reason):
        room = self._video_room_url()
        if not room:
            return {"kind": "waiting", "long": True}
        return {"kind": "room", "reason": reason, **room}

    def _video_room_url(self):
        """Return the built-in room's address, the same for everybody; {} without one.

        It is made when the session is saved, never here: see above.
        """
        if not self.access_token:
            return {}
        return {"room_url": f"/calendar/join_videocall/{self.access_token}"}

    def _video_host_url(self):
        """Return where the organiser enters, as host when Zoom tells us how.

        A host's address logs its bearer in at Zoom: it is asked for now, and neither
        stored nor logged.  Whoever merely takes part gets the join link.
        """
        self.ensure_one()
        own = self._video_join_url()
        if self.env.user != self.sudo().user_id or self.sudo().video_provider != "zoom":
            return own
        meeting = self.sudo()._video_meetings().get(self.id)
        connection = self.env.user.sudo()._zoom_live_connection()
        if not (meeting and meeting.zoom_id and connection):
            return own
        if not connection._has_scope("meeting:read:meeting"):
            return own
        if self.sudo()._video_where()["kind"] != "redirect":
            return own  # into the room where the clients are
        try:
            transport = self.env["psynamica.zoom.app"]._get()._transport()
            found = zoom_meetings.read(
                transport, connection._access_token(), meeting.zoom_id
            )
        except ZoomError:
            return own
        return found.start_url or own
