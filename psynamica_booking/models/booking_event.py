# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calendar event of a booking: made from it, and never in disagreement with it.

What is changed here is written to the event, with `MIRRORED` in the context; what is
changed in the calendar is taken over in `calendar_event`.
"""

from odoo import fields, models
from odoo.fields import Command

from .booking import OPEN, OVER

MIRRORED = "psynamica_booking_mirrored"
# Core would take the record on the screen for what the event is about.
ON_SCREEN = ("default_", "active_")


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _mirrored_event(self):
        """Return the event, for writing what the booking says already."""
        # As the therapist: Zoom is used in the organiser's name, whoever booked.
        event = self.event_id.with_context(active_test=False, **{MIRRORED: True})
        return event.with_user(self.user_id).sudo()

    def _make_event(self):
        """Put each of these bookings into the calendar."""
        context = {
            name: value
            for name, value in self.env.context.items()
            if not name.startswith(ON_SCREEN)
        }
        for booking in self.with_env(self.env(context=context)):
            empty = booking._mirrored_event()
            # Bookings have messages of their own, and which event is one's is known
            # only after this.
            booking.event_id = empty.with_context(
                skip_contact_description=True,
                mail_create_nosubscribe=True,
                no_mail_to_attendees=True,
            ).create(booking._event_values())
            booking._accept_for_all()

    def _event_values(self):
        service = self.service_id
        present = self.participant_ids.filtered(lambda p: p.state == "booked")
        people = self.user_id.partner_id | present.partner_id
        return {
            "name": service.name,
            "start": self.start,
            "stop": self.stop,
            "allday": False,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.ids)],
            # Colleagues see that the therapist is busy, and not with whom.
            "privacy": "private",
            "show_as": "busy",
            "event_tz": self.user_id._booking_zone(),
            "video_made_when_near": bool(self.series),
            **service._event_place(),
        }

    def _accept_for_all(self):
        """Clients who book have accepted, and have their own link from now on."""
        attendees = self._mirrored_event().attendee_ids
        attendees.filtered(lambda a: a.state == "needsAction").state = "accepted"
        for attendee in attendees.filtered(lambda a: a.partner_id in self._clients()):
            attendee._video_join_token()

    def _clients(self):
        """Return the partners who take part."""
        return self.participant_ids.filtered(lambda p: p.state == "booked").partner_id

    # From the calendar

    def _follow_event(self):
        """Take over what the calendar says of these bookings now."""
        for booking in self:
            event = booking.sudo().event_id.with_context(active_test=False)
            if not event.active or event._video_is_declined():
                booking._follow_cancelled_event()
                continue
            if booking.state == "cancelled":
                booking._follow_restored_event()
            before = booking.user_id
            booking._follow_time(event)
            if booking.user_id != before:
                booking._exchange_therapist(before)
            booking._follow_people(event)

    def _follow_cancelled_event(self):
        if self.state in OPEN:
            self._end(self._whose_hand(), touch_event=False)

    def _follow_restored_event(self):
        self.write({"state": "confirmed", "cancelled_by": False, "cancelled_at": False})
        self.is_late = False
        back = self.participant_ids.filtered(lambda p: p.state == "cancelled")
        back.write({"state": "booked", "is_late": False})
        self._tell("confirmed")

    def _follow_time(self, event):
        moved = (self.start, self.stop) != (event.start, event.stop)
        handed_over = event.user_id and event.user_id != self.user_id
        values = {}
        if moved:
            values |= {"start": event.start, "stop": event.stop}
        if handed_over:
            values["user_id"] = event.user_id.id
        if not values:
            return
        if self.state in OVER and moved and event.start > fields.Datetime.now():
            self._take_place_again(values)
        else:
            self.write(values)
        if self.state not in OVER:
            self._tell("moved")

    def _take_place_again(self, values):
        """Have a session that is over, or was missed, take place at a new time."""
        absent = self.participant_ids.filtered(lambda p: p.state == "no_show")
        absent.state = "booked"
        self.write({**values, "state": "confirmed", "moved_from": self.start})

    def _exchange_therapist(self, before):
        """Have the new therapist attend in place of the one before.

        Whoever changes the organiser in the calendar leaves the attendees as they are.
        """
        self._mirrored_event().write(
            {
                "partner_ids": [
                    Command.unlink(before.partner_id.id),
                    Command.link(self.user_id.partner_id.id),
                ]
            }
        )

    def _follow_people(self, event):
        therapist = event.user_id.partner_id
        attending = event.attendee_ids.filtered(
            lambda a: a.state != "declined" and a.partner_id != therapist
        ).partner_id
        present = self.participant_ids.filtered(lambda p: p.state == "booked")
        gone = present.filtered(lambda p: p.partner_id not in attending)
        declined = self._note_declined(gone, event)
        if gone and gone == present and not attending - present.partner_id:
            # Who was taken off the event has not cancelled.
            by = "client" if declined == gone else self._whose_hand()
            self._end(by, touch_event=True)
            return
        if gone:
            gone.state = "cancelled"
            self._tell("cancelled", gone)
        # Who did not come took part all the same.
        known = self.participant_ids.filtered(lambda p: p.state != "cancelled")
        new = attending - known.partner_id
        if new:
            self._add_clients([self._client_values(partner) for partner in new])

    def _note_declined(self, gone, event):
        """Return those of these participants who declined, noted if it was late."""
        attendees = event.attendee_ids.filtered(lambda a: a.state == "declined")
        declined = gone.filtered(lambda p: p.partner_id in attendees.partner_id)
        declined.is_late = self._would_be_late()
        return declined

    def _whose_hand(self):
        """Return who is at work, as `cancelled_by` says it."""
        return "therapist" if self.env.user == self.user_id else "practice"
