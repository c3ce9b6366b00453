# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client's page about the own session: what it shows, and what it does."""

from __future__ import annotations

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .session_page_case import LATE_TEXT, SessionPageCase


@tagged("post_install", "-at_install")
class TestSessionPage(SessionPageCase):
    def test_page_says_what_when_and_with_whom(self):
        text = self.text(self.page(self.booked_client()))
        self.assertIn("Appointment, 50 minutes, online by Zoom", text)
        self.assertIn("Maria Weber", text)
        self.assertRegex(text, r"Monday, .* 20\d\d, 10:00 AM – 10:50 AM")
        self.assertRegex(text, r"Time zone Berlin \(GMT\+0[12]:00\)")
        self.assertIn("Confirmed.", text)
        self.assertNotIn("At the practice", text)

    def test_practices_clock_is_shown_when_it_differs(self):
        place = self.booked_client(self.client_two)
        text = self.text(self.page(place))
        self.assertIn("Time zone New York (GMT", text)
        self.assertRegex(text, r"At the practice .* 10:00 AM – 10:50 AM \(Berlin\)")

    def test_nothing_says_what_the_practice_does(self):
        self.service.name = "Psychotherapy"
        place = self.booked_client()
        self.deliver()
        for step in ("", "/move", "/cancel"):
            answer = self.get(f"/session/{place.token}{step}")
            self.assertNotIn("sychotherapy", answer.text)

    def test_link_appears_by_itself_when_the_meeting_is_there(self):
        place = self.booked_client()
        self.commit()
        waiting = self.page(place)
        self.assertIn("The Zoom room is being made", self.text(waiting))
        self.assertEqual(waiting.xpath("//@data-poll"), ["3"])
        [refresh] = waiting.xpath("//noscript/meta/@content")
        self.assertEqual(refresh.rsplit("/", 1)[-1], "3")  # lxml takes it for a link
        self.deliver()
        ready = self.page(place)
        self.assertEqual(
            ready.xpath("//a[normalize-space()='Join']/@href"), [place._join_url()]
        )
        self.assertFalse(ready.xpath("//noscript"))
        self.assertNotEqual(waiting.xpath("//@data-mark"), ready.xpath("//@data-mark"))

    def test_page_says_how_to_join_without_an_account(self):
        place = self.booked_client()
        self.deliver()
        text = self.text(self.page(place))
        self.assertIn("Join from your browser", text)
        self.assertIn("With the Zoom app", text)

    def test_zooms_own_data_are_shown_where_the_practice_shares_them(self):
        place = self.booked_client()
        self.deliver()
        [meeting] = self.sim.meetings(alive=True)
        company = self.therapist.company_id
        company.video_share_zoom_details = True
        page = self.page(place)
        self.assertIn(meeting["password"], self.text(page))
        self.assertIn(meeting["join_url"], page.xpath("//a/@href"))
        company.video_share_zoom_details = False
        page = self.get(f"/session/{place.token}").text
        self.assertNotIn(meeting["password"], page)
        self.assertNotIn(str(meeting["id"]), page)

    def test_request_is_called_one_and_has_no_link(self):
        self.service.confirmation = "therapist"
        place = self.booked_client(source="public")
        page = self.page(place)
        self.assertIn("Requested.", self.text(page))
        self.assertFalse(page.xpath("//a[normalize-space()='Join']"))
        place.booking_id.action_confirm()
        self.deliver()
        self.assertTrue(self.page(place).xpath("//a[normalize-space()='Join']"))

    def test_cancelled_session_has_no_link_and_no_buttons(self):
        place = self.booked_client()
        self.deliver()
        place.booking_id._cancel("practice")
        page = self.page(place)
        self.assertIn("Cancelled.", self.text(page))
        self.assertFalse(page.xpath("//main//a | //main//form"))

    def test_session_of_yesterday_is_over(self):
        place = self.booked_client(start=self.soon(days=-1))
        page = self.page(place)
        self.assertIn("Over.", self.text(page))
        self.assertFalse(page.xpath("//main//a | //main//form"))

    def test_moved_session_says_when_it_was_to_be(self):
        place = self.booked_client()
        place.booking_id._move(self.monday(12))
        text = self.text(self.page(place))
        self.assertRegex(text, r"Moved, and confirmed\. It was to be on .* 10:00")
        self.assertIn("12:00 PM – 12:50 PM", text)

    def test_event_moved_in_the_calendar_is_moved_here(self):
        place = self.booked_client()
        start = self.monday(12)
        place.booking_id.event_id.with_user(self.therapist).write(
            {"start": start, "stop": start + timedelta(minutes=50)}
        )
        self.commit()
        self.assertIn("It was to be on", self.text(self.page(place)))

    def test_own_answers_are_shown(self):
        place = self.booked_client()
        self.env["psynamica.booking.answer"].create(
            {"participant_id": place.id, "question": "First time?", "value": "Yes"}
        )
        self.assertIn("First time? Yes", self.text(self.page(place)))

    def test_session_in_person_says_where(self):
        self.service.write({"location": "in_person", "address": "Elm Street 3"})
        page = self.page(self.booked_client())
        self.assertIn("Elm Street 3", self.text(page))
        self.assertFalse(page.xpath("//a[normalize-space()='Join']"))

    def test_page_is_in_the_clients_language(self):
        place = self.booked_client()
        place.lang = "ru_RU"
        self.assertEqual(self.page(place).xpath("/html/@lang"), ["ru-RU"])
        english = self.page(place, "?lang=en_US")
        self.assertEqual(english.xpath("/html/@lang"), ["en-US"])

    def test_language_chosen_stays_on_the_way(self):
        place = self.booked_client()
        page = self.page(place, "?lang=ru_RU")
        for link in page.xpath("//main//a/@href"):
            if f"/session/{place.token}/" in link:
                self.assertIn("lang=ru_RU", link)


@tagged("post_install", "-at_install")
class TestSessionCalendar(SessionPageCase):
    def test_file_is_the_one_of_the_mails(self):
        place = self.booked_client()
        self.deliver()
        link = self.page(place).xpath("//a[contains(., '.ics')]/@href")[0]
        answer = self.get(link)
        self.assertIn("text/calendar", answer.headers["Content-Type"])
        file = answer.text.replace("\r\n ", "")
        self.assertIn(place.booking_id.event_id.video_ics_uid, file)
        self.assertIn(place._join_url(), file)

    def test_calendars_on_the_web_get_neutral_words_and_our_link(self):
        self.service.name = "Psychotherapy"
        place = self.booked_client()
        self.deliver()
        page = self.page(place)
        [google] = page.xpath("//a[.='Google']/@href")
        [outlook] = page.xpath("//a[.='Outlook']/@href")
        token = place._join_url().rsplit("/", 1)[1]
        begin = place.booking_id.start.strftime("%Y%m%dT%H%M%SZ")
        self.assertIn(begin, google)
        for link in (google, outlook):
            self.assertIn("Appointment", link)
            self.assertIn(token, link)
            self.assertNotIn("sychotherapy", link)

    def test_there_is_no_file_for_what_does_not_take_place(self):
        place = self.booked_client()
        self.deliver()
        place.booking_id._cancel("practice")
        answer = self.get(f"/session/{place.token}/appointment.ics")
        self.assertEqual(answer.status_code, 303)


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


@tagged("post_install", "-at_install")
class TestRoomTrouble(SessionPageCase):
    def place_now(self, **ahead):
        place = self.booked_client(start=self.soon(**(ahead or {"minutes": 5})))
        self.deliver()
        return place

    def has_button(self, place):
        page = self.page(place)
        return bool(page.xpath("//button[contains(., 'room doesn')]"))

    def test_button_is_there_around_the_start_only(self):
        self.assertTrue(self.has_button(self.place_now(minutes=14)))

    def test_button_is_not_there_long_before(self):
        self.assertFalse(self.has_button(self.place_now(minutes=20)))

    def test_button_is_not_there_long_after(self):
        self.assertFalse(self.has_button(self.place_now(minutes=-16)))

    def test_new_meeting_is_behind_the_same_link(self):
        place = self.place_now()
        link, [old] = place._join_url(), self.sim.meetings(alive=True)
        self.press(place, "/room")
        self.deliver()
        [new] = self.sim.meetings(alive=True)
        self.assertNotEqual(new["id"], old["id"])
        page = self.page(place)
        self.assertIn(link, page.xpath("//a[normalize-space()='Join']/@href"))
        leads = self.get("/video/join/" + link.rsplit("/", 1)[1])
        self.assertEqual(leads.headers["Location"], new["join_url"])

    def test_both_sides_are_told(self):
        place = self.place_now()
        self.press(place, "/room")
        told = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.therapist.partner_id.id)]
        )
        self.assertIn("did not work", told.mail_message_id[:1].body)
        sent = self.env["bus.bus"].sudo().search([]).mapped("message")
        self.assertTrue([one for one in sent if "simple_notification" in one])
        self.deliver()
        self.assertIn("A new room was made", self.text(self.page(place)))
        self.assertTrue(place.booking_id.with_user(self.therapist).room_is_new)

    def test_pressing_twice_makes_one_room(self):
        place = self.place_now()
        form = self.form_to(self.page(place), "/room")
        self.send(form)
        self.deliver()
        [first] = self.sim.meetings(alive=True)
        self.send(form)
        self.deliver()
        [second] = self.sim.meetings(alive=True)
        self.assertEqual(first["id"], second["id"])

    def test_there_are_not_rooms_without_end(self):
        place = self.place_now()
        form = self.form_to(self.page(place), "/room")
        for _time in range(3):
            self.send(form)
            place.booking_id.room_renewed_at -= timedelta(minutes=2)
            self.deliver()
        at = place.booking_id.room_renewed_at
        told = self.follow(self.send(form))
        self.assertIn("contact the practice", self.text(told))
        self.assertEqual(place.booking_id.room_renewed_at, at)

    def test_too_early_nothing_is_made(self):
        place = self.place_now()
        form = self.form_to(self.page(place), "/room")
        later = self.soon(hours=2)
        place.booking_id.write({"start": later, "stop": later + timedelta(hours=1)})
        self.send(form)
        self.assertFalse(place.booking_id.room_renewed_at)

    def test_who_does_not_take_part_any_more_makes_none(self):
        self.service.write({"kind": "couple", "capacity": 2})
        places = self.booked_client(
            self.client, self.client_two, start=self.soon(minutes=5)
        )
        self.deliver()
        form = self.form_to(self.page(places[0]), "/room")
        self.press(places[0], "/cancel")
        self.send(form)
        self.assertFalse(places.booking_id.room_renewed_at)


@tagged("post_install", "-at_install")
class TestSessionLink(SessionPageCase):
    STEPS = ("", "/move", "/cancel", "/room", "/appointment.ics")

    def test_unknown_token_leads_nowhere(self):
        known = self.booked_client().token
        for token in ("x", "A" * 32, known[:-1], known + "A", "%00", "é" * 32):
            for step in self.STEPS:
                answer = self.get(f"/session/{token}{step}")
                self.assertIn(answer.status_code, (404, 429), token)

    def test_trying_links_is_slowed_down(self):
        answers = [self.get(f"/session/{'B' * 31}{n % 10}") for n in range(40)]
        self.assertEqual(answers[-1].status_code, 429)
        self.assertIn("Retry-After", answers[-1].headers)
        self.page(self.booked_client())  # the link of a session works all the same

    def test_looking_changes_nothing_in_the_database(self):
        place = self.booked_client(start=self.soon(minutes=10))
        later = self.booked_client(self.client_two)
        self.deliver()
        before = self.database()
        for token in (place.token, later.token):
            for step in (
                *self.STEPS,
                f"/move?start={write_start(self.monday(14))}",
                "/cancel?reason=x",
                "?done=cancelled",
            ):
                for method in ("GET", "HEAD"):
                    answer = self.get(f"/session/{token}{step}", method=method)
                    self.assertIn(answer.status_code, (200, 303))
        self.assertEqual(self.database(), before)

    def test_nothing_is_changed_without_the_token_of_the_browser(self):
        place = self.booked_client(start=self.soon(minutes=10))
        later = self.booked_client(self.client_two)
        self.deliver()
        written = {"start": write_start(self.monday(14)), "reason": "x"}
        before = self.database()
        for token in (place.token, later.token):
            for step in ("/move", "/cancel", "/room"):
                for csrf in ({}, {"csrf_token": "forged"}):
                    answer = self.get(
                        f"/session/{token}{step}", method="POST", data=written | csrf
                    )
                    self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.database(), before)

    def test_address_stays_secret(self):
        place = self.booked_client()
        self.deliver()
        for step in ("", "/move", "/cancel", "/appointment.ics"):
            headers = self.get(f"/session/{place.token}{step}").headers
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["Cache-Control"], "no-store")

    def test_nobody_frames_the_page(self):
        place = self.booked_client()
        self.env.company.booking_embed_hosts = "https://practice.example"
        for query in ("", "?embed=1"):
            headers = self.get(f"/session/{place.token}{query}").headers
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_token_is_in_no_log(self):
        place = self.booked_client()
        with self.assertLogs() as logs:
            for step in self.STEPS:
                self.get(f"/session/{place.token}{step}")
            self.get(f"/session/{place.token}/cancel", method="POST", data={"a": "b"})
            self.get(
                f"/session/{place.token}/cancel",
                method="POST",
                data={"csrf_token": "forged"},
            )
        text = "\n".join(logs.output)
        self.assertIn("/session/", text)
        self.assertIn('"POST /session/***', text)
        self.assertNotIn(place.token, text)


@tagged("post_install", "-at_install")
class TestPortal(SessionPageCase):
    def setUp(self):
        super().setUp()
        self.portal_user = self.env["res.users"].create(
            {
                "name": self.client.name,
                "login": "pavel@client.test",
                "password": "pavel@client.test",
                "partner_id": self.client.id,
                "group_ids": [
                    fields.Command.set([self.env.ref("base.group_portal").id])
                ],
            }
        )

    def my_sessions(self):
        self.log_in(self.portal_user)
        return self.look("/my/sessions")

    def test_next_and_past_sessions_lead_to_their_pages(self):
        place = self.booked_client()
        past = self.booked_client(start=self.soon(days=-2))
        self.deliver()
        page = self.my_sessions()
        links = page.xpath("//main//a/@href")
        for one in (place, past):
            self.assertTrue(any(link.endswith(one.token) for link in links))
        self.assertIn(place._join_url(), links)
        self.look(next(link for link in links if link.endswith(place.token)))

    def test_only_the_own_sessions_are_there(self):
        mother = self.env["res.partner"].create({"name": "Practice client GmbH"})
        (self.client | self.client_two).parent_id = mother
        mine, other = (
            self.booked_client(),
            self.booked_client(self.client_two, start=self.monday(14)),
        )
        self.service.write({"kind": "couple", "capacity": 2})
        both = self.booked_client(self.client, self.client_two, start=self.monday(12))
        self.deliver()
        text = self.get_logged_in()
        self.assertIn(mine.token, text)
        self.assertIn(both[0].token, text)
        self.assertNotIn(other.token, text)
        self.assertNotIn(both[1].token, text)
        self.assertNotIn("Olga", text)

    def get_logged_in(self):
        self.log_in(self.portal_user)
        return self.get("/my/sessions").text

    def test_home_counts_them(self):
        self.booked_client()
        self.log_in(self.portal_user)
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["session_count"]}
        )
        self.assertEqual(answer["session_count"], 1)
        self.assertIn("/my/sessions", self.get("/my/home").text)

    def test_login_is_needed(self):
        self.assertIn(self.get("/my/sessions").status_code, (302, 303))

    def test_client_reads_no_booking_by_rpc(self):
        place = self.booked_client()
        for model in ("psynamica.booking", "psynamica.booking.participant"):
            with self.assertRaisesRegex(Exception, "not allowed|access"):
                self.env[model].with_user(self.portal_user).search_read([])
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            place.with_user(self.portal_user).action_remove()
