# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is still to be told about bookings, to whom, once each.

A message is written down in the transaction that makes it true.  It is looked at again
when it is sent: what has changed meanwhile is not told any more, and what was not told
yet is told as it is now.
"""

from datetime import timedelta

from odoo import fields, models

KINDS = [
    ("requested", "Request received"),
    ("confirmed", "Confirmed"),
    ("moved", "Moved"),
    ("cancelled", "Cancelled"),
    ("remind_day", "Reminder"),
    ("remind_hour", "Second reminder"),
    ("no_show", "After an absence"),
    ("new_room", "A new room"),
]
AHEAD = ("remind_day", "remind_hour")  # how far, each service says
# Told soon after booking anyway: a reminder would only repeat it.
TOO_CLOSE = timedelta(hours=2)
CRON = "psynamica_booking.ir_cron_messages"


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
    sent_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    state = fields.Selection(
        [
            ("due", "To be sent"),
            ("sent", "Sent"),
            ("dropped", "No longer true"),
            ("failed", "Could not be made"),
            ("undelivered", "Not delivered"),
        ],
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
        whom = [*people, self._therapist_to_tell()]
        for participant in whom:
            if participant is not None:
                self._tell_one(kind, participant)
        self._plan_reminders(people, kind)
        self.env.ref(CRON).sudo()._trigger()

    def _therapist_to_tell(self):
        """Return no participant, which stands for the therapist; None for nobody."""
        knows = self.env.user == self.user_id
        return None if knows else self.env["psynamica.booking.participant"]

    def _tell_one(self, kind, participant):
        untold = self._untold(participant)
        first = untold.filtered(lambda m: m.kind in ("requested", "confirmed"))
        if kind == "moved" and first:
            first.for_start = self.start  # it tells the new time
            return
        untold.state = "dropped"
        if kind == "cancelled" and first:
            return  # nothing was told, so there is nothing to take back
        self._write_down(kind, participant, fields.Datetime.now())

    def _untold(self, participant):
        return self.message_due_ids.sudo().filtered(
            lambda m: (
                m.state == "due"
                and m.participant_id == participant
                and m.kind not in AHEAD
            )
        )

    def _write_down(self, kind, participant, due_at):
        self.env["psynamica.booking.message"].sudo().create(
            {
                "booking_id": self.id,
                "participant_id": participant.id,
                "kind": kind,
                "for_start": self.start,
                "due_at": due_at,
            }
        )

    def _plan_reminders(self, participants, kind):
        """Have people reminded of the session as it is now.

        :param participants: those who are told now; the therapist is told with anybody
        """
        is_on = kind in ("confirmed", "moved") and self.state == "confirmed"
        concerned = [*participants]
        if is_on or self.state != "confirmed":
            concerned.append(participants.browse())
        old = self.message_due_ids.sudo().filtered(
            lambda m: (
                m.state == "due" and m.kind in AHEAD and m.participant_id in concerned
            )
        )
        old.state = "dropped"
        if not is_on:
            return
        now = fields.Datetime.now()
        for reminder, ahead in self.service_id._reminders_ahead().items():
            due_at = self.start - ahead
            if due_at < now + TOO_CLOSE:
                continue
            for participant in concerned:
                if participant or self.service_id.remind_therapist:
                    self._write_down(reminder, participant, due_at)
