# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mails about bookings: whether they could be handed over."""

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        ours = self.filtered(lambda mail: mail.model == "psynamica.booking")
        messages = self.env["psynamica.booking.message"]
        messages._of_mails(ours.mapped("message_id"))._note_sending(
            is_refused=bool(failure_type)
        )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
