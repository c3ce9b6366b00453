# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another therapist takes sessions over, and gives them back."""

from odoo import models

from ..services.periods import Period
from ..services.slots import Refusal, days_to_know, refusals
from .booking_agenda import UTC, _aware
from .booking_message_together import TOLD_WITH_THE_FIRST

WEIGHT = {Refusal.TAKEN: 100, Refusal.CLOSED: 1}


class Booking(models.Model):
    _inherit = "psynamica.booking"

    def _possible_substitutes(self):
        """Return who could take all of these over: those with free time first.

        :return: list of (user, "free" | "outside" | "busy"), busy ones last
        """
        bookings = self.sudo()
        users = self.env["res.users"].sudo()
        for number, service in enumerate(bookings.service_id):
            users = users & service.user_ids if number else service.user_ids
        users = (users - bookings.user_id).filtered("active")
        weights = dict.fromkeys(users, 0)
        for service, some in bookings.grouped("service_id").items():
            for user, weight in some._substitute_weights(service, users).items():
                weights[user] = max(weights[user], weight)
        ranked = sorted(weights, key=lambda user: (weights[user], user.name, user.id))
        return [(user, _standing(weights[user])) for user in ranked]

    def _substitute_weights(self, service, users):
        begin, end = min(self.mapped("start")), max(self.mapped("stop"))
        span = Period(_aware(begin), _aware(end))
        rules = {booking: service._rules(booking) for booking in self}
        longest = max(rules.values(), key=lambda one: one.minutes)
        first, last = days_to_know(longest, UTC, span)
        agendas = service._agendas(users, first, last)
        now = service._now()
        return {
            user: max(
                WEIGHT.get(refusal, 0)
                for booking in self
                for refusal in (
                    *refusals(
                        rules[booking], agendas[user.id], now, _aware(booking.start)
                    ),
                    None,
                )
            )
            for user in users
        }

    def _hand_over(self, user, words="", by="practice"):
        """Have `user` hold these sessions, at their times; clients are told.

        :param words: of the therapist, to the clients
        :raises SlotTaken: `user` is busy at one of them; then nothing is changed
        """
        for booking in self.sudo():
            before = booking.user_id
            booking._move(booking.start, user=user, by=by)
            booking._tell_of(booking.browse(), words)
            if before != self.env.user:
                booking._tell_therapist_before(before)

    def _tell_therapist_before(self, therapist):
        env = self.with_context(lang=therapist.lang).env
        self.message_notify(
            partner_ids=therapist.partner_id.ids,
            subject=env._("A session of yours was handed over"),
            body=env._(
                "%(name)s holds it now. Nothing is left for you to do.",
                name=self.user_id.name,
            ),
        )

    def _give_back(self, user):
        """Have `user` hold this session again, as if it had never been handed over.

        Clients who have not been told are told nothing.

        :raises SlotTaken: `user` is busy by now
        """
        booking = self.sudo()
        untold = booking.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind == "moved" and m.participant_id
        )
        present = booking.participant_ids.filtered(lambda p: p.state == "booked")
        is_secret = untold.participant_id == present and bool(present)
        booking.message_due_ids.filtered(lambda m: m.state == "due").words = False
        quiet = booking.with_context(**{TOLD_WITH_THE_FIRST: is_secret})
        quiet._move(booking.start, user=user)
        if is_secret:
            booking.message_due_ids.filtered(
                lambda m: m.state == "due" and m.kind == "moved"
            ).state = "dropped"


def _standing(weight):
    if weight >= WEIGHT[Refusal.TAKEN]:
        return "busy"
    return "outside" if weight else "free"
