# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A visitor with the address of a known client: the therapist decides who it is."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .book_page_case import WRITTEN, BookPageCase


@tagged("post_install", "-at_install")
class TestSamePerson(BookPageCase):
    """`self.client` is Pavel, pavel@client.test, known to the practice."""

    def setUp(self):
        super().setUp()
        self.service.user_ids = self.therapist
        answer = self.fill(
            self.form_page(), name="Pawel Novak", email="pavel@client.test"
        )
        self.assertEqual(answer.status_code, 303)
        self.booking = self.booked()
        self.place = self.booking.participant_ids
        self.new = self.place.partner_id

    def form(self, user=None):
        """Open the form as the button on the booking does."""
        booking = self.booking.with_user(user or self.therapist)
        action = booking.action_compare()
        model = self.env[action["res_model"]].with_user(user or self.therapist)
        return Form(model.with_context(**action["context"]))

    def press(self, button, user=None):
        getattr(self.form(user).save(), button)()
        self.env.invalidate_all()

    def test_booking_says_who_it_may_be(self):
        doubt = self.booking.with_user(self.therapist).doubt
        self.assertIn("Pawel Novak may be the same person as Pavel", doubt)
        self.assertFalse(self.book(self.monday(15)).doubt)

    def test_form_names_the_only_one_known(self):
        form = self.form()
        self.assertEqual(form.partner_id, self.client)
        self.assertEqual(form.given_name, "Pawel Novak")
        self.assertEqual(form.given_phone, WRITTEN["phone"])

    def test_same_person_keeps_the_known_contact_and_the_links(self):
        link, page = self.place._join_url(), self.place._page_url()
        self.press("action_same")
        self.assertEqual(self.place.partner_id, self.client)
        self.assertEqual(self.booking.partner_id, self.client)
        self.assertEqual(self.client.name, "Pavel")
        self.assertFalse(self.new.exists())
        self.assertFalse(self.booking.doubt)
        self.assertEqual((self.place._join_url(), self.place._page_url()), (link, page))
        attendee = self.place._attendee()
        self.assertEqual(attendee.partner_id, self.client)
        self.assertEqual(attendee.common_name, "Pavel")

    def test_what_is_known_is_not_written_over_and_gaps_are_filled(self):
        self.client.lang = "ru_RU"
        self.press("action_same")
        self.assertEqual(self.client.lang, "ru_RU")
        self.assertEqual(self.client.phone, WRITTEN["phone"])

    def test_it_is_written_down_who_decided(self):
        self.press("action_same")
        audit = self.env["psynamica.booking.audit"].search(
            [("booking_id", "=", self.booking.id), ("kind", "=", "same_person")]
        )
        self.assertEqual(audit.user_id, self.therapist)

    def test_somebody_else_stays_a_contact_of_their_own(self):
        self.press("action_other", self.reception)
        self.assertEqual(self.place.partner_id, self.new)
        self.assertFalse(self.booking.doubt)

    def test_new_phone_number_is_taken_over(self):
        self.press("action_other")
        self.new.phone = False
        self.place.has_other_data = True
        self.place.partner_id.email = "other@client.test"
        self.assertIn("another phone number", self.booking.doubt)
        self.press("action_phone")
        self.assertEqual(self.new.phone, WRITTEN["phone"])
        self.assertFalse(self.booking.doubt)

    def test_two_in_one_session_are_two_people(self):
        self.env["psynamica.booking.participant"].create(
            {"booking_id": self.booking.id, "partner_id": self.client.id}
        )
        with self.assertRaises(UserError):
            self.press("action_same")
        self.assertTrue(self.new.exists())

    def test_contact_with_a_login_is_not_merged(self):
        new_test_user(self.env, "pn", "base.group_portal", partner_id=self.new.id)
        with self.assertRaises(UserError):
            self.press("action_same")

    def test_nobody_is_merged_whose_address_differs(self):
        with self.assertRaises(UserError):
            self.place.with_user(self.therapist)._is_the_same_as(self.client_two)

    def test_colleague_neither_sees_nor_decides(self):
        with self.assertRaises(AccessError):
            self.form(self.colleague)
        place = self.place.with_user(self.colleague)
        with self.assertRaises(AccessError):
            place._is_the_same_as(self.client)
        with self.assertRaises(AccessError):
            place._is_somebody_else()
        with self.assertRaises(AccessError):
            place._take_phone()
