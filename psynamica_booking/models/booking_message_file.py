# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The file that takes a session out of a calendar, when its event is deleted.

The file is made from the event, and mails are made later.  So it is kept until then.
"""

import base64

from odoo import fields, models


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    kept_file = fields.Binary(
        attachment=False, readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    def _calendar_file(self):
        """Return the file for the client's calendar, b"" when there is none."""
        if not self.booking_id.event_id:
            return base64.b64decode(self.kept_file or b"")
        return self.participant_id._calendar_file(is_cancelled=self.kind == "cancelled")

    def _mail(self):
        result = super()._mail()
        if self.kept_file:
            self.kept_file = False
        return result


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _keep_files(self):
        """Keep what the cancellations still to be sent need of the events."""
        due = self.message_due_ids.sudo().filtered(
            lambda m: m.state == "due" and m.kind == "cancelled" and m.participant_id
        )
        for message in due.filtered("booking_id.event_id"):
            message.kept_file = base64.b64encode(message._calendar_file())
