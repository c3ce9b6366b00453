# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist with weekly hours, a service and clients."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.psynamica_zoom.tests.session_case import (
    SessionCase,
    SessionHttpCase,
)

ZONE = "Europe/Berlin"
HOURS = (("0", 9, 17), ("1", 9, 17), ("2", 9, 17), ("3", 9, 17), ("4", 9, 13))


class BookingSetUp:
    """What all tests with bookings share; mixed into a test case with sessions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("psynamica_booking.group_therapist")
        (cls.therapist | cls.colleague).group_ids += group
        for user in cls.therapist | cls.colleague:
            cls.give_hours(user)
        cls.reception = new_test_user(
            cls.env, "rita", "psynamica_booking.group_reception", name="Rita"
        )
        cls.manager = new_test_user(
            cls.env, "maria", "psynamica_booking.group_manager", name="Maria"
        )
        cls.client_two = cls.env["res.partner"].create(
            {"name": "Olga", "email": "olga@client.test", "tz": "America/New_York"}
        )
        cls.service = cls.env["psynamica.booking.service"].create(
            {
                "name": "Consultation",
                "minutes": 50,
                "interval_minutes": 30,
                "notice_hours": 2,
                "user_ids": [Command.set((cls.therapist | cls.colleague).ids)],
                "is_published": True,
            }
        )

    @classmethod
    def give_hours(cls, user):
        """Have `user` work nine to five, on Fridays until one."""
        calendar = cls.env["resource.calendar"].create(
            {
                "name": f"Hours of {user.name}",
                "tz": ZONE,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day}",
                            "dayofweek": day,
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": "full_day",
                        }
                    )
                    for day, begin, end in HOURS
                ],
            }
        )
        cls.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "calendar_id": calendar.id,
                "company_id": user.company_id.id,
            }
        )

    def monday(self, hour, minute=0, weeks=1):
        """Return this time on a Monday in `weeks` weeks in Berlin, as naive UTC."""
        today = fields.Date.today()
        day = today + timedelta(days=7 * weeks - today.weekday() + 7)
        local = datetime.combine(day, time(hour, minute), ZoneInfo(ZONE))
        return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def book(self, start=None, client=None, user=None, service=None, **values):
        """Return a booking of one client, made by the practice."""
        participants = self.env["psynamica.booking"]._book(
            service or self.service,
            user or self.therapist,
            start or self.monday(10),
            [{"partner_id": (client or self.client).id}],
            **values,
        )
        return participants.booking_id

    def told_starts(self, booking):
        """Return the starts of which clients are still to be told."""
        rows = booking.message_due_ids.filtered(
            lambda m: m.participant_id and m.state == "due"
        )
        return rows.mapped("for_start")

    def messages(self, booking, state="due"):
        """Return the kinds of messages to clients that are due about `booking`."""
        rows = self.env["psynamica.booking.message"].search(
            [
                ("booking_id", "=", booking.id),
                ("participant_id", "!=", False),
                ("state", "=", state),
            ]
        )
        return rows.mapped("kind")


class BookingCase(BookingSetUp, SessionCase):
    """Without HTTP requests to Odoo."""


class BookingHttpCase(BookingSetUp, SessionHttpCase):
    """With HTTP requests to Odoo, as visitors and clients make them."""
