# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client's page about the own session: what it shows."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from odoo.tests import tagged

from .session_page_case import SessionPageCase


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
        self.only_leads_to_another(place, page)

    def only_leads_to_another(self, place, page):
        """Check that this session cannot be joined or changed, another one booked."""
        self.assertFalse(page.xpath("//main//form"))
        [link] = page.xpath("//main//a")
        self.assertEqual(link.text_content(), "Book another appointment")
        self.assertEqual(urlsplit(link.get("href")).path, "/book")
        self.service.is_published = False
        self.assertFalse(self.page(place).xpath("//main//a"))

    def test_session_of_yesterday_is_over(self):
        place = self.booked_client(start=self.soon(days=-1))
        page = self.page(place)
        self.assertIn("Over.", self.text(page))
        self.only_leads_to_another(place, page)

    def others(self, place):
        page = self.page(place)
        return page.xpath("//section[@aria-labelledby='others-title']//a/@href")

    def test_next_and_past_sessions_of_this_client_are_listed(self):
        place = self.booked_client()
        self.assertEqual(self.others(place), [])
        coming = self.booked_client(start=self.monday(12))
        past = self.booked_client(start=self.soon(days=-2))
        self.booked_client(self.client_two, start=self.monday(14))
        cancelled = self.booked_client(start=self.monday(15))
        cancelled.booking_id._cancel("practice")
        paths = [urlsplit(address).path for address in self.others(place)]
        self.assertEqual(paths, [f"/session/{coming.token}", f"/session/{past.token}"])

    def test_who_books_with_somebody_elses_address_learns_of_no_other_session(self):
        self.booked_client(start=self.monday(12))
        place = self.booked_client(source="public")
        self.assertEqual(self.others(place), [])

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
        before = self.env["mail.mail"].sudo().search([])
        self.commit()
        self.env.ref("psynamica_booking.ir_cron_messages").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].sudo().search([]) - before
        [mail] = mails.filtered(
            lambda m: (
                place.partner_id in m.recipient_ids
                and m.subject == "A new room for your appointment"
            )
        )
        self.assertIn(place._join_url(), mail.body_html)

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
