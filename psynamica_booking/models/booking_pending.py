# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bookings that wait until the client has confirmed the e-mail address.

What was written waits here with the held slot, for an hour at most.  The link in the
mail shows it; only the button on that page books it, because programs that check mails
open every link.
"""

import secrets
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.psynamica_zoom.models.vacuum import delete_old

from .booking_making import SlotTaken
from .booking_service import TOKEN_BYTES

WITHIN = timedelta(hours=1)
CONFIRM_PATH = "/booking/confirm/"
TEMPLATE = "psynamica_booking.mail_confirm_address"
LAYOUT = "psynamica_booking.mail_layout"


class BookingPending(models.Model):
    _name = "psynamica.booking.pending"
    _description = "Booking that waits for the e-mail address to be confirmed"
    _rec_name = "service_id"

    token = fields.Char(readonly=True, required=True, groups=fields.NO_ACCESS)
    form_token = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    service_id = fields.Many2one(
        "psynamica.booking.service", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    start = fields.Datetime(required=True)
    booking_id = fields.Many2one(
        "psynamica.booking",
        "Held slot",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty for a place in a group.",
    )
    expires_at = fields.Datetime(required=True, index=True)
    visit = fields.Json(required=True)

    _token_unique = models.UniqueIndex("(token)")
    _form_token_unique = models.UniqueIndex("(form_token) WHERE form_token IS NOT NULL")

    @api.model
    def _wait(self, service, users, start, visit, held=None):
        """Keep the slot and what was written, and ask by mail.

        :param held: the visitor's hold of this start
        :raises SlotTaken: the slot is not free
        """
        kept = held or self.env["psynamica.booking"]._hold_for_visitor(
            service, users, start
        )
        expires_at = fields.Datetime.now() + WITHIN
        is_hold = kept.state == "held"
        if is_hold:
            # The form's own token is spent: this slot is not for choosing again.
            kept.write({"held_until": expires_at, "hold_token": False})
        pending = self.sudo().create(
            {
                "token": secrets.token_urlsafe(TOKEN_BYTES),
                "form_token": visit.get("form_token") or False,
                "service_id": service.id,
                "user_id": kept.user_id.id,
                "start": start,
                "booking_id": kept.id if is_hold else False,
                "expires_at": expires_at,
                "visit": visit,
            }
        )
        pending._ask()

    @api.model
    def _find(self, token):
        """Return what waits for this token, nothing when it is used or too old."""
        if not token.isascii() or not token.isprintable():
            return self.browse()
        return self.sudo().search(
            [("token", "=", token), ("expires_at", ">", fields.Datetime.now())], limit=1
        )

    @api.model
    def _waits_by_form(self, form_token):
        """Return whether this very form was sent already."""
        if not form_token or not form_token.isprintable():
            return False
        return bool(self.sudo().search_count([("form_token", "=", form_token)]))

    def _confirm(self):
        """Book it.

        :return: the participant
        :raises SlotTaken: the slot was lost meanwhile
        """
        self.ensure_one()
        if self.user_id not in self.service_id._public_therapists():
            raise SlotTaken(
                self.env._("This time is not free any more. Please choose another.")
            )
        participant = self.env["psynamica.booking"]._book_visitor(
            self.service_id, self.user_id, self.start, self.visit, self.booking_id
        )
        self.unlink()
        return participant

    def _ask(self):
        """Make the mail; Odoo's queue sends it."""
        self.ensure_one()
        lang = self.visit["lang"]
        template = self.env.ref(TEMPLATE).sudo().with_context(lang=lang)
        body = template._render_field("body_html", self.ids, set_lang=lang)[self.id]
        company = self.service_id.company_id
        sender = template._render_field("email_from", self.ids)[self.id]
        self.env["mail.mail"].sudo().create(
            {
                "subject": template._render_field("subject", self.ids, set_lang=lang)[
                    self.id
                ],
                "body_html": self.env["mail.render.mixin"]._render_encapsulate(
                    LAYOUT,
                    body,
                    add_context={"company": company},
                    context_record=self.with_context(lang=lang),
                ),
                "email_from": sender or self.user_id.email_formatted,
                "email_to": self.visit["email"],
                "author_id": company.partner_id.id,
                "message_type": "user_notification",
                "auto_delete": True,
            }
        )
        self.env["ir.cron"]._zoom_wake_mails()

    def _confirm_url(self):
        """Return the address of the page with the button."""
        base = self.service_id.get_base_url()
        return f"{base}{CONFIRM_PATH}{self.sudo().token}"

    @api.autovacuum
    def _gc_pending(self):
        """Delete what nobody confirmed: it holds personal data."""
        return delete_old(self, [("expires_at", "<", fields.Datetime.now())])
