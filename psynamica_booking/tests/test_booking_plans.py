# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Years of events cost a month's slots nothing: shown by what PostgreSQL would do."""

from datetime import datetime, timedelta, timezone

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.psynamica_booking.services.periods import Period

from .booking_case import BookingCase

EVENTS = 10_000
TABLES = ("calendar_event", "calendar_attendee")


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
        for table in TABLES:
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def plan(self, partners):
        now = datetime.now(timezone.utc)
        month = Period(now - timedelta(days=31), now)
        query = self.env["psynamica.booking.service"]._events_query(
            partners.ids, month, 0
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        return "\n".join(line for (line,) in rows)

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
