# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sessions that were booked together: each a booking, all with one `series` key."""

import secrets
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..services.periods import Period
from ..services.repetition import MOST_SESSIONS
from ..services.series_plan import moved_starts, plan_series
from ..services.slots import days_to_know
from .booking import PLANNED
from .booking_agenda import UTC
from .booking_making import SlotTaken
from .booking_message_together import TOLD_WITH_THE_FIRST

KEY_BYTES = 9
SPARE_WEEKS = 52  # that holidays may push the end of a series back


class Booking(models.Model):
    _inherit = "psynamica.booking"

    following_count = fields.Integer(
        "Further sessions of the series", compute="_compute_following_count"
    )

    @api.depends("series", "start", "state")
    def _compute_following_count(self):
        for booking in self:
            booking.following_count = len(booking._following()) - 1

    def _following(self):
        """Return this session and the later ones of its series that take place."""
        self.ensure_one()
        if not self.series:
            return self
        later = self.search(
            [
                ("series", "=", self.series),
                ("start", ">", self.start),
                ("state", "in", PLANNED),
            ],
            order="start",
        )
        return self | later

    # Making

    def _plan_series(self, repetition):
        """Return the sessions that would follow this one, and how each stands.

        :param repetition: `services.repetition.Repetition`
        :return: list of `services.series_plan.Planned`
        :raises ValueError: there is no such series
        """
        booking = self.sudo()
        service = booking.service_id
        rules = service._rules(booking)
        first = _aware(booking.start)
        agenda = service._agendas(
            booking.user_id, *_days(rules, first, repetition), ignored=booking
        )[booking.user_id.id]
        return plan_series(rules, agenda, first, repetition, service._now())

    def _repeat(self, starts):
        """Book the same session again at `starts`; the clients are told once.

        :param starts: naive UTC, in order
        :return: the new bookings
        :raises SlotTaken: one of them is not free
        """
        self.ensure_one()
        booking = self.sudo()
        booking._check_planned()
        if not booking.series:
            booking.series = secrets.token_urlsafe(KEY_BYTES)
        clients = [
            {
                "partner_id": participant.partner_id.id,
                "lang": participant.lang,
                "tz": participant.tz,
            }
            for participant in booking.participant_ids
            if participant.state == "booked"
        ]
        made = booking.browse()
        for start in starts:
            quiet = bool(made)
            participants = booking.with_context(**{TOLD_WITH_THE_FIRST: quiet})._book(
                booking.service_id,
                booking.user_id,
                start,
                clients,
                minutes=booking.minutes,
                series=booking.series,
            )
            made |= participants.booking_id.with_context(**{TOLD_WITH_THE_FIRST: False})
        made[:1]._tell_of(made[1:])
        return made.with_env(self.env)

    # Changing

    def _move_following(self, start, *, user=None, by="practice"):
        """Move this session and the later ones of its series by as much on the clock.

        :param start: naive UTC, of this session
        :raises SlotTaken: some are not free; then none is moved
        """
        self.ensure_one()
        following = self._following().sudo()
        zone = ZoneInfo(self.user_id._booking_zone())
        starts = moved_starts(
            [_aware(one.start) for one in following], _aware(start), zone
        )
        moves = list(zip(following, starts, strict=True))
        if starts[0] > _aware(self.start):
            moves.reverse()  # none moves onto one that is still to move away
        taken = []
        for booking, moment in moves:
            own = booking.with_context(**{TOLD_WITH_THE_FIRST: booking != self})
            try:
                own._move(moment.replace(tzinfo=None), user=user, by=by)
            except SlotTaken:
                taken.append(moment)
        if taken:
            raise SlotTaken(self._taken_words(sorted(taken)))
        self.sudo()._tell_of(following - self)

    def _taken_words(self, moments):
        when = "\n".join(
            format_datetime(self.env, moment.replace(tzinfo=None)) for moment in moments
        )
        return self.env._(
            "Nothing was changed. These times are not free:\n%(when)s", when=when
        )

    def action_cancel_following(self):
        """Cancel this session and the later ones of its series; told once."""
        self.ensure_one()
        self.check_access("write")
        following = self._following()
        following.check_access("write")
        by = self._whose_hand()
        # This one last: then nothing is left that had to be told of without it.
        for booking in following[::-1]:
            quiet = booking != self
            booking.with_context(**{TOLD_WITH_THE_FIRST: quiet})._cancel(by)
        self.sudo()._tell_of((following - self).sudo())

    def action_repeat(self):
        """Ask how often this session is to be repeated."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repeat the session"),
            "res_model": "psynamica.booking.repeat",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_booking_id": self.id},
        }

    def action_open_series(self):
        """Show all sessions of the series."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "psynamica_booking.action_bookings"
        )
        action["domain"] = [("series", "=", self.series)]
        action["display_name"] = action["name"] = self.env._("Series")
        return action


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _days(rules, first, repetition):
    """Return the first and last day that must be known for a whole series."""
    weeks = repetition.every_weeks * (repetition.times or MOST_SESSIONS)
    stop = first + timedelta(weeks=weeks + SPARE_WEEKS)
    if repetition.until:
        midnight = fields.Datetime.to_datetime(repetition.until)
        stop = min(stop, _aware(midnight + timedelta(days=2)))
    # A series that ends before it begins is refused where it is planned.
    return days_to_know(rules, UTC, Period(first, max(stop, first + rules.length)))
