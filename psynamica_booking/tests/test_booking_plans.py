# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Years of events cost a month's slots nothing: shown by what PostgreSQL would do."""

from datetime import datetime, timedelta, timezone

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.psynamica_booking.services.periods import Period

from .booking_case import BookingCase

EVENTS = 10_000
OTHERS = [f"colleague-{number}" for number in range(9)]
TABLES = ("calendar_event", "calendar_attendee", "psynamica_booking")


@tagged("post_install", "-at_install")
class TestPlans(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = (cls.therapist | cls.colleague).partner_id
        cls.env.cr.execute(
            """
            WITH made AS (
                INSERT INTO calendar_event (name, start, stop, active, show_as, privacy)
                SELECT 'Session', day + interval '9 hours', day + interval '10 hours',
                       true, 'busy', 'public'
                  FROM generate_series(1, %s) number,
                       LATERAL (SELECT now() AT TIME ZONE 'UTC'
                                       - number * interval '5 hours') past(day)
             RETURNING id)
            INSERT INTO calendar_attendee (event_id, partner_id, state)
            SELECT id, unnest(%s), 'accepted' FROM made
            """,
            [EVENTS, cls.people.ids],
        )
        others = cls.env["res.users"].create(
            [{"name": name, "login": name} for name in OTHERS]
        )
        cls.env.cr.execute(
            """
            INSERT INTO psynamica_booking
                        (reference, service_id, user_id, start, stop, state, source)
            SELECT 'R' || number || '-' || user_id, %s, user_id,
                   day, day + interval '1 hour', 'done', 'practice'
              FROM generate_series(1, %s) number, unnest(%s) user_id,
                   LATERAL (SELECT now() AT TIME ZONE 'UTC'
                                   - number * interval '5 hours') past(day)
            """,
            [cls.service.id, EVENTS // 10, (cls.therapist | others).ids],
        )
        for table in TABLES:
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def explain(self, question, *ids):
        now = datetime.now(timezone.utc)
        month = Period(now - timedelta(days=31), now)
        query = getattr(self.env["psynamica.booking.service"], question)(
            list(ids), month, 0
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        return "\n".join(line for (line,) in rows)

    def plan(self, partners):
        return self.explain("_events_query", *partners.ids)

    def test_a_month_is_found_by_its_days_and_its_people_by_their_events(self):
        for partners in (self.people[0], self.people):
            plan = self.plan(partners)
            self.assertIn("calendar_event__start_index", plan)
            self.assertNotIn("Seq Scan", plan)

    def test_an_event_that_lasts_long_is_found_by_an_index_of_its_own(self):
        self.assertIn("calendar_event_booking_long", self.plan(self.people))

    def test_who_has_few_events_is_found_by_them(self):
        self.env.cr.execute(
            "UPDATE calendar_attendee SET partner_id = %s"
            " WHERE event_id = (SELECT max(id) FROM calendar_event)"
            "   AND partner_id = %s",
            [self.client_two.id, self.people[0].id],
        )
        self.assertIn("calendar_attendee_booking_partner", self.plan(self.client_two))

    def test_a_therapists_bookings_of_a_month_are_found_by_an_index(self):
        plan = self.explain("_bookings_query", self.therapist.id)
        self.assertIn("psynamica_booking_therapist_start", plan)
        self.assertIn("psynamica_booking_therapist_long", plan)
        self.assertNotIn("Seq Scan on psynamica_booking ", plan)
