# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several sessions in one message: a series is told of once, not ten times."""

from odoo import fields, models

from .booking import PLANNED
from .booking_message import AHEAD

# In the context: what happens now is told together with the first of several.
TOLD_WITH_THE_FIRST = "psynamica_booking_told_with_the_first"


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    also_ids = fields.Many2many(
        "psynamica.booking",
        "psynamica_booking_message_also",
        string="Other sessions it tells of",
        readonly=True,
    )
    words = fields.Text(readonly=True, help="What the therapist says about the change.")

    def _also_told(self):
        """Return the other sessions of which this is still true, in order."""
        is_off = self.kind == "cancelled"
        return self.also_ids.filtered(
            lambda b: (b.state == "cancelled") == is_off
        ).sorted("start")

    def _also_when(self):
        """Return when the other sessions are, each as text."""
        return [self._when_alone(booking=booking) for booking in self._also_told()]

    def _files(self):
        """Add a calendar file for each of the other sessions."""
        files = super()._files()
        if not files:
            return files
        others = (
            self._also_told()
            .filtered("event_id")
            .participant_ids.filtered(
                lambda p: p.partner_id == self.participant_id.partner_id
            )
        )
        is_cancelled = self.kind == "cancelled"
        for number, other in enumerate(others, start=2):
            values = {
                **files[0][2],
                "name": f"appointment-{number}.ics",
                "raw": other._calendar_file(is_cancelled=is_cancelled),
            }
            files.append(fields.Command.create(values))
        return files


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _tell(self, kind, participants=None):
        if self.env.context.get(TOLD_WITH_THE_FIRST):
            self._keep_untold_true(kind, participants)
            return None
        before = self._untold_together()
        result = super()._tell(kind, participants)
        self._carry_on(kind, before)
        return result

    def _keep_untold_true(self, kind, participants):
        """Have what is due about this session be true, without telling more."""
        due = self.message_due_ids.sudo().filtered(
            lambda m: m.state == "due" and m.kind not in AHEAD
        )
        if kind == "cancelled":
            due.state = "dropped"
        else:
            due.for_start = self.start
        people = participants
        if people is None:
            people = self.participant_ids.filtered(lambda p: p.state != "cancelled")
        self._plan_reminders(people, kind)

    def _untold_together(self):
        """Return the other sessions that messages still to be sent tell of."""
        due = self.message_due_ids.sudo().filtered(lambda m: m.state == "due")
        return due.also_ids

    def _carry_on(self, kind, others):
        """Have the others told of, also if the message about all is dropped."""
        others = others.filtered(lambda b: b.state in PLANNED)
        if not others:
            return
        if kind != "cancelled":
            self._tell_of(others)
            return
        first, *_rest = others.sorted("start")
        first._tell("confirmed")
        first._tell_of(others - first)

    def _tell_of(self, others, words=None):
        """Have the messages that are due about this session tell of others too.

        :param others: bookings
        :param words: to the clients
        """
        due = self.message_due_ids.sudo().filtered(
            lambda m: m.state == "due" and m.kind not in AHEAD
        )
        if others:
            due.also_ids |= others.sudo()
        if words:
            due.filtered("participant_id").words = words
