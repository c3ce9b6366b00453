# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mails that come back: which message about a booking it was, and to whom."""

from odoo import models

# In the context: the mail is reported on, and has not failed.
NOT_FAILED = "psynamica_booking_not_failed"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        has_failed = _has_failed(email_message)
        if has_failed:
            messages = self.env["psynamica.booking.message"]
            messages._of_mails(message_dict["bounced_msg_ids"])._note_come_back()
        own = self.with_context(**{NOT_FAILED: not has_failed})
        return super(MailThread, own)._routing_handle_bounce(
            email_message, message_dict
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _message_receive_bounce(self, email, partner):
        """Ask the therapists of who has this address for another one."""
        result = super()._message_receive_bounce(email, partner)
        if not self.env.context.get(NOT_FAILED):
            self.env["psynamica.booking"].sudo()._ask_for_addresses(self)
        return result


def _has_failed(report):
    """Return whether a delivery report says so: not "delayed", nor "read".

    Source: RFC 3464, 2.3.3.
    """
    return any(
        str(recipient.get("Action", "")).strip().lower() == "failed"
        for part in report.walk()
        if part.get_content_type() == "message/delivery-status"
        for recipient in part.get_payload()
    )
