# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a service takes place: booked sessions follow when that is changed.

A client's page and reminders say what the service says; so must the calendar and the
link, or they would contradict each other.
"""

from odoo import fields, models

PLACE = frozenset({"location", "address", "custom_url"})
EVENT_PLACE = ("location", "video_choice", "video_custom_url")


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def write(self, vals):
        result = super().write(vals)
        if not PLACE.isdisjoint(vals):
            self._move_place_of_sessions()
        return result

    def _move_place_of_sessions(self):
        """Have the events of coming sessions say where these services take place."""
        coming = (
            self.env["psynamica.booking"]
            .sudo()
            .search(
                [
                    ("service_id", "in", self.ids),
                    ("state", "=", "confirmed"),
                    ("start", ">", fields.Datetime.now()),
                    ("event_id", "!=", False),
                ]
            )
        )
        for booking in coming:
            booking._follow_place()


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _follow_place(self):
        event = self._mirrored_event()
        wanted = self._event_values()
        changed = {
            name: wanted[name]
            for name in EVENT_PLACE
            if (event[name] or False) != (wanted[name] or False)
        }
        if changed:
            event.write(changed)
