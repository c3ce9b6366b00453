# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another therapist takes sessions over, and gives them back."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_case import BookingCase

WORDS = "I am ill this week. Clara will be there for you."


@tagged("post_install", "-at_install")
class TestSubstitute(BookingCase):
    def setUp(self):
        super().setUp()
        self.bookings = self.book() | self.book(self.monday(14), self.client_two)
        self.commit()
        self.bookings.message_due_ids.state = "sent"

    def wizard(self, by=None, bookings=None, user=None):
        by = by or self.therapist
        bookings = bookings or self.bookings
        form = Form(
            self.env["psynamica.booking.substitute"]
            .with_user(by)
            .with_context(active_model="psynamica.booking", active_ids=bookings.ids)
        )
        form.user_id = user or self.colleague
        form.words = WORDS
        return form.save()

    def told(self, kind="moved"):
        return self.bookings.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind == kind and m.participant_id
        )

    def test_sessions_change_hands_and_links_stay(self):
        links = [p._join_url() for p in self.bookings.participant_ids]
        wizard = self.wizard()
        wizard.action_hand_over()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(self.bookings.user_id, self.colleague)
        self.assertEqual(self.bookings.event_id.user_id, self.colleague)
        people = self.bookings[0].event_id.partner_ids
        self.assertIn(self.colleague.partner_id, people)
        self.assertNotIn(self.therapist.partner_id, people)
        self.assertEqual([p._join_url() for p in self.bookings.participant_ids], links)
        self.commit()
        self.assertEqual(self.bookings.user_id, self.colleague)
        self.assertEqual(set(self.bookings.mapped("state")), {"confirmed"})

    def test_meeting_goes_from_one_account_to_the_other(self):
        self.deliver()
        self.assertEqual(len(self.sim.meetings(alive=True)), 2)
        self.wizard().action_hand_over()
        self.deliver()
        self.assertEqual(self.sim.meetings(alive=True), [])  # she has no Zoom
        self.assertEqual(
            set(self.bookings.event_id.mapped("video_state")), {"fallback"}
        )

    def test_clients_read_the_therapists_words(self):
        self.wizard().action_hand_over()
        told = self.told()
        self.assertEqual(told.mapped("words"), [WORDS, WORDS])
        template = self.env.ref("psynamica_booking.mail_moved")
        body = told[0]._rendered(template)["body_html"]
        self.assertIn(WORDS, body)
        self.assertIn(self.colleague.name, body)

    def test_therapist_before_is_told_when_others_do_it(self):
        before = self.bookings.message_ids
        self.wizard(by=self.reception).action_hand_over()
        notes = self.env["mail.message"].search(
            [
                ("model", "=", "psynamica.booking"),
                ("res_id", "in", self.bookings.ids),
                ("partner_ids", "in", self.therapist.partner_id.ids),
            ]
        )
        self.assertEqual(len(notes - before), 2)

    def test_free_colleagues_are_suggested_first(self):
        third = self.env["res.users"].create(
            {"name": "Aaron", "login": "aaron", "company_id": self.env.company.id}
        )
        self.give_hours(third)
        self.service.user_ids += third
        self.book(self.monday(14), self.client, user=third)
        ranked = self.bookings._possible_substitutes()
        self.assertEqual(ranked, [(self.colleague, "free"), (third, "busy")])
        late = self.book(self.monday(20), self.client_two)
        self.assertEqual(late._possible_substitutes()[0][1], "outside")
        self.assertIn(self.colleague.name, self.wizard().suggestion)

    def test_busy_substitute_is_refused_and_nothing_changes(self):
        self.book(self.monday(14), self.client, user=self.colleague)
        wizard = self.wizard()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_hand_over()
        self.env.invalidate_all()
        self.assertEqual(self.bookings.user_id, self.therapist)

    def test_who_does_not_give_the_service_is_refused(self):
        wizard = self.wizard()
        self.service.user_ids -= self.colleague
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_hand_over()

    def test_undo_before_anybody_was_told(self):
        wizard = self.wizard()
        wizard.action_hand_over()
        wizard.action_give_back()
        self.assertEqual(wizard.state, "undone")
        self.assertEqual(self.bookings.user_id, self.therapist)
        self.assertEqual(self.bookings.event_id.user_id, self.therapist)
        self.assertFalse(self.told())
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_give_back()

    def test_undo_after_clients_were_told_tells_them_again(self):
        wizard = self.wizard()
        wizard.action_hand_over()
        self.bookings.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind == "moved"
        ).state = "sent"
        wizard.action_give_back()
        self.assertEqual(len(self.told()), 2)
        self.assertFalse(any(self.told().mapped("words")))

    def test_no_undo_after_another_change(self):
        wizard = self.wizard()
        wizard.action_hand_over()
        self.bookings[1]._move(self.bookings[1].start + timedelta(hours=1))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_give_back()
        self.env.invalidate_all()
        self.assertEqual(self.bookings.user_id, self.colleague)

    def test_colleague_cannot_take_sessions(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.wizard(by=self.colleague).action_hand_over()

    def test_undo_is_of_whoever_handed_over(self):
        wizard = self.wizard()
        wizard.action_hand_over()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            wizard.with_user(self.reception).action_give_back()

    def test_lines_are_the_servers_alone(self):
        wizard = self.wizard()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["psynamica.booking.substitute.line"].with_user(
                self.therapist
            ).create({"substitute_id": wizard.id, "booking_id": self.bookings[0].id})
