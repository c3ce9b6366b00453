# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bookings, and the mails about them."""

from .booking_case import BookingCase


class MessagesCase(BookingCase):
    def send(self):
        """Let what is due be sent and return the mails that were made."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self.commit()
        self.env.ref("psynamica_booking.ir_cron_messages").method_direct_trigger()
        self.env.invalidate_all()
        return mails.search([]) - before

    def to(self, mails, partner):
        return mails.filtered(lambda m: partner in m.recipient_ids)

    def told(self, booking):
        """Return the mails to the client, the meeting being there."""
        self.deliver()
        return self.to(self.send(), self.client)
