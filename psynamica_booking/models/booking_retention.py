# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers and notes are deleted when the practice does not need them any more."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

BATCH = 200  # bookings; each batch is committed


class Booking(models.Model):
    _inherit = "psynamica.booking"

    @api.model
    def _cron_forget(self):
        """Delete answers, notes, reasons and words that are too old to be kept.

        The bookings stay, and with each is written down that this was done.
        """
        cron = self.env["ir.cron"]
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("booking_retention_months", "!=", 0)])
        )
        left = {
            company: self.sudo().search_count(company._booking_expired())
            for company in companies
        }
        cron._commit_progress(remaining=sum(left.values()))
        for company in left:
            domain = company._booking_expired()
            while bookings := self.sudo().search(domain, limit=BATCH, order="id"):
                bookings._forget()
                if not cron._commit_progress(len(bookings)):
                    return

    def _forget(self):
        """Delete what was said in these bookings, and write that down."""
        answers = self.participant_ids.answer_ids
        for booking in self:
            booking._audit(
                "expired",
                answers=len(answers.filtered(lambda a: a.booking_id == booking)),  # noqa: B023
                notes=int(bool(booking.note)),
            )
        answers.unlink()
        self.message_due_ids.words = False
        self.write({"note": False, "cancel_reason": False})


class ResCompany(models.Model):
    _inherit = "res.company"

    def _booking_expired(self):
        """Return the domain of bookings with what is kept no longer."""
        self.ensure_one()
        until = fields.Datetime.now() - relativedelta(
            months=self.booking_retention_months
        )
        return [
            ("company_id", "=", self.id),
            ("stop", "<", until),
            "|",
            "|",
            "|",
            ("message_due_ids.words", "!=", False),
            ("note", "not in", (False, "")),
            ("cancel_reason", "not in", (False, "")),
            ("participant_ids.answer_ids", "!=", False),
        ]
