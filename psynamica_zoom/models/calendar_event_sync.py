# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a saved session to a row that the delivery will look at.

Saving never talks to Zoom.  What was touched is collected and looked at once, when the
transaction is about to be committed: core writes an event several times in one save,
and only the last state counts.  The transaction that changes the session is the one
that asks for the delivery, so neither is ever without the other.
"""

from datetime import timedelta
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from . import touched_events

COORDINATOR = "psynamica_zoom.group_video_coordinator"
TOP_UP_AGAIN = timedelta(minutes=15)


def _look_at_touched(env):
    touched = dict(touched_events.pending(env.cr))
    touched_events.pending(env.cr).clear()
    if touched:
        env["calendar.event"]._video_sync_rooms(touched)


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_touch(self):
        """Look at these events before the transaction is committed."""
        if not self:
            return
        pending = touched_events.pending(self.env.cr)
        if not pending:
            env = api.Environment(self.env.cr, SUPERUSER_ID, {})
            self.env.cr.precommit.add(partial(_look_at_touched, env))
        acting = SUPERUSER_ID if self.env.su and not self.env.user else self.env.uid
        pending.update(dict.fromkeys(self._origin.ids, acting))

    def _video_is_touched(self):
        """Return whether this transaction has yet to look at this event."""
        acting = touched_events.pending(self.env.cr).get(self._origin.id)
        return bool(acting) and self._video_may_use_host(acting)

    def _video_wants_zoom(self):
        """Return whether this session should be at Zoom now."""
        return self.video_provider == "zoom" and self._video_is_worth_a_room()

    @api.model
    def _video_sync_rooms(self, touched):
        """Make the rows of these events want what the events say now.

        :param touched: event id → id of the user who changed it
        """
        meetings = self.env["psynamica.zoom.meeting"].sudo()
        known = meetings._of_events(list(touched))
        changed = meetings
        for meeting in known:
            event = meeting.event_id
            if not meeting._is_hosted_by(event.user_id):
                meeting._let_go()
            else:
                meeting._follow(event, saved_by_id=touched[event.id])
            changed |= meeting
        served = known.filtered("event_id").event_id
        rest = self.sudo().browse(set(touched) - set(served.ids))
        # Let go first: a session has one meeting at most, also for an instant.
        meetings.flush_model(["event_id"])
        changed |= meetings._insert_rooms(rest._video_new_rooms(touched))
        if changed:
            changed._wake_delivery()

    def _video_new_rooms(self, touched):
        """Return values for the rows that are missing."""
        wanting = self.filtered(lambda event: event._video_wants_zoom())
        horizon = self._video_horizon() if wanting else None
        connections = {
            user: user.sudo()._zoom_live_connection() for user in wanting.user_id
        }
        return [
            {
                "event_id": event.id,
                "connection_id": connection.id,
                "user_id": event.user_id.id,
                "session_start": event.start,
                "session_stop": event.stop,
                "next_attempt_at": fields.Datetime.now(),
                "saved_by_id": touched[event.id],
            }
            for event in wanting
            if (not event._video_is_one_of_many() or event.start <= horizon)
            and (connection := connections.get(event.user_id))
            and event._video_may_use_host(touched[event.id])
        ]

    def _video_may_use_host(self, acting_id):
        """Return whether this user may have a meeting made in the organiser's name.

        Core lets every colleague write every event.  The organiser's Zoom account is
        used for those who take part and for those who schedule for others.
        """
        acting = self.env["res.users"].browse(acting_id)
        if acting_id == SUPERUSER_ID or acting == self.user_id:
            return True
        return acting.partner_id in self.partner_ids or acting.has_group(COORDINATOR)

    @api.model
    def _video_take_up(self, user):
        """Bring the coming sessions of `user`, who has just connected, to Zoom."""
        coming = self.search(
            [
                ("user_id", "=", user.id),
                ("stop", ">", fields.Datetime.now()),
                ("video_provider", "in", ("zoom", "builtin")),
            ]
        )
        back = coming.filtered(
            lambda e: e.video_provider == "builtin" and e.video_choice == "auto"
        )
        self.env.add_to_compute(self._fields["video_provider"], back)
        coming._video_touch_as(user)

    def _video_touch_as(self, user):
        self.with_user(user).sudo()._video_touch()

    @api.model
    def _cron_top_up(self):
        """Make the meetings that are missing, whatever else is saved meanwhile."""
        if not self.env["psynamica.zoom.meeting"]._apart(self._top_up):
            cron = self.env.ref("psynamica_zoom.ir_cron_top_up").sudo()
            cron._trigger(at=fields.Datetime.now() + TOP_UP_AGAIN)

    @api.model
    def _top_up(self):
        """Make the meetings that sessions of connected organisers should have by now.

        Those of series come within the horizon.  And whoever saves a session while its
        organiser connects does not see the connection, nor does connecting see the
        session: it was left in the built-in room, which the rule gives to nobody who
        is connected.

        :return: True, all was done
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT event.id, event.write_uid, event.video_provider
                  FROM calendar_event event
                  JOIN psynamica_zoom_connection connection
                    ON connection.user_id = event.user_id
                   AND connection.state = 'connected'
                  JOIN res_users organiser ON organiser.id = event.user_id
                 WHERE event.active AND event.allday IS NOT TRUE
                   AND event.stop > %(now)s
                   AND (event.start <= %(horizon)s
                        OR event.recurrency IS NOT TRUE
                           AND event.video_made_when_near IS NOT TRUE)
                   AND (event.video_provider = 'zoom'
                        OR event.video_provider = 'builtin'
                           AND event.video_choice = 'auto'
                           AND coalesce(organiser.video_default_provider, 'auto')
                               = 'auto')
                   AND NOT EXISTS (SELECT FROM psynamica_zoom_meeting meeting
                                    WHERE meeting.event_id = event.id)
                """,
                now=fields.Datetime.now(),
                horizon=self._video_horizon(),
            )
        )
        missing = self.env.cr.fetchall()
        if not missing:
            return True
        left = [event_id for event_id, _uid, provider in missing if provider != "zoom"]
        field = self._fields["video_provider"]
        self.env.add_to_compute(field, self.browse(left))
        self._video_sync_rooms({event_id: uid for event_id, uid, _provider in missing})
        return True

    # Going away

    def _video_close(self):
        """Let go of the rooms of events that are about to be deleted."""
        event_ids = self.ids
        if not event_ids:
            return
        for event_id in event_ids:
            touched_events.pending(self.env.cr).pop(event_id, None)
        self.env["psynamica.video.closed.link"]._remember(self)
        meetings = self.env["psynamica.zoom.meeting"].sudo()
        if rows := meetings._of_events(event_ids):
            rows._let_go()
            rows._wake_delivery()
