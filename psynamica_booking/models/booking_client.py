# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a client sees of the own session, and does with it alone.

Called by controllers with sudo, once the token or the partner is known.
"""

import re
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.cancellation import deadline
from .booking import PLANNED
from .booking_ending import GRACE

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
LONGEST_REASON = 500  # characters


class Booking(models.Model):
    _inherit = "psynamica.booking"

    moved_from = fields.Datetime("Moved from", readonly=True, copy=False)

    def write(self, vals):
        """Keep from when a session was moved: whoever looks again is told."""
        start = fields.Datetime.to_datetime(vals.get("start"))
        if start and self.env.su:
            for booking in self:
                is_known = booking.state in PLANNED
                if is_known and booking.start != start:
                    booking.moved_from = booking.start
        return super().write(vals)

    def _change_deadline(self):
        """Return until when the client may move or cancel in time, naive UTC."""
        start = self.start.replace(tzinfo=timezone.utc)
        return deadline(start, self.service_id.cancel_hours).replace(tzinfo=None)


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    is_late = fields.Boolean("Cancelled late", readonly=True)

    @api.model
    def _of_token(self, token):
        """Return the client whose page has this token, with sudo; nobody if none."""
        if not TOKEN.fullmatch(token or ""):
            return self.sudo().browse()
        return self.sudo().search([("token", "=", token)], limit=1)

    @api.model
    def _of_partner(self, partner):
        """Return the places of this very person in sessions, with sudo."""
        return self.sudo().search(
            [("partner_id", "=", partner.id), ("booking_id.state", "!=", "held")]
        )

    def _other_places(self):
        """Return this client's places in other sessions, that this page may show.

        Only where the practice has booked: then nobody but the client, by mail, was
        given the page's address.  Whoever books on the public page with an address of
        somebody else sees the page at once, and must learn nothing of that person.
        """
        self.ensure_one()
        if self.booking_id.source != "practice":
            return self.browse()
        return self._of_partner(self.partner_id) - self

    def _client_state(self):
        """Return requested, confirmed, moved, cancelled or over."""
        booking = self.booking_id
        if "cancelled" in (self.state, booking.state):
            return "cancelled"
        is_over = booking.stop + GRACE < fields.Datetime.now()
        if is_over or booking.state in ("done", "no_show"):
            return "over"
        if booking.state == "confirmed" and booking.moved_from:
            return "moved"
        return booking.state

    def _may(self, change):
        """Return whether this client may still do this alone.

        :param change: move, or cancel (late, maybe)
        """
        booking = self.booking_id
        if self.state != "booked" or not booking._client_may(change):
            return False
        return change == "cancel" or self._is_alone()

    def _is_alone(self):
        """Return whether nobody else has to come to another time, too."""
        booking = self.booking_id
        return booking.service_id.kind != "group" and booking.client_count <= 1

    def _move_hindrance(self):
        """Return why this client cannot move alone: group, others, late, or ""."""
        if self._may("move"):
            return ""
        if self._is_alone():
            return "late"
        return "group" if self.booking_id.service_id.kind == "group" else "others"

    def _move_by_client(self, start):
        """Move the session; asked for once more, nothing happens.

        :param start: naive UTC
        :raises UserError: it is too late, or others take part
        :raises SlotTaken: the new time is not free
        """
        booking = self.booking_id
        if self.state == "booked" and booking.start == start:
            return
        if not self._may("move"):
            raise UserError(self.env._("This appointment cannot be moved here."))
        booking._move(start, by="client")

    def _cancel_by_client(self, reason=""):
        """Cancel this client's place; asked for once more, nothing happens.

        :raises UserError: the session has begun
        """
        if self._client_state() == "cancelled":
            return
        if not self._may("cancel"):
            raise UserError(self.env._("This session has begun already."))
        booking = self.booking_id
        reason = " ".join(reason.split())[:LONGEST_REASON]
        self.is_late = booking._would_be_late()
        booking._cancel("client", reason, participant=self)
        if reason and booking.state != "cancelled":  # it goes on for the others
            booking.cancel_reason = reason

    def _given_join_url(self):
        """Return this client's link to the room if it was made: looking makes none."""
        attendee = self._attendee()
        return self._join_url() if attendee.video_token else ""

    def action_remove(self):
        """Have this client no longer take part; the session goes on for the others.

        :raises UserError: there are no others
        """
        self.ensure_one()
        self.check_access("read")
        booking = self.booking_id
        booking.check_access("write")
        if self.state != "booked":
            raise UserError(self.env._("This client does not take part any more."))
        if booking.client_count <= 1:
            raise UserError(
                self.env._("Nobody else takes part. Please cancel the session instead.")
            )
        booking._cancel(booking._whose_hand(), participant=self)
