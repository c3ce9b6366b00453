# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages that did not reach anybody: no address, refused, or come back.

Core deletes a mail once it is handed over, so a mail that comes back is recognised by
its Message-ID, which is kept here; where that is missing, by the address.
"""

from datetime import timedelta

from odoo import api, fields, models

from .booking import PLANNED
from .booking_message import AHEAD

# So long servers try to hand over a mail, and a day more (RFC 5321, 4.5.4.1: 4-5 days).
COMES_BACK_WITHIN = timedelta(days=6)


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    mail_key = fields.Char(
        "Message-ID",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )

    @api.model
    def _of_mails(self, keys):
        """Return the messages that were sent with these Message-IDs, with sudo."""
        known = [key for key in keys or () if key]
        return self.sudo().search([("mail_key", "in", known)]) if known else self

    def _note_sending(self, is_refused):
        """Note what became of handing the mails over."""
        if not is_refused:
            self.filtered(lambda m: m.state == "undelivered").state = "sent"
            return
        for message in self:
            message.state = "undelivered"
            message.booking_id._ask_to_tell(message)

    def _note_come_back(self):
        """Note that the mails came back, and ask for another address."""
        for message in self:
            message.state = "undelivered"
            booking = message.booking_id
            if message.participant_id:
                client = message.participant_id.partner_id
                booking._ask_for_address(self.env["psynamica.booking"]._of(client))
            else:
                booking._ask_for_own_address()

    def _note_without_address(self):
        self.write({"state": "undelivered", "sent_at": False})
        booking = self.booking_id
        if not self.participant_id:
            booking._ask_for_own_address()
        elif self.kind not in AHEAD:  # else the therapist was asked when it was booked
            booking._ask_therapist(
                booking._therapist_env()._(
                    "The client has no e-mail address. Please tell the client yourself."
                )
            )


class Booking(models.Model):
    _inherit = "psynamica.booking"

    @api.model
    def _of(self, client):
        """Return all bookings in which this client takes or took part, with sudo."""
        places = self.env["psynamica.booking.participant"].sudo()
        return places.search([("partner_id", "=", client.id)]).booking_id

    @api.model
    def _ask_for_addresses(self, partners):
        """Have therapists asked about addresses from which a mail came back."""
        for partner in partners:
            known = self._of(partner)
            for bookings in known._concerned(partner).grouped("user_id").values():
                bookings.sorted("start")[:1]._ask_for_address(known)
            self._told_lately(
                [
                    ("participant_id", "=", False),
                    ("booking_id.user_id.partner_id", "=", partner.id),
                ]
            )[-1:]._ask_for_own_address()

    def _concerned(self, client):
        """Return which of these are to come; if none, those lately told of."""
        now = fields.Datetime.now()
        coming = self.filtered(
            lambda b: b.state in PLANNED and b.stop > now and client in b._clients()
        )
        return coming or self._told_lately(
            [("participant_id.partner_id", "=", client.id)]
        )

    @api.model
    def _told_lately(self, domain):
        """Return of which bookings such messages were sent that may come back yet."""
        since = fields.Datetime.now() - COMES_BACK_WITHIN
        messages = self.env["psynamica.booking.message"].sudo()
        return messages.search([*domain, ("sent_at", ">=", since)]).booking_id

    def _ask_to_tell(self, message):
        """Have the therapist tell the client, for our mail was not sent."""
        if not message.participant_id:
            self._ask_for_own_address()
            return
        self._ask_therapist(
            self._therapist_env()._(
                "A message could not be sent. Please tell the client yourself."
            )
        )

    def _ask_for_address(self, bookings):
        """Ask for another address of the client.

        :param bookings: all of this client's: about one of them it is asked
        """
        self._ask_therapist(
            self._therapist_env()._(
                "A mail to the client came back. Please check the address."
            ),
            bookings.ids,
        )

    def _ask_for_own_address(self):
        """Tell the therapist of these bookings that mails do not arrive."""
        for booking in self:
            same = self._search([("user_id", "=", booking.user_id.id)])
            # No mail about it: it would not arrive either.
            booking.with_context(mail_activity_quick_update=True)._ask_therapist(
                booking._therapist_env()._(
                    "A mail about a booking did not reach you. Please check your"
                    " own e-mail address."
                ),
                same,
            )

    def _therapist_env(self):
        """Return the environment in the therapist's language."""
        return self.with_context(lang=self.user_id.lang).env

    def _ask_therapist(self, summary, same_ids=None):
        """Ask the therapist, unless that is asked already and not done.

        :param same_ids: bookings about which it is the same question, ids or a query;
            None: this one
        """
        asked = self.env["mail.activity"].search_count(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids if same_ids is None else same_ids),
                ("user_id", "=", self.user_id.id),
                ("summary", "=", summary),
            ],
            limit=1,
        )
        if asked or not self.user_id.active:
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo", summary=summary, user_id=self.user_id.id
        )
