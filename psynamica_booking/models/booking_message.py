# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is still to be told about bookings, to whom, once each.

A message is due in the transaction that makes it true, and is looked at again when it
is sent: what has changed meanwhile is not told any more.
"""

from odoo import fields, models

KINDS = [
    ("requested", "Request received"),
    ("confirmed", "Confirmed"),
    ("moved", "Moved"),
    ("cancelled", "Cancelled"),
    ("remind_day", "Reminder, a day before"),
    ("remind_hour", "Reminder, an hour before"),
    ("no_show", "After an absence"),
]


class BookingMessage(models.Model):
    _name = "psynamica.booking.message"
    _description = "Message about a booking"
    _order = "due_at, id"

    booking_id = fields.Many2one(
        "psynamica.booking", required=True, ondelete="cascade", index=True
    )
    participant_id = fields.Many2one(
        "psynamica.booking.participant",
        ondelete="cascade",
        index=True,
        help="Empty: to the therapist.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    for_start = fields.Datetime(
        readonly=True, help="The start that this message tells of."
    )
    due_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("due", "To be sent"), ("sent", "Sent"), ("dropped", "No longer true")],
        default="due",
        required=True,
        readonly=True,
    )

    _due = models.Index("(due_at) WHERE state = 'due'")


class Booking(models.Model):
    _inherit = "psynamica.booking"

    message_due_ids = fields.One2many("psynamica.booking.message", "booking_id")

    def _tell(self, kind, participants=None):
        """Have the participants and the therapist told, once this is committed.

        :param participants: None: all who take part
        """
        self.ensure_one()
        people = participants
        if people is None:
            people = self.participant_ids.filtered(lambda p: p.state != "cancelled")
        self.env["psynamica.booking.message"].sudo().create(
            [
                {
                    "booking_id": self.id,
                    "participant_id": participant_id,
                    "kind": kind,
                    "for_start": self.start,
                    "due_at": fields.Datetime.now(),
                }
                for participant_id in [*people.ids, False]
            ]
        )
