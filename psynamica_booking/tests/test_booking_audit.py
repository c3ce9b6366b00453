# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was done with a booking is written down, without content, and stays."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .booking_people_case import ANSWER, NOTE, BookingPeopleCase


@tagged("post_install", "-at_install")
class TestBookingAudit(BookingPeopleCase):
    def rows(self, booking=None):
        """Return what is written down of a booking, oldest first."""
        return self.env["psynamica.booking.audit"].search(
            [("booking_id", "=", (booking or self.booking).id)], order="id"
        )

    def kinds(self, booking=None):
        return self.rows(booking).mapped("kind")

    def test_life_of_a_booking(self):
        start = self.booking.start
        own = self.booking.with_user(self.therapist)
        own.write({"start": self.monday(14)})
        own.action_no_show()
        own.action_done()
        self.assertEqual(self.kinds(), ["created", "moved", "no_show", "done"])
        moved = self.rows()[1]
        self.assertEqual((moved.old_start, moved.new_start), (start, self.monday(14)))
        self.assertEqual((moved.by, moved.user_id), ("therapist", self.therapist))
        self.assertEqual(moved.therapist_id, self.therapist)

    def test_the_reception_is_the_practice(self):
        self.booking.with_user(self.reception).action_cancel()
        row = self.rows()[-1]
        self.assertEqual((row.kind, row.by), ("cancelled", "practice"))
        self.assertEqual(row.user_id, self.reception)

    def test_a_client_is_not_named(self):
        public = self.env.ref("base.public_user")
        for user in (public, self.people["portal"]):
            booking = self.book(start=self.monday(12))
            booking.with_user(user).sudo()._cancel("client", reason="ill")
            row = self.rows(booking)[-1]
            self.assertEqual((row.kind, row.by), ("cancelled", "client"))
            self.assertFalse(row.user_id)

    def test_a_request_is_confirmed(self):
        self.service.confirmation = "therapist"
        booking = self.book(start=self.monday(12), source="public")
        booking.with_user(self.therapist).action_confirm()
        self.assertEqual(self.kinds(booking), ["requested", "confirmed"])

    def test_a_hold_is_nothing_until_it_is_booked(self):
        start = self.monday(13)
        held = self.env["psynamica.booking"]._hold(self.service, self.therapist, start)
        self.assertFalse(self.kinds(held))
        client = {"partner_id": self.client_two.id}
        self.env["psynamica.booking"]._book(
            self.service, self.therapist, start, [client], held=held
        )
        self.assertEqual(self.kinds(held), ["created"])

    def test_what_is_done_in_the_calendar(self):
        event = self.booking.event_id.with_user(self.therapist)
        event.write({"start": self.monday(15), "stop": self.monday(15, 50)})
        self.commit()
        event.active = False
        self.commit()
        self.assertEqual(self.kinds(), ["created", "moved", "cancelled"])
        self.assertEqual(self.rows()[-1].user_id, self.therapist)

    def test_another_therapist(self):
        self.booking._move(self.booking.start, user=self.colleague)
        self.assertEqual(self.kinds(), ["created", "handed_over"])
        self.assertEqual(self.rows()[-1].therapist_id, self.colleague)

    def test_reading_answers_is_written_down_once_an_hour(self):
        answer = self.answer.with_user(self.manager)
        for _again in range(2):
            self.env.invalidate_all()
            self.assertEqual(answer.read(["value"])[0]["value"], ANSWER)
        self.assertEqual(self.kinds(), ["created", "answers_read"])
        row = self.rows()[-1]
        self.assertEqual(row.user_id, self.manager)
        earlier = row.at - timedelta(hours=2)
        self.env.cr.execute(
            "UPDATE psynamica_booking_audit SET at = %s WHERE id = %s",
            [earlier, row.id],
        )
        self.env.invalidate_all()
        answer.read(["value"])
        self.assertEqual(self.kinds().count("answers_read"), 2)

    def test_questions_are_seen_without_reading_answers(self):
        self.env.invalidate_all()
        self.answer.with_user(self.therapist).read(["question", "answered_at"])
        self.assertEqual(self.booking.with_user(self.therapist).answer_count, 1)
        self.assertEqual(self.kinds(), ["created"])

    def test_answers_are_read_in_every_way_or_not_at_all(self):
        """Search and export read them too."""
        answers = self.env["psynamica.booking.answer"].with_user(self.therapist)
        domain = [("id", "=", self.answer.id)]
        self.env.invalidate_all()
        answers.search_read(domain, ["value"])
        self.assertEqual(self.kinds(), ["created", "answers_read"])
        self.env.invalidate_all()
        colleague = answers.with_user(self.colleague)
        self.assertFalse(colleague.search_read(domain, ["value"]))
        self.assertEqual(self.kinds(), ["created", "answers_read"])

    def test_nobody_changes_what_is_written_down(self):
        row = self.rows()
        for model in (row, row.sudo(), *map(row.with_user, self.people.values())):
            with self.assertRaises(AccessError):
                model.write({"kind": "done"})
            with self.assertRaises(AccessError):
                model.unlink()
        self.assertEqual(row.kind, "created")

    def test_managers_read_it_and_nobody_writes_it(self):
        found = []
        for role, user in self.people.items():
            model = self.env["psynamica.booking.audit"].with_user(user)
            if model.has_access("read"):
                found.append(role)
                self.assertIn(self.rows(), model.search([]))
            with self.assertRaises(AccessError):
                model.create({"kind": "done", "by": "system", "at": self.start})
        self.assertEqual(found, ["manager", "administrator"])

    def test_it_names_no_client_and_holds_no_content(self):
        self.booking.with_user(self.therapist)._cancel("therapist", reason="a canary")
        self.env.flush_all()
        self.env.cr.execute("SELECT audit::text FROM psynamica_booking_audit audit")
        text = str(self.env.cr.fetchall())
        for word in (ANSWER, NOTE, "canary", self.client.name, self.client.email):
            self.assertNotIn(word, text)
        models = {
            field.comodel_name
            for field in self.env["psynamica.booking.audit"]._fields.values()
        }
        self.assertNotIn("res.partner", models)

    def test_it_outlives_the_booking(self):
        """Whatever deletes a booking, its session is given up and this stays."""
        self.deliver()
        self.assertTrue(self.at_zoom())
        event, reference = self.booking.event_id, self.booking.reference
        self.booking.unlink()
        self.deliver()
        self.assertFalse(event.active)
        self.assertFalse(self.at_zoom())
        rows = self.env["psynamica.booking.audit"].search(
            [("reference", "=", reference)], order="id"
        )
        self.assertEqual(rows.mapped("kind"), ["created", "deleted"])
        self.assertFalse(rows.booking_id)

    def test_the_manager_opens_it_from_the_booking(self):
        booking = self.booking.with_user(self.manager)
        self.assertEqual(booking.audit_count, 1)
        action = booking.action_open_audit()
        found = self.env[action["res_model"]].with_user(self.manager)
        self.assertEqual(found.search(action["domain"]), self.rows())
