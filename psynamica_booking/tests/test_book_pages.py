# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Booking by the scheduling page, from the list of services to the session."""

from __future__ import annotations

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .book_page_case import WRITTEN, BookPageCase


@tagged("post_install", "-at_install")
class TestBookingFlow(BookPageCase):
    def test_visitor_books_without_javascript(self):
        services = self.look("/book")
        [link] = services.xpath("//main//a[normalize-space()='Consultation']/@href")
        self.assertIn("Maria Weber", self.text(self.look(link)))
        page = self.form_page()
        self.assertIn("10 min left", self.text(page))
        answer = self.fill(page)
        self.assertEqual(answer.status_code, 303)
        booking = self.booked()
        participant = booking.participant_ids
        self.assertEqual(self.led_to(answer), participant)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.source, "public")
        self.assertEqual(booking.start, self.monday(10))
        self.assertEqual(booking.event_id.user_id, booking.user_id)
        self.assertEqual(participant.partner_id.name, "Nina Sommer")
        self.assertEqual(participant.partner_id.email_normalized, "nina@client.test")
        self.assertEqual(participant.lang, "en_US")
        self.assertIn("confirmed", self.messages(booking))

    def test_practice_leads_to_its_site_where_it_has_one(self):
        home = self.look("/book").xpath("//header//a[@href][.//text()]/@href")
        own = [link for link in home if "?lang=" not in link]
        self.assertEqual(len(own), int("website" in self.env))

    def test_booking_gets_its_meeting_at_zoom(self):
        self.fill(self.form_page(path="/book/talk/maria-weber"))
        self.deliver()
        self.assertEqual(len(self.sim.meetings(alive=True)), 1)
        self.assertTrue(self.booked().participant_ids._join_url())

    def test_form_sent_twice_books_once(self):
        page = self.form_page()
        led_to = [self.fill(page).headers["Location"] for _click in range(2)]
        self.assertEqual(led_to[0], led_to[1])
        self.assertEqual(len(self.booked().participant_ids), 1)

    def test_service_that_the_therapist_confirms_is_requested(self):
        self.service.confirmation = "therapist"
        page = self.follow(self.fill(self.form_page()))
        self.assertEqual(self.booked().state, "requested")
        self.assertIn("Your request has reached the practice", self.text(page))

    def test_page_says_that_it_is_booked_and_goes_on_saying_so(self):
        told = "Your appointment is booked."
        page = self.follow(self.fill(self.form_page()))
        self.assertIn(told, self.text(page))
        [looks_at] = page.xpath("//@data-address")
        self.assertIn(told, self.text(self.look(looks_at)))
        place = self.booked().participant_ids
        self.assertNotIn(told, self.text(self.look(f"/session/{place.token}")))
        self.env.cr.execute(
            "UPDATE psynamica_booking_participant SET create_date = create_date"
            " - interval '2 hours' WHERE id = %s",
            [place.id],
        )
        self.env.invalidate_all()
        self.assertNotIn(told, self.text(self.look(looks_at)))

    def test_therapist_may_be_chosen(self):
        self.fill(self.form_page(path="/book/talk/otto-lang"))
        self.assertEqual(self.booked().user_id, self.colleague)

    def test_any_therapist_is_the_one_with_fewest_sessions_that_day(self):
        self.book(self.monday(14), user=self.therapist)
        self.fill(self.form_page())
        booking = self.bookings("confirmed").filtered(lambda b: b.source == "public")
        self.assertEqual(booking.user_id, self.colleague)

    def test_any_therapist_is_free_while_one_of_them_is(self):
        self.book(self.monday(10), user=self.therapist)
        self.assertIn(write_start(self.monday(10)), self.buttons(self.times_page()))
        self.fill(self.form_page())
        self.assertEqual(
            self.bookings("confirmed").user_id, self.therapist | self.colleague
        )

    def test_own_name_in_the_link_is_the_one_that_counts(self):
        self.colleague.booking_slug = "doctor-lang"
        self.fill(self.form_page(path="/book/talk/doctor-lang"))
        self.assertEqual(self.booked().user_id, self.colleague)
        self.look("/book/talk/otto-lang", status=404)

    def test_looking_changes_nothing(self):
        self.look("/book")
        self.look("/book/talk")
        self.look(f"/book/talk?start={write_start(self.monday(10))}")
        self.get(
            f"/book/talk?step=hold&start={write_start(self.monday(10))}"
            "&name=a&email=a@client.test&agree=1"
        )
        self.assertFalse(self.bookings("held", "requested", "confirmed"))

    def test_nothing_is_changed_without_the_token_of_the_session(self):
        start = write_start(self.monday(10))
        for step in ("hold", "book"):
            fields_ = WRITTEN | {"step": step, "start": start}
            answer = self.get("/book/talk", data=fields_, method="POST")
            self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.bookings("held", "requested", "confirmed"))

    def test_address_holds_nothing_that_the_client_wrote(self):
        page = self.form_page()
        answers = [self.fill(page, email="nobody"), self.fill(page)]
        for answer in answers:
            told = answer.url + answer.headers.get("Location", "")
            self.assertNotIn("ina", told)

    def test_form_for_a_group_sent_twice_takes_one_place(self):
        self.service.write({"kind": "group", "capacity": 4})
        self.book()
        page = self.form_page()
        for _click in range(2):
            self.assertEqual(self.fill(page).status_code, 303)
        self.assertEqual(self.booked().client_count, 2)

    def test_group_is_joined_place_by_place(self):
        self.service.write(
            {
                "kind": "group",
                "capacity": 2,
                "user_ids": [Command.set(self.therapist.ids)],
            }
        )
        for name in ("Ada", "Bo"):
            self.another_visitor()
            self.fill(self.form_page(), name=name, email=f"{name}@client.test")
        self.assertEqual(self.booked().client_count, 2)
        self.another_visitor()
        self.assertNotIn(write_start(self.monday(10)), self.buttons(self.times_page()))


@tagged("post_install", "-at_install")
class TestHold(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.user_ids = self.therapist

    def test_chosen_time_is_not_offered_to_others(self):
        self.choose()
        self.assertEqual(self.bookings("held").start, self.monday(10))
        self.assertIn(write_start(self.monday(10)), self.buttons(self.times_page()))
        self.another_visitor()
        self.assertNotIn(write_start(self.monday(10)), self.buttons(self.times_page()))

    def test_second_visitor_is_offered_the_nearest_ones(self):
        before = self.times_page()  # seen by both
        button = self.buttons(before)[write_start(self.monday(10))]
        held = self.env["psynamica.booking"]._hold(
            self.service, self.therapist, self.monday(10)
        )
        answer = self.send(button.getparent().getparent().getparent(), button)
        self.assertEqual(answer.status_code, 409)
        page = self.page_of(answer)
        self.assertIn("not free any more", self.text(page))
        others = page.xpath("//main//button/@value")
        self.assertIn(write_start(self.monday(9)), others)
        self.assertIn(write_start(self.monday(11)), others)
        self.assertEqual(self.bookings("held"), held)

    def test_choosing_another_time_lets_the_first_one_go(self):
        self.choose()
        self.choose(self.monday(14))
        self.assertEqual(self.bookings("held").start, self.monday(14))

    def test_choosing_one_that_is_taken_keeps_the_first_one(self):
        page = self.times_page()
        self.choose()
        self.book(self.monday(14))
        button = self.buttons(page)[write_start(self.monday(14))]
        token = self.times_page().xpath("//input[@name='csrf_token']/@value")[0]
        form = button.getparent().getparent().getparent()
        self.assertEqual(self.send(form, button, csrf_token=token).status_code, 409)
        self.assertEqual(self.bookings("held").start, self.monday(10))

    def test_form_sent_late_books_while_nobody_else_came(self):
        page = self.form_page()
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(self.fill(page).status_code, 303)
        self.assertEqual(self.booked().start, self.monday(10))

    def test_form_sent_late_offers_others_and_keeps_what_was_written(self):
        page = self.form_page()
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        self.book(client=self.client_two)
        answer = self.fill(page, name="Nina Sommer")
        self.assertEqual(answer.status_code, 409)
        again = self.page_of(answer)
        form = self.form_of(again)
        self.assertEqual(form.fields["name"], "Nina Sommer")
        self.assertEqual(form.fields["email"], "Nina@Client.test")
        self.assertTrue(form.inputs["agree"].checked)
        [button] = form.xpath(f".//button[@value='{write_start(self.monday(11))}']")
        self.assertEqual(self.send(form, button).status_code, 303)
        booking = self.bookings("confirmed").filtered(lambda b: b.source == "public")
        self.assertEqual(booking.start, self.monday(11))

    def test_coming_back_late_says_so(self):
        answer = self.choose()
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        page = self.follow(answer)
        self.assertIn("The ten minutes are over", self.text(page))
        [form] = page.xpath("//main//form")
        self.assertIn("Your details", self.text(self.follow(self.send(form))))

    def test_coming_back_too_late_offers_others(self):
        answer = self.choose()
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        self.book(client=self.client_two)
        page = self.follow(answer, status=409)
        self.assertIn("These are free", self.text(page))

    def test_notice_that_runs_out_while_the_form_is_filled_in_is_forgiven(self):
        page = self.form_page()
        self.service.notice_hours = 24 * 30
        self.assertEqual(self.fill(page).status_code, 303)

    def test_hold_of_somebody_else_is_not_used(self):
        self.choose()
        token = self.bookings("held").hold_token
        self.another_visitor()
        page = self.form_page(self.monday(14))
        self.fill(page, start=write_start(self.monday(10)), hold="x" + token)
        self.assertFalse(self.bookings("confirmed"))

    def test_time_outside_hours_cannot_be_had(self):
        page = self.times_page()
        [form] = page.xpath("//*[@id='times']//form")
        for start in (self.monday(20), self.monday(10, 10), fields.Datetime.now()):
            answer = self.send(form, start=write_start(start))
            self.assertEqual(answer.status_code, 409)
        self.assertFalse(self.bookings("held"))
