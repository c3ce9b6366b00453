# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A booking made by people of the practice, and what they may write of it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import serialize_exception
from odoo.tests import Form, tagged

from ..models.booking_making import SlotTaken
from .booking_case import ZONE, BookingCase, BookingHttpCase


@tagged("post_install", "-at_install")
class TestNewBooking(BookingCase):
    def form(self, user=None):
        return Form(self.env["psynamica.booking.new"].with_user(user or self.therapist))

    def test_service_and_therapist_are_filled_in(self):
        form = self.form()
        self.assertEqual(form.service_id, self.service)
        self.assertEqual(form.user_id, self.therapist)

    def test_a_name_and_a_time_are_enough(self):
        form = self.form()
        form.partner_id = self.client
        form.start = self.monday(10)
        action = form.save().action_create()
        booking = self.env["psynamica.booking"].browse(action["res_id"])
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.partner_id, self.client)
        self.commit()
        self.deliver()
        seen = booking.with_user(self.therapist)
        self.assertEqual(seen.video_state, "ready")
        self.assertIn("/video/join/", seen.client_link)

    def test_another_service_is_remembered(self):
        other = self.service.copy({"name": "Other", "sequence": 99})
        form = self.form()
        form.service_id = other
        form.partner_id = self.client
        form.start = self.monday(10)
        form.save().action_create()
        self.assertEqual(self.form().service_id, other)

    def test_new_address_is_kept_and_an_old_one_is_not_overwritten(self):
        nobody = self.env["res.partner"].create({"name": "New client"})
        for partner, wanted in ((nobody, "new@client.test"), (self.client, None)):
            form = self.form()
            form.partner_id = partner
            form.email = "new@client.test"
            form.start = self.monday(10 if wanted else 12)
            form.save().action_create()
            self.assertEqual(partner.email, wanted or "pavel@client.test")

    def test_missing_things_are_named(self):
        form = self.form()
        with self.assertRaisesRegex(UserError, "client"):
            form.save().action_create()
        form.partner_id = self.client
        with self.assertRaisesRegex(UserError, "time"):
            form.save().action_create()

    def test_time_just_taken_is_refused_in_words(self):
        form = self.form()
        form.partner_id = self.client
        form.start = self.monday(10)
        self.book(client=self.client_two)
        # Eleven is the next; London's clock shows one hour less than Berlin's.
        new = form.save().with_context(lang="en_US", tz="Europe/London")
        with self.assertRaisesRegex(SlotTaken, r"\nMonday, .*10:00") as refused:
            new.action_create()
        monday = fields.Date.to_date(self.monday(10))
        self.assertIn(f"{monday:%B} {monday.day}, ", str(refused.exception))
        self.assertEqual(len(str(refused.exception).splitlines()), 7)
        # Without it the web client shows a fault of the server, with a traceback.
        shown = serialize_exception(refused.exception)["context"]
        self.assertEqual(shown["exception_class"], "odoo.exceptions.UserError")

    def test_nearest_times_are_told_in_the_language_of_who_books(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.book()
        asking = self.env["psynamica.booking"].with_context(
            lang="ru_RU", tz="Europe/Berlin"
        )
        with self.assertRaisesRegex(SlotTaken, "\nПонедельник, .*, 11:00"):
            asking._book(
                self.service,
                self.therapist,
                self.monday(10),
                [{"partner_id": self.client_two.id}],
            )

    def test_moving_to_a_taken_time_names_others_and_not_the_own(self):
        self.book(client=self.client_two)
        booking = self.book(self.monday(14)).with_user(self.therapist)
        own = booking.with_context(lang="en_US", tz=ZONE)
        with self.assertRaisesRegex(SlotTaken, "11:00"):
            own.write({"start": self.monday(10)})
        form = Form(
            self.env["psynamica.booking.new"]
            .with_user(self.therapist)
            .with_context(**booking.action_move()["context"], lang="en_US", tz=ZONE)
        )
        form.start = self.monday(10)
        with self.assertRaisesRegex(SlotTaken, "11:00"):
            form.save().action_move()

    def test_time_outside_the_hours_is_the_therapists_own_business(self):
        form = self.form()
        form.partner_id = self.client
        form.other_time = self.monday(20)
        form.save().action_create()
        booking = self.env["psynamica.booking"].search([], limit=1, order="id desc")
        self.assertEqual(booking.start, self.monday(20))

    def test_only_the_reception_books_for_colleagues(self):
        form = self.form(self.colleague)
        form.user_id = self.therapist
        form.partner_id = self.client
        form.start = self.monday(10)
        with self.assertRaises(UserError):
            form.save().action_create()
        form = self.form(self.reception)
        form.service_id = self.service
        form.user_id = self.therapist
        form.partner_id = self.client
        form.start = self.monday(10)
        form.save().action_create()
        self.deliver()
        booking = self.env["psynamica.booking"].search([], limit=1, order="id desc")
        self.assertEqual(booking.with_user(self.reception).video_state, "ready")

    def test_clients_clock_is_shown_when_it_differs(self):
        form = self.form()
        form.partner_id = self.client
        self.assertFalse(form.client_tz)  # Prague keeps Berlin's time
        form.partner_id = self.client_two
        self.assertEqual(form.client_tz, "America/New_York")

    def test_therapists_clock_is_shown_to_whoever_books_from_elsewhere(self):
        self.reception.tz = "Europe/Prague"  # keeps Berlin's time
        form = self.form(self.reception)
        form.service_id = self.service
        form.user_id = self.therapist
        self.assertFalse(form.therapist_tz)
        self.reception.tz = "Asia/Tbilisi"
        form = self.form(self.reception)
        form.service_id = self.service
        form.user_id = self.therapist
        self.assertEqual(form.therapist_tz, "Europe/Berlin")

    def test_therapist_without_zoom_is_told_beforehand(self):
        self.assertFalse(self.form().zoom_missing)
        form = self.form()
        form.user_id = self.colleague
        self.assertTrue(form.zoom_missing)

    def test_first_free_day_is_filled_in(self):
        form = self.form()
        today = fields.Date.context_today(
            self.env["res.users"].with_user(self.therapist)
        )
        self.assertGreaterEqual(form.day, today)
        free = self.service.with_user(self.therapist).free_slots(
            self.service.id,
            self.therapist.id,
            fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=1)),
            fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=14)),
        )
        first = fields.Datetime.to_datetime(free[0]["start"])
        zoned = self.env["res.users"].with_context(tz=ZONE)
        self.assertEqual(
            form.day, fields.Datetime.context_timestamp(zoned, first).date()
        )

    def test_move_begins_on_the_day_of_the_session(self):
        late = self.book(self.monday(23, 30))
        late.user_id.tz = "Asia/Tokyo"
        action = (
            late.with_user(self.therapist).with_context(tz="Asia/Tokyo").action_move()
        )
        tuesday = self.monday(0).date() + timedelta(days=2)
        self.assertEqual(action["context"]["default_day"], str(tuesday))

    def test_without_services_it_says_what_to_do_first(self):
        self.assertTrue(self.form().has_services)
        self.env["psynamica.booking.service"].search([]).active = False
        form = self.form()
        self.assertFalse(form.has_services)
        today = fields.Date.context_today(self.service.with_user(self.therapist))
        self.assertEqual(form.day, today)

    def test_place_pressed_in_the_calendar_is_the_time(self):
        bookings = self.env["psynamica.booking"].with_user(self.therapist)
        start = self.monday(20)
        action = bookings.action_new(fields.Datetime.to_string(start))
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.therapist)
            .with_context(**action["context"])
        )
        form.partner_id = self.client
        form.save().action_create()
        self.assertEqual(bookings.search([], limit=1, order="id desc").start, start)

    def test_next_free_day(self):
        friday = self.monday(9) + timedelta(days=4)
        day = self.env["psynamica.booking.new"].with_user(self.therapist)
        found = day.next_free_day(
            self.service.id,
            self.therapist.id,
            fields.Date.to_string(friday.date() + timedelta(days=1)),
        )
        monday = self.monday(9, weeks=2).date()
        self.assertEqual(found, fields.Date.to_string(monday))


@tagged("post_install", "-at_install")
class TestWritingABooking(BookingCase):
    def test_dragging_in_the_calendar_moves_the_session(self):
        booking = self.book()
        start = self.monday(14)
        booking.with_user(self.therapist).write(
            {"start": start, "stop": start + timedelta(minutes=50)}
        )
        self.assertEqual(booking.event_id.start, start)
        self.assertIn(start, self.told_starts(booking))

    def test_dragging_onto_another_session_is_refused(self):
        self.book(self.monday(14), client=self.client_two)
        booking = self.book()
        with self.assertRaises(SlotTaken):
            booking.with_user(self.therapist).write({"start": self.monday(14)})

    def test_note_is_free(self):
        booking = self.book()
        booking.with_user(self.therapist).note = "Bring the form."
        self.assertEqual(booking.note, "Bring the form.")

    def test_nothing_else_can_be_written(self):
        booking = self.book().with_user(self.manager)
        for values in (
            {"state": "done"},
            {"is_late": True},
            {"event_id": False},
            {"source": "public"},
            {"service_id": self.service.id},
            {"participant_ids": []},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                booking.write(values)

    def test_colleagues_booking_is_out_of_reach(self):
        booking = self.book().with_user(self.colleague)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            booking.write({"note": "?"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            booking.action_cancel()


@tagged("post_install", "-at_install")
class TestNewBookingOnScreen(BookingHttpCase):
    def test_therapist_books_from_today(self):
        self.therapist.odoobot_state = "disabled"
        self.start_tour(
            "/odoo/bookings-today",
            "psynamica_new_booking",
            login=self.therapist.login,
        )
        booking = self.env["psynamica.booking"].search(
            [("user_id", "=", self.therapist.id)]
        )
        self.assertEqual(booking.partner_id.name, "Viola Client")
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(booking.event_id)

    def test_time_that_was_taken_meanwhile_is_offered_no_more(self):
        self.therapist.odoobot_state = "disabled"
        self.start_tour(
            "/odoo/bookings-today", "psynamica_taken_time", login=self.therapist.login
        )
        bookings = self.env["psynamica.booking"].search(
            [("user_id", "=", self.therapist.id)]
        )
        self.assertEqual(len(bookings), 2)
        self.assertEqual(len(set(bookings.mapped("start"))), 2)
