# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a service takes place: booked sessions follow when that is changed.

A client's page and reminders say what the service says; so must the calendar and the
link, or they would contradict each other.  What was chosen for a single session stays.
"""

from odoo import fields, models

PLACE = frozenset({"location", "address", "custom_url"})


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def write(self, vals):
        if PLACE.isdisjoint(vals):
            return super().write(vals)
        before = {service: service._event_place() for service in self}
        result = super().write(vals)
        for service, place in before.items():
            service._move_place_of_sessions(place)
        return result

    def _event_place(self):
        """Return what an event of this service says of its place."""
        here, custom = self.location == "in_person", self.location == "custom"
        return {
            "location": (here and self.address) or False,
            "video_choice": self.location if self._is_online() else "none",
            "video_custom_url": (custom and self.custom_url) or False,
        }

    def _move_place_of_sessions(self, before):
        """Have the events of coming sessions say where this service takes place.

        :param before: `_event_place` of before it was changed
        """
        changed = {
            name: value
            for name, value in self._event_place().items()
            if value != before[name]
        }
        if not changed:
            return
        coming = self._confirmed_sessions(
            [("start", ">", fields.Datetime.now()), ("event_id", "!=", False)]
        )
        as_before = coming.filtered(
            lambda booking: all(
                (booking.event_id[name] or False) == before[name] for name in changed
            )
        )
        # As each therapist: Zoom is used in the organiser's name.
        for bookings in as_before.grouped("user_id").values():
            bookings[:1]._mirrored_event().browse(bookings.event_id.ids).write(changed)
