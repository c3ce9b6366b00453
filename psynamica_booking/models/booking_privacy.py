# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All that bookings hold about one client: given out, or erased.

Erased means: the sessions stay, for the practice's figures and accounts, with nobody in
them.  A new archived contact without any data takes the client's place, so nothing
leads back to the client, and one erased client still counts as one.
"""

from odoo import api, fields, models
from odoo.fields import Command

from .booking import PLANNED


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    def _shared(self):
        """Return those of these participants who are not alone in their session."""
        return self.filtered(lambda one: one.booking_id.participant_ids - self)

    def _coming(self):
        """Return those whose session is still to be."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda one: (
                one.state == "booked"
                and one.booking_id.state in PLANNED
                and one.booking_id.start > now
            )
        )

    def _meetings_to_delete(self):
        """Return the Zoom meetings that go with these clients' coming sessions."""
        ending = (self._coming() - self._shared()).booking_id.event_id
        meetings = self.env["psynamica.zoom.meeting"].sudo()
        return meetings.search(
            [("event_id", "in", ending.ids), ("zoom_id", "!=", False)]
        )

    def _exported(self):
        """Return what is known of this client in one session, for a JSON file."""
        self.ensure_one()
        booking = self.booking_id
        known = {
            **_plain(booking, "reference", "start", "stop", "state", "source"),
            **_plain(booking, "cancelled_by", "cancelled_at", "is_late", "came_late"),
            "service": booking.service_id.name,
            "therapist": booking.user_id.name,
            "participation": self.state,
            **_plain(self, "lang", "tz", "given_name", "given_phone"),
            "answers": [
                _plain(answer, "question", "value", "version", "answered_at")
                for answer in self.answer_ids
            ],
            "messages": [
                _plain(message, "kind", "state", "due_at", "sent_at", "words")
                for message in booking.message_due_ids
                if message.participant_id == self
            ],
        }
        if not self._shared():  # else it is about others, too
            known |= _plain(booking, "note", "cancel_reason")
        return known

    def _erase(self, tell):
        """Take this client out of all these sessions.

        :param tell: whether the client is told that coming sessions are cancelled
        :return: counts, as `psynamica.booking.audit` has them
        """
        partner = self.partner_id
        partner.ensure_one()
        own = (self - self._shared()).booking_id
        coming = self._coming()
        counts = {
            "bookings": len(self.booking_id),
            "answers": len(self.answer_ids),
            "notes": len(own.filtered(lambda one: one.note)),
            "messages": own._erase_threads() + self._shared()._erase_mails(),
            "cancelled": len(coming),
        }
        for participant in coming:
            participant.booking_id._cancel("practice", participant=participant)
        self._erase_messages(tell)
        self.answer_ids.unlink()
        own.write({"note": False, "cancel_reason": False})
        self._erase_from_calendar(own)
        self._erase_forms()
        self._erase_closed_links(partner)
        self.write(self._nobody())
        return counts

    def _erase_closed_links(self, partner):
        """Have links to deleted sessions say that, and no more whose they were."""
        links = self.env["psynamica.video.closed.link"].sudo()
        links.search([("partner_id", "in", partner.ids)]).write(
            {"partner_id": False, "series": False}
        )

    def _erase_messages(self, tell):
        """Send what is to be told now, for afterwards nobody knows whom to tell."""
        messages = self.env["psynamica.booking.message"].search(
            [("participant_id", "in", self.ids)]
        )
        due = messages.filtered(lambda one: one.state == "due")
        if tell:
            due.filtered(lambda one: one.kind == "cancelled")._send_last()
        due.filtered(lambda one: one.state == "due").state = "dropped"
        messages.write({"words": False, "kept_file": False, "mail_key": False})

    def _erase_mails(self):
        """Delete mails to this client about sessions with others."""
        partner = self.partner_id
        mails = self.env["mail.mail"].search(
            [
                ("model", "=", "psynamica.booking"),
                ("res_id", "in", self.booking_id.ids),
                ("recipient_ids", "in", partner.ids),
            ]
        )
        messages = self.env["mail.message"].search(
            [
                *self.booking_id._threads(),
                "|",
                ("author_id", "in", partner.ids),
                ("partner_ids", "in", partner.ids),
            ]
        )
        messages |= mails.mail_message_id
        mails.unlink()
        messages.exists().unlink()
        return len(messages)

    def _erase_from_calendar(self, own):
        """Take the client out of the events.

        :param own: the bookings with no other client, whose events lose all text
        """
        partner = self.partner_id
        for booking in self.booking_id.filtered("event_id"):
            values = {"partner_ids": [Command.unlink(partner.id)]}
            if booking in own:
                values |= {"name": booking.service_id.name, "description": False}
            booking._mirrored_event().write(values)
        self.env["mail.followers"].search(
            [
                ("res_model", "=", "psynamica.booking"),
                ("res_id", "in", self.booking_id.ids),
                ("partner_id", "in", partner.ids),
            ]
        ).unlink()

    def _erase_forms(self):
        """Delete what was typed about this client and is not a booking (yet)."""
        partner = self.partner_id
        self.env["psynamica.booking.new"].search(
            [("partner_id", "in", partner.ids)]
        ).unlink()
        self.env["psynamica.booking.link"].with_context(active_test=False).search(
            [("partner_id", "in", partner.ids)]
        ).unlink()
        waiting = self.env["psynamica.booking.pending"].search(
            [("expires_at", "!=", False)]
        )
        waiting.filtered(
            lambda one: (
                partner.email_normalized
                and (one.visit.get("email") or "").strip().lower()
                == partner.email_normalized
            )
        ).unlink()

    def _nobody(self):
        """Return the values of a participant about whom nothing is known."""
        quiet = self.env["res.partner"].with_context(tracking_disable=True)
        nobody = quiet.create({"name": self.env._("Erased client"), "active": False})
        return {
            "partner_id": nobody.id,
            "lang": False,
            "tz": False,
            "given_name": False,
            "given_phone": False,
            "has_other_data": False,
            "token": False,
        }


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    def _send_last(self):
        """Send these now, to the address and not to the contact, which may be gone."""
        for message in self:
            partner = message._recipient()
            message._send_safely()
            mails = self.env["mail.mail"].search(
                [
                    ("model", "=", "psynamica.booking"),
                    ("res_id", "=", message.booking_id.id),
                    ("recipient_ids", "in", partner.ids),
                ]
            )
            to_address = {"email_to": partner.email_formatted}
            mails.write({**to_address, "recipient_ids": [Command.clear()]})


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _threads(self):
        """Return the domain of messages beside these bookings and their events."""
        return [
            "|",
            "&",
            ("model", "=", "psynamica.booking"),
            ("res_id", "in", self.ids),
            "&",
            ("model", "=", "calendar.event"),
            ("res_id", "in", self.event_id.ids),
        ]

    def _erase_threads(self):
        """Delete what was written beside these bookings; return how many messages."""
        messages = self.env["mail.message"].search(self._threads())
        count = len(messages)
        messages.unlink()
        self.activity_ids.unlink()
        for records in (self, self.event_id):
            self.env["ir.attachment"].search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "=", False),
                ]
            ).unlink()
        return count


class ResPartner(models.Model):
    _inherit = "res.partner"

    booking_count = fields.Integer(
        "Sessions",
        compute="_compute_booking_count",
        groups="psynamica_booking.group_therapist,psynamica_booking.group_reception",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_booking_count(self):
        places = self.env["psynamica.booking.participant"]
        counts = dict(
            places._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.booking_count = counts.get(partner._origin, 0)

    def action_open_bookings(self):
        """Show the sessions of this client that one may see."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "psynamica_booking.action_bookings"
        )
        domain = [("participant_ids.partner_id", "=", self.id)]
        return {**action, "domain": domain}


def _plain(record, *names):
    """Return these fields as JSON has them: moments in UTC, None for nothing."""
    values = {}
    for name in names:
        value = record[name]
        if record._fields[name].type == "datetime" and value:
            value = f"{value.isoformat()}Z"
        is_empty = value is False and record._fields[name].type != "boolean"
        values[name] = None if is_empty else value
    return values
