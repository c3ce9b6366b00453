# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sending what is due, each in a transaction of its own."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from .booking_message import AHEAD, CRON

_logger = logging.getLogger(__name__)

# As long as a confirmation waits for Zoom's link to be in it; then it goes without.
PATIENCE = timedelta(seconds=60)
# Core's layouts write the record's name above everything: service and client.
LAYOUT = "psynamica_booking.mail_layout"
BATCH = 200
MOST_ATTEMPTS = 5
# In which states of a booking each message is true.
TRUE_IN = {
    "requested": ("requested",),
    "confirmed": ("confirmed",),
    "moved": ("confirmed", "requested"),
    "cancelled": ("cancelled", "confirmed", "requested"),
    "remind_day": ("confirmed",),
    "remind_hour": ("confirmed",),
    "no_show": ("no_show", "confirmed", "done"),  # one of several may be missed
    "new_room": ("confirmed",),
}


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    @api.model
    def _cron_send(self):
        """Send what is due."""
        cron = self.env["ir.cron"]
        due = self.sudo().search(
            [("state", "=", "due"), ("due_at", "<=", fields.Datetime.now())],
            limit=BATCH,
        )
        cron._commit_progress(remaining=len(due))
        for message in due:
            message = message.try_lock_for_update().filtered(lambda m: m.state == "due")
            if message:
                message._send_safely()
            if not cron._commit_progress(1):
                return
        if len(due) == BATCH:
            self.env.ref(CRON)._trigger()

    def _send_safely(self):
        """Send one; a failure is kept with it, and the others go on."""
        try:
            with self.env.cr.savepoint():
                self._send()
        except Exception:
            # Whatever it is, the next messages must not wait for this one.
            _logger.exception("booking message %d", self.id)
            self.attempts += 1
            self.due_at = fields.Datetime.now() + timedelta(minutes=2**self.attempts)
            if self.attempts >= MOST_ATTEMPTS:
                self.state = "failed"
                self.booking_id._ask_to_tell(self)

    def _send(self):
        if not self._is_true():
            self.state = "dropped"
            return
        if self._waits_for_the_room():
            self.due_at = self.create_date + PATIENCE
            self.env.ref(CRON)._trigger(at=self.due_at)
            return
        self.write({"state": "sent", "sent_at": fields.Datetime.now()})
        is_mailed = self._mail()
        is_texted = self.kind in AHEAD and self._text()
        if not is_mailed and not is_texted:
            self._note_without_address()

    def _is_true(self):
        """Return whether this is still to be told."""
        booking = self.booking_id
        if booking.state not in TRUE_IN[self.kind]:
            return False
        if self.kind == "cancelled":
            is_off = booking.state == "cancelled"
            return is_off or self.participant_id.state == "cancelled"
        if self.kind == "no_show":
            places = self.participant_id or booking.participant_ids
            return "no_show" in places.mapped("state")
        if self.participant_id.state == "cancelled":
            return False
        if self.kind in AHEAD and booking.start <= fields.Datetime.now():
            return False
        return self.for_start == booking.start

    def _waits_for_the_room(self):
        """Return whether Zoom's link is still to come, and worth waiting for."""
        if self.kind not in ("confirmed", "moved") or not self.participant_id:
            return False
        if self.create_date + PATIENCE <= fields.Datetime.now():
            return False
        return bool(self.booking_id.event_id._video_pending())

    def _mail(self):
        """Make the mail, which Odoo's queue sends; return whether there is one."""
        template = self.env.ref(f"psynamica_booking.mail_{self._template()}")
        partner = self._recipient()
        if not partner.email:
            return False
        rendered = self._rendered(template)
        mail = self.env["mail.mail"].create(
            {
                **rendered,
                "recipient_ids": [(4, partner.id)],
                "model": "psynamica.booking",
                "res_id": self.booking_id.id,
                "author_id": self.booking_id.user_id.partner_id.id,
                "message_type": "user_notification",
                "auto_delete": True,
                "attachment_ids": self._files(),
            }
        )
        mail.mail_message_id.is_internal = True
        self.mail_key = mail.message_id
        self.env["ir.cron"]._zoom_wake_mails()
        return True

    def _template(self):
        if not self.participant_id:
            return "therapist"
        return "reminder" if self.kind in AHEAD else self.kind

    def _recipient(self):
        return self.participant_id.partner_id or self.booking_id.user_id.partner_id

    def _language(self):
        participant = self.participant_id
        return participant.lang or self._recipient().lang or self.env.lang or "en_US"

    def _rendered(self, template):
        """Return subject, body and sender in the recipient's language."""
        own = template.with_context(lang=self._language())
        subject = own._render_field("subject", self.ids, set_lang=self._language())
        body = own._render_field("body_html", self.ids, set_lang=self._language())
        sender = own._render_field("email_from", self.ids)
        record = self.with_context(lang=self._language()).booking_id
        return {
            "subject": subject[self.id],
            "body_html": self.env["mail.render.mixin"]._render_encapsulate(
                LAYOUT, body[self.id], context_record=record
            ),
            "email_from": sender[self.id] or record.user_id.email_formatted,
        }

    def _files(self):
        """Return the calendar file, where there is something for a calendar."""
        wanted = ("confirmed", "moved", "cancelled")
        if not self.participant_id or self.kind not in wanted:
            return []
        file = self._calendar_file()
        if not file:
            return []
        return [
            fields.Command.create(
                {
                    "name": "appointment.ics",
                    "raw": file,
                    "mimetype": "text/calendar",
                    "res_model": "mail.message",
                    "res_id": 0,
                }
            )
        ]

    def _text(self):
        """Send a text message too, where the practice does; return whether it does."""
        partner = self.participant_id.partner_id
        company = self.booking_id.company_id
        if "sms.sms" not in self.env or not company.booking_sms or not partner.phone:
            return False
        template = self.env.ref("psynamica_booking.mail_reminder_text")
        body = template._render_field("subject", self.ids, set_lang=self._language())
        # Who sends text messages wants the country in the number.
        local = partner.with_company(company)
        number = local._phone_format(number=partner.phone) or partner.phone
        self.env["sms.sms"].create(
            {"number": number, "partner_id": partner.id, "body": body[self.id]}
        )
        return True
