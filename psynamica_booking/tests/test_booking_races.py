# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several transactions that want one therapist's time, with a real database."""

from datetime import timedelta

import psycopg2
from psycopg2.errors import ExclusionViolation, SerializationFailure

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.tests.race_case import RaceCase

from ..models.booking_making import SlotTaken


@tagged("post_install", "-at_install")
class TestBookingRaces(RaceCase):
    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        self.start += timedelta(days=3)
        self.stop = self.start + timedelta(minutes=50)
        with self.transaction() as env:
            service = env["psynamica.booking.service"].create(
                {
                    "name": "Racing",
                    "minutes": 50,
                    "location": "phone",
                    "user_ids": [Command.set([self.user_id])],
                }
            )
            client = env["res.partner"].create({"name": "Racing client"})
            self.service_id, self.client_id = service.id, client.id
        self.addCleanup(self._take_bookings_back)

    def _take_bookings_back(self):
        with self.transaction() as env:
            env.cr.execute(
                "DELETE FROM psynamica_booking WHERE service_id = %s",
                [self.service_id],
            )
            env["psynamica.booking.service"].browse(self.service_id).unlink()
            env["res.partner"].browse(self.client_id).unlink()

    def book(self, env):
        return env["psynamica.booking"]._book(
            env["psynamica.booking.service"].browse(self.service_id),
            env["res.users"].browse(self.user_id),
            self.start,
            [{"partner_id": self.client_id}],
        )

    def plan_by_hand(self, env):
        env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": "By hand",
                "start": self.start,
                "stop": self.stop,
                "user_id": self.user_id,
                "partner_ids": [Command.set([self.partner_id])],
                "video_choice": "none",
            }
        )

    def bookings(self):
        with self.transaction() as env:
            return env["psynamica.booking"].search_count(
                [("service_id", "=", self.service_id)]
            )

    def test_first_booking_ever_sees_what_is_planned_by_hand_meanwhile(self):
        with self.assertRaises(SerializationFailure), self.transaction() as env:
            env.cr.execute("SELECT 1")  # what it sees is settled from here on
            with self.transaction() as other:
                self.plan_by_hand(other)
            self.book(env)
        with self.assertRaises(SlotTaken):
            self.again(self.book)
        self.assertFalse(self.bookings())

    def test_second_booking_at_the_same_moment_starts_again(self):
        with self.assertRaises(SerializationFailure), self.transaction() as env:
            env.cr.execute("SELECT 1")
            with self.transaction() as other:
                self.book(other)
            self.book(env)
        with self.assertRaises(SlotTaken):
            self.again(self.book)
        self.assertEqual(self.bookings(), 1)

    def test_database_itself_takes_no_second_booking(self):
        with self.transaction() as env:
            booking = self.book(env).booking_id
            with self.assertRaises(ExclusionViolation), env.cr.savepoint():
                self.insert(env, booking, "confirmed", minutes=49)
            with self.assertRaises(ExclusionViolation), env.cr.savepoint():
                self.insert(env, booking, "held", minutes=-1)
            self.insert(env, booking, "confirmed", minutes=50)  # back to back
            self.insert(env, booking, "cancelled", minutes=0)
            with self.assertRaises(psycopg2.Error), env.cr.savepoint():
                env.cr.execute(
                    "UPDATE psynamica_booking SET stop = start WHERE id = %s",
                    [booking.id],
                )

    def insert(self, env, booking, state, minutes):
        """Insert a copy that begins so many minutes after `booking`, past all code."""
        env.cr.execute(
            """
            INSERT INTO psynamica_booking
                   (service_id, user_id, company_id, start, stop, state, source,
                    reference)
            SELECT service_id, user_id, company_id, start + %s, stop + %s, %s, source,
                   md5(random()::text)
              FROM psynamica_booking WHERE id = %s
            """,
            [timedelta(minutes=minutes)] * 2 + [state, booking.id],
        )
