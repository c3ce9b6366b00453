# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a booking ends: cancelled, by whom and how late; done; or nobody came."""

from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..services.cancellation import is_late
from .booking import PLANNED

GRACE = timedelta(hours=1)  # sessions run over


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _cancel(self, by, reason="", participant=None):
        """Cancel a booking, or the place of one of several participants.

        :param by: client, therapist or practice
        :raises UserError: it does not take place any more
        """
        self.ensure_one()
        booking = self.sudo()
        booking._check_planned()
        if by == "client" and not booking._client_may("cancel"):
            raise UserError(self.env._("This session has begun already."))
        others = booking.participant_ids.filtered(
            lambda p: p.state == "booked" and p != participant
        )
        if participant and others:
            booking._cancel_place(participant.sudo())
            return
        booking._end(by, reason)

    def _check_planned(self):
        """Return when the session is to take place.

        :raises UserError: it does not take place any more
        """
        if self.state not in PLANNED:
            raise UserError(self.env._("This session does not take place any more."))

    def _cancel_place(self, participant):
        participant.state = "cancelled"
        if self.event_id:
            partner = participant.partner_id
            self._mirrored_event().write({"partner_ids": [Command.unlink(partner.id)]})
        self._tell("cancelled", participant)

    def _end(self, by, reason="", touch_event=True):
        booking = self.sudo()
        now = fields.Datetime.now()
        booking.write(
            {
                "state": "cancelled",
                "cancelled_by": by,
                "cancelled_at": now,
                "cancel_reason": reason or False,
                "is_late": by == "client" and booking._would_be_late(now),
            }
        )
        present = booking.participant_ids.filtered(lambda p: p.state == "booked")
        booking._tell("cancelled", present)
        present.state = "cancelled"
        if touch_event and booking.event_id.active:
            booking._mirrored_event().write({"active": False})

    def _would_be_late(self, now=None):
        """Return whether cancelling now is later than the service allows."""
        now = now or fields.Datetime.now()
        return is_late(
            self.start.replace(tzinfo=timezone.utc),
            now.replace(tzinfo=timezone.utc),
            self.service_id.cancel_hours,
        )

    @api.model
    def _cron_done(self):
        """Call sessions done that are over and of which nobody said otherwise."""
        over = self.sudo().search(
            [
                ("state", "=", "confirmed"),
                ("stop", "<", fields.Datetime.now() - GRACE),
            ]
        )
        over.state = "done"
