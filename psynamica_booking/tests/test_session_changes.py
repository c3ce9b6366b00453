# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client moves or cancels the own session on its page."""

from __future__ import annotations

from odoo.tests import tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .session_page_case import LATE_TEXT, SessionPageCase


@tagged("post_install", "-at_install")
class TestMoveByClient(SessionPageCase):
    def test_client_moves_by_links_and_one_button(self):
        place = self.booked_client()
        self.deliver()
        link, [before] = place._join_url(), self.sim.meetings(alive=True)
        page = self.page(place)
        [move] = page.xpath("//main//a[.='Move']/@href")
        times = self.look(f"{move}?day={self.day_of(self.monday(14))}")
        [chosen] = times.xpath("//*[@id='times']//a[.//span[.='2:00 PM']]/@href")
        ask = self.look(chosen)
        self.assertEqual(place.booking_id.start, self.monday(10))
        done = self.follow(self.send(self.form_to(ask, "/move")))
        self.assertIn("Your appointment was moved", self.text(done))
        self.assertEqual(place.booking_id.start, self.monday(14))
        self.deliver()
        [after] = self.sim.meetings(alive=True)
        self.assertEqual(after["id"], before["id"])
        self.assertNotEqual(after["start_time"], before["start_time"])
        self.assertEqual(place._join_url(), link)

    def test_own_present_time_does_not_stand_in_the_way(self):
        place = self.booked_client()
        self.ask_to_move(place, self.monday(10, 30))
        self.assertEqual(place.booking_id.start, self.monday(10, 30))

    def test_present_time_cannot_be_chosen(self):
        place = self.booked_client()
        page = self.page(place, f"/move?day={self.day_of(self.monday(10))}")
        [own] = page.xpath("//*[@id='times']//li[contains(., '10:00 AM')]")
        self.assertIn("your time now", own.text_content())
        self.assertFalse(own.xpath(".//a"))

    def test_times_open_on_the_day_of_the_session(self):
        start = self.monday(10, weeks=5)
        page = self.page(self.booked_client(start=start), "/move")
        [day] = page.xpath("//table//a[@aria-current='date']/@href")
        self.assertIn(f"day={self.day_of(start)}", day)
        self.assertTrue(page.xpath("//*[@id='times']//a"))

    def test_times_open_on_the_next_free_day_where_there_is_none_that_day(self):
        start = self.monday(10, weeks=2)
        place = self.booked_client(start=start)
        self.service.notice_hours = 24 * 22  # beyond the session, not the month after
        page = self.page(place, "/move")
        [day] = page.xpath("//table//a[@aria-current='date']/@href")
        self.assertGreater(day.partition("day=")[2][:10], self.day_of(start))

    def test_times_open_where_something_is_free_before_a_full_month(self):
        start = self.monday(10, weeks=11)
        place = self.booked_client(start=start)
        self.service.horizon_days = 10
        page = self.page(place, "/move")
        [day] = page.xpath("//table//a[@aria-current='date']/@href")
        self.assertLess(day.partition("day=")[2][:10], self.day_of(start))

    def test_russian_days_begin_small_inside_a_sentence(self):
        place = self.booked_client()
        text = self.text(self.page(place, "/move?lang=ru_RU"))
        self.assertIn(": понедельник, ", text)
        text = self.text(self.page(place, "?lang=ru_RU"))
        self.assertRegex(text, r"Понедельник, \d+ \w+ 20\d\d г\., 10:00 – 10:50")

    def test_old_and_new_time_are_told_before_moving(self):
        place = self.booked_client()
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        text = self.text(page)
        self.assertRegex(text, r"Time so far Monday, .* 10:00 AM – 10:50 AM New time")
        self.assertRegex(text, r"New time Monday, .* 12:00 PM – 12:50 PM Time zone")

    def test_pressing_twice_moves_once(self):
        place = self.booked_client()
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        form = self.form_to(page, "/move")
        self.send(form)
        count = len(place.booking_id.message_due_ids)
        again = self.follow(self.send(form))
        self.assertIn("Your appointment was moved", self.text(again))
        self.assertEqual(place.booking_id.start, self.monday(12))
        self.assertEqual(place.booking_id.moved_from, self.monday(10))
        self.assertEqual(len(place.booking_id.message_due_ids), count)

    def test_time_just_taken_offers_the_nearest(self):
        place = self.booked_client()
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        self.book(self.monday(12), client=self.client_two)
        answer = self.send(self.form_to(page, "/move"))
        self.assertEqual(answer.status_code, 409)
        taken = self.page_of(answer)
        self.assertIn("not free any more", self.text(taken))
        self.assertEqual(place.booking_id.start, self.monday(10))
        others = taken.xpath("//ul[@class='pb-others']//a/@href")
        self.assertTrue(others)
        self.follow(self.send(self.form_to(self.look(others[0]), "/move")))
        self.assertNotEqual(place.booking_id.start, self.monday(10))

    def test_time_outside_the_rules_is_refused(self):
        place = self.booked_client()
        answer = self.ask_to_move(place, self.monday(3))
        self.assertEqual(answer.status_code, 409)
        self.assertEqual(place.booking_id.start, self.monday(10))

    def test_nonsense_leads_back_to_the_times(self):
        place = self.booked_client()
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        for start in ("", "tomorrow", "9999-99-99T99:99Z", "0001-01-01T00:00Z"):
            answer = self.send(self.form_to(page, "/move"), start=start)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(place.booking_id.start, self.monday(10))

    def test_too_late_there_is_no_button_and_no_way(self):
        place = self.booked_client(start=self.soon(hours=30))
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        self.service.cancel_hours = 48
        self.assertFalse(self.page(place).xpath("//main//a[.='Move']"))
        self.assertEqual(self.get(f"/session/{place.token}/move").status_code, 303)
        told = self.follow(self.send(self.form_to(page, "/move")))
        self.assertIn("Nothing was changed", self.text(told))
        self.assertNotEqual(place.booking_id.start, self.monday(12))

    def test_rule_is_said_before_pressing(self):
        text = self.text(self.page(self.booked_client()))
        self.assertRegex(text, r"in time until .* 10:00")
        self.assertIn(LATE_TEXT, text)

    def test_one_of_several_does_not_move_the_others(self):
        self.service.write({"kind": "couple", "capacity": 2})
        place = self.booked_client(self.client, self.client_two)[0]
        page = self.page(place)
        self.assertFalse(page.xpath("//main//a[.='Move']"))
        self.assertIn("You are not the only one who comes", self.text(page))
        self.assertIn("goes on for the others", self.text(self.page(place, "/cancel")))
        self.assertEqual(self.get(f"/session/{place.token}/move").status_code, 303)

    def test_time_of_a_group_is_nobodys_to_move_but_another_date_can_be_booked(self):
        self.service.write({"kind": "group", "capacity": 4})
        place = self.booked_client()
        page = self.page(place)
        self.assertFalse(page.xpath("//main//a[.='Move']"))
        self.assertIn("The time of a group is the same for everybody", self.text(page))
        [other] = page.xpath("//main//a[.='book another date']/@href")
        self.look(other)
        self.service.is_published = False
        text = self.text(self.page(place))
        self.assertNotIn("book another date", text)
        self.assertIn("For another date please contact the practice", text)

    def test_too_late_to_move_is_said(self):
        place = self.booked_client(start=self.soon(hours=30))
        self.service.cancel_hours = 48
        self.assertIn("too late to move it here", self.text(self.page(place)))


@tagged("post_install", "-at_install")
class TestCancelByClient(SessionPageCase):
    def test_client_cancels_with_a_reason(self):
        place = self.booked_client()
        self.deliver()
        done = self.follow(self.press(place, "/cancel", reason="  ill \n today "))
        self.assertIn("Your appointment was cancelled", self.text(done))
        [other] = done.xpath("//main//a[.='Book another appointment']/@href")
        self.look(other)
        booking = place.booking_id
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.cancelled_by, "client")
        self.assertEqual(booking.cancel_reason, "ill today")
        self.assertFalse(booking.is_late)
        self.deliver()
        self.assertFalse(self.sim.meetings(alive=True))

    def test_reason_may_be_left_out(self):
        place = self.booked_client()
        self.press(place, "/cancel")
        self.assertEqual(place.booking_id.state, "cancelled")

    def test_late_cancelling_is_said_before_and_noted(self):
        place = self.booked_client(start=self.soon(hours=3))
        page = self.page(place, "/cancel")
        self.assertIn("counts as late", self.text(page))
        self.assertIn(LATE_TEXT, self.text(page))
        done = self.follow(self.send(self.form_to(page, "/cancel")))
        self.assertTrue(place.booking_id.is_late)
        self.assertIn("It was cancelled late", self.text(done))

    def test_declining_the_invitation_late_is_said_on_the_page(self):
        place = self.booked_client(start=self.soon(hours=3))
        place._attendee().do_decline()
        self.commit()
        self.assertTrue(place.booking_id.is_late)
        self.assertIn("It was cancelled late", self.text(self.page(place)))

    def test_pressing_twice_cancels_once(self):
        place = self.booked_client()
        page = self.page(place, "/cancel")
        self.send(self.form_to(page, "/cancel"))
        at, count = place.booking_id.cancelled_at, len(place.booking_id.message_due_ids)
        self.env.cr.execute("UPDATE psynamica_booking SET cancel_reason = 'first'")
        self.env.invalidate_all()
        again = self.follow(self.send(self.form_to(page, "/cancel"), reason="second"))
        self.assertIn("Your appointment was cancelled", self.text(again))
        self.assertEqual(place.booking_id.cancelled_at, at)
        self.assertEqual(place.booking_id.cancel_reason, "first")
        self.assertEqual(len(place.booking_id.message_due_ids), count)

    def test_what_has_begun_is_not_cancelled(self):
        place = self.booked_client(start=self.soon(hours=1))
        page = self.page(place, "/cancel")
        place.booking_id.write(
            {"start": self.soon(minutes=-5), "stop": self.soon(minutes=45)}
        )
        told = self.follow(self.send(self.form_to(page, "/cancel")))
        self.assertIn("Nothing was changed", self.text(told))
        self.assertEqual(place.booking_id.state, "confirmed")


@tagged("post_install", "-at_install")
class TestSeveralClients(SessionPageCase):
    def setUp(self):
        super().setUp()
        self.service.write({"kind": "couple", "capacity": 2})
        self.one, self.other = self.booked_client(self.client, self.client_two)
        self.deliver()

    def test_each_has_an_own_link_zone_and_language(self):
        self.other.lang = "ru_RU"
        one, other = self.page(self.one), self.page(self.other)
        self.assertIn(self.one._join_url(), one.xpath("//a/@href"))
        self.assertIn(self.other._join_url(), other.xpath("//a/@href"))
        self.assertNotEqual(self.one._join_url(), self.other._join_url())
        self.assertIn("Berlin", self.text(one))
        self.assertEqual(other.xpath("/html/@lang"), ["ru-RU"])

    def test_none_sees_the_others(self):
        for step in ("", "/cancel", "/appointment.ics"):
            text = self.get(f"/session/{self.one.token}{step}").text
            text = text.replace("\r\n ", "")
            for secret in (
                self.client_two.name,
                self.client_two.email,
                self.other.token,
                self.other._join_url(),
            ):
                self.assertNotIn(secret, text)

    def test_one_cancels_and_the_session_goes_on(self):
        self.service.cancel_hours = 24 * 60
        self.press(self.one, "/cancel", reason="ill")
        booking = self.one.booking_id
        self.assertTrue(self.one.is_late)
        self.assertEqual(booking.cancel_reason, "ill")
        self.assertFalse(booking.is_late)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(self.one.state, "cancelled")
        self.assertNotIn(self.client, booking.event_id.partner_ids)
        self.assertIn("Cancelled.", self.text(self.page(self.one)))
        self.assertIn("Confirmed.", self.text(self.page(self.other)))

    def test_pressing_twice_does_not_cancel_the_other(self):
        page = self.page(self.one, "/cancel")
        self.send(self.form_to(page, "/cancel"))
        self.send(self.form_to(page, "/cancel"))
        self.assertEqual(self.other.state, "booked")
        self.assertEqual(self.one.booking_id.state, "confirmed")

    def test_therapist_removes_one(self):
        self.one.with_user(self.therapist).action_remove()
        self.assertEqual(self.one.state, "cancelled")
        self.assertEqual(self.other.state, "booked")
        self.assertEqual(self.one.booking_id.state, "confirmed")

    def test_last_one_is_not_removed(self):
        self.one.with_user(self.therapist).action_remove()
        with self.assertRaisesRegex(Exception, "cancel the session instead"):
            self.other.with_user(self.therapist).action_remove()

    def test_colleague_removes_nobody(self):
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            self.one.with_user(self.colleague).action_remove()
        self.assertEqual(self.one.state, "booked")
