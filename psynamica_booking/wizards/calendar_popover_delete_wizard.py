# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deleting the event of a booking: the booking tells the clients, nothing else does."""

from odoo import api, fields, models


class CalendarPopoverDeleteWizard(models.TransientModel):
    _inherit = "calendar.popover.delete.wizard"

    is_booked = fields.Boolean(compute="_compute_is_booked")

    @api.depends("calendar_event_id")
    def _compute_is_booked(self):
        for wizard in self:
            events = wizard._deleted_events()
            wizard.is_booked = events and events <= events._bookings().event_id

    def action_send_mail_and_delete(self):
        """Delete without a mail of the dialog's, where the bookings have theirs."""
        return (
            self.action_delete()
            if self.is_booked
            else super().action_send_mail_and_delete()
        )
