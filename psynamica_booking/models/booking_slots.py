# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which times are free, for screens, pages and checks alike."""

from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..services import slots
from ..services.periods import Period
from ..services.slot_rules import SlotRules
from .booking import PLANNED
from .booking_agenda import UTC

MOST_DAYS = 62  # of one question for slots
LONGEST_MINUTES = 24 * 60  # of a service


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def _rules(self, moved=None, minutes=None):
        """Return the rules of this service as the arithmetic takes them.

        :param moved: a booking that is being moved: it keeps its own length
        :param minutes: of another length than the service's
        """
        self.ensure_one()
        if moved and moved.sudo().state in PLANNED:
            minutes = minutes or moved.sudo().minutes
        horizon = timedelta(days=self.horizon_days)
        return SlotRules(
            # In the calendar a session may be longer than any service.
            minutes=min(max(minutes or self.minutes, 1), LONGEST_MINUTES),
            interval_minutes=self.interval_minutes,
            buffer_before_minutes=self.buffer_before,
            buffer_after_minutes=self.buffer_after,
            notice=min(timedelta(hours=self.notice_hours), horizon),
            horizon=horizon,
            most_per_day=self.most_per_day or None,
            most_per_week=self.most_per_week or None,
            mode="in_person" if self.location == "in_person" else "online",
        )

    def _free_slots(self, users, window, ignored=None):
        """Return user id → the free starts (aware UTC, in order) within `window`.

        :param window: `services.periods.Period`
        :param ignored: a booking that is being moved
        """
        self.ensure_one()
        service = self.sudo()
        rules = service._rules(ignored)
        first, last = slots.days_to_know(rules, UTC, window)
        agendas = service._agendas(users, first, last, ignored)
        now = service._now()
        return {
            user_id: slots.free_slots(rules, agenda, now, window)
            for user_id, agenda in agendas.items()
        }

    def _refusals(self, user, start, ignored=None, minutes=None):
        """Return what speaks against this start; nothing when it is free.

        :param start: naive UTC
        :param minutes: of another length than the service's
        :return: tuple of `services.slots.Refusal`
        """
        service = self.sudo()
        rules = service._rules(ignored, minutes)
        moment = start.replace(tzinfo=timezone.utc)
        window = Period(moment, moment + rules.length)
        first, last = slots.days_to_know(rules, UTC, window)
        agendas = service._agendas(user, first, last, ignored)
        return slots.refusals(rules, agendas[user.id], service._now(), moment)

    def _nearest_slots(self, user, start, count=6, ignored=None):
        """Return the free starts nearest to `start`, naive UTC, in order."""
        moment = start.replace(tzinfo=timezone.utc)
        window = Period(moment - timedelta(days=7), moment + timedelta(days=21))
        free = self._free_slots(user, window, ignored)[user.id]
        return [
            slot.replace(tzinfo=None) for slot in slots.nearest(free, moment, count)
        ]

    @api.model
    @api.readonly
    def free_slots(self, service_id, user_id, first, last, booking_id=False):
        """Return the free starts of a therapist, for the screens of the practice.

        :param first: naive UTC, with `last` the window; at most two months
        :param booking_id: a booking that is being moved
        :return: list of {"start": naive UTC as text, "seats": free places}
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only people of the practice see this."))
        service = self.browse(service_id)
        service.check_access("read")
        begin, end = (
            fields.Datetime.to_datetime(first),
            fields.Datetime.to_datetime(last),
        )
        end = min(end, begin + timedelta(days=MOST_DAYS))
        if end <= begin:
            return []
        user = self.env["res.users"].browse(user_id)
        if user not in service.user_ids:
            return []
        window = Period(
            begin.replace(tzinfo=timezone.utc), end.replace(tzinfo=timezone.utc)
        )
        moved = self.env["psynamica.booking"].browse(booking_id or None)
        free = service._free_slots(user, window, moved if booking_id else None)
        return [
            {"start": fields.Datetime.to_string(start.replace(tzinfo=None))}
            for start in free.get(user.id, [])
        ]
