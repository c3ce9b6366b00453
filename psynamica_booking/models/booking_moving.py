# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another time, or another therapist, for a session that is booked."""

from datetime import timezone

from odoo import fields, models
from odoo.exceptions import UserError

from ..services.cancellation import may_change
from .booking import PLANNED
from .booking_making import FIRM


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _move(self, start, *, user=None, by="practice"):
        """Move a booking; the join link stays, and everybody is told once.

        :param start: naive UTC
        :param user: another therapist, None: the same
        :param by: client, therapist or practice
        :raises UserError: it is too late, or the session is over
        :raises SlotTaken: the new time is not free
        """
        self.ensure_one()
        booking = self.sudo()
        booking._check_movable(by)
        therapist = user or booking.user_id
        firm = None if by == "client" else FIRM
        booking._claim(booking.service_id, therapist, start, ignored=booking, firm=firm)
        values = {
            "start": start,
            "stop": start + (booking.stop - booking.start),
            "user_id": therapist.id,
        }
        old_host = booking.user_id
        booking.write(values)
        if booking.event_id:
            event = booking._mirrored_event()
            if old_host != therapist:
                values["partner_ids"] = booking._event_values()["partner_ids"]
            event.write(values)
            booking._accept_for_all()
        booking._tell("moved")

    def _check_movable(self, by):
        self._check_planned()
        if by == "client" and not self._client_may("move"):
            raise UserError(
                self.env._(
                    "It is too late to move this session here. "
                    "Please contact the practice."
                )
            )

    def _client_may(self, change):
        """Return whether the client may still do this alone.

        :param change: move, or cancel (late, maybe)
        """
        self.ensure_one()
        return self.state in PLANNED and may_change(
            change,
            self.start.replace(tzinfo=timezone.utc),
            fields.Datetime.now().replace(tzinfo=timezone.utc),
            self.service_id.cancel_hours,
        )
