# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Events: what is done to them in the calendar happens to their booking too.

As for Zoom, only the last state of a transaction counts: core archives and writes
events several times on their way.
"""

from functools import partial

from odoo import SUPERUSER_ID, api, fields, models

from .booking_event import MIRRORED

_TOUCHED = "psynamica_booking.touched"
# What a booking has of its event, or what makes a therapist busy.
FOLLOWED = frozenset(
    {"active", "start", "stop", "user_id", "partner_ids", "attendee_ids", "allday"}
    | {"start_date", "stop_date", "show_as", "duration"}
)


def _look_at_touched(cr):
    touched = cr.precommit.data.pop(_TOUCHED, {})
    by_user = {}
    for event_id, user_id in touched.items():
        by_user.setdefault(user_id, []).append(event_id)
    for user_id, event_ids in by_user.items():
        env = api.Environment(cr, user_id, {}, su=True)
        env["calendar.event"].browse(event_ids)._booking_follow()


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    booking_ids = fields.One2many(
        "psynamica.booking", "event_id", groups=fields.NO_ACCESS
    )

    _booking_long = models.Index("(start, stop) WHERE stop - start > interval '2 days'")

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._booking_touch()
        return events

    def write(self, vals):
        result = super().write(vals)
        if not FOLLOWED.isdisjoint(vals):
            self._booking_touch()
        return result

    def unlink(self):
        bookings = self._bookings()
        for booking in bookings:
            booking._follow_cancelled_event()
        bookings._keep_files()
        return super().unlink()

    def _bookings(self):
        """Return the bookings of these events."""
        # A field: asked of one of many events, it is read for all of them.
        return self.sudo().booking_ids

    def _booking_touch(self):
        """Look at these events before the transaction is committed."""
        if not self or self.env.context.get(MIRRORED):
            return
        data = self.env.cr.precommit.data
        if _TOUCHED not in data:
            data[_TOUCHED] = {}
            self.env.cr.precommit.add(partial(_look_at_touched, self.env.cr))
        acting = self.env.uid or SUPERUSER_ID
        data[_TOUCHED].update(dict.fromkeys(self._origin.ids, acting))

    def _booking_follow(self):
        self.env["psynamica.booking.host"]._take_turn_of_attendees(self)
        self._bookings()._follow_event()

    def _skip_send_mail_status_update(self):
        """Bookings have messages of their own."""
        return bool(self._bookings()) or super()._skip_send_mail_status_update()

    def _get_customer_summary(self):
        """Name a booked session neutrally: calendars are looked at by others too."""
        if self._bookings():
            return self.env._("Appointment")
        return super()._get_customer_summary()
