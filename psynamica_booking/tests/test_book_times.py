# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which times the scheduling page shows to whom, and what strangers may ask of it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, sql_db
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .book_page_case import BookPageCase
from .booking_case import ZONE

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)
WILD = (
    "x",
    "9999-99",
    "0000-01",
    "9999-12",
    "-1",
    "2026-13",
    "2026-11-31",
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59Z",
    "0001-01-01T00:00Z",
    "../../etc/passwd",
    "%00",
    "' OR 1=1 --",
    "<script>",
    "٢٠٢٦-١١",
    "x" * 3000,
)


@tagged("post_install", "-at_install")
class TestTimes(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.user_ids = self.therapist

    def shown(self, tree):
        """Return what the buttons of the day say."""
        return [
            " ".join(button.text_content().split())
            for button in self.buttons(tree).values()
        ]

    def test_times_are_the_therapists_until_a_zone_is_known(self):
        shown = self.shown(self.times_page())
        self.assertEqual(shown[0], "9:00 AM")
        self.assertEqual(len(shown), 15)

    def test_both_clocks_are_shown_when_they_differ(self):
        page = self.times_page(tz="America/New_York")
        self.assertIn("9:00 AM Berlin", self.shown(page)[0])
        # At 9:00 in Berlin it is three in the morning, or four for some weeks.
        self.assertRegex(self.shown(page)[0], r"^[34]:00 AM ")
        self.assertIn("Berlin", self.buttons(page).popitem()[1].get("aria-label"))

    def test_one_clock_is_shown_where_both_agree(self):
        self.assertEqual(self.shown(self.times_page(tz="Europe/Paris"))[0], "9:00 AM")

    def test_zone_chosen_once_is_remembered(self):
        self.look("/book/talk?tz=Asia/Tokyo")
        self.assertEqual(self.opener.cookies.get("tz"), "Asia/Tokyo")
        page = self.look("/book/talk")
        chosen = page.xpath("//select[@id='tz']/option[@selected]/@value")
        self.assertEqual(chosen, ["Asia/Tokyo"])

    def test_zone_is_changed_by_a_plain_form_that_keeps_the_day(self):
        page = self.times_page()
        [form] = page.xpath("//form[.//select[@id='tz']]")
        self.assertEqual(form.method, "GET")
        self.assertTrue(form.xpath(".//button"))
        changed = self.page_of(self.send_query(form, tz="Asia/Kolkata"))
        self.assertIn("9:00 AM Berlin", self.shown(changed)[0])

    def send_query(self, form, **changes):
        return self.get(form.action, params=dict(form.form_values()) | changes)

    def test_name_of_a_zone_that_browsers_still_use(self):
        page = self.times_page(tz="Asia/Calcutta")
        chosen = page.xpath("//select[@id='tz']/option[@selected]")
        self.assertEqual(len(chosen), 1)

    def test_day_of_the_visitor_may_be_another_one(self):
        start = self.monday(9)
        day = self.day_of(start, "Pacific/Honolulu")
        self.assertNotEqual(day, self.day_of(start))
        page = self.look(f"/book/talk?day={day}&tz=Pacific/Honolulu")
        self.assertIn(write_start(start), self.buttons(page))

    def test_russian_by_the_visitors_language(self):
        self.accept = "ru-RU,ru;q=0.9"
        page = self.times_page()
        self.assertEqual(page.get("lang"), "ru-RU")
        self.assertRegex(self.text(page, "//*[@id='times']/h2"), r"^Понедельник, \d")
        self.assertEqual(self.shown(page)[0], "09:00")
        [first, *_rest] = page.xpath("//table//th/abbr/@title")
        self.assertEqual(first, "понедельник")
        self.assertEqual(self.fill(self.form_page()).status_code, 303)
        self.assertEqual(self.booked().participant_ids.lang, "ru_RU")

    def test_language_chosen_by_link_is_kept_to_the_end(self):
        page = self.look("/book/talk")
        [link] = page.xpath("//nav//a[@lang='ru-RU']/@href")
        self.look(link)
        self.assertEqual(self.look("/book").get("lang"), "ru-RU")
        self.fill(self.form_page())
        self.assertEqual(self.booked().participant_ids.lang, "ru_RU")

    def test_hours_follow_the_clock_over_its_change(self):
        self.service.horizon_days = 400
        zone = ZoneInfo(ZONE)
        day = fields.Date.today() + timedelta(days=5)
        while self.offset(day, zone) == self.offset(day + timedelta(days=1), zone):
            day += timedelta(days=1)
        for workday in (day - timedelta(days=2), day + timedelta(days=2)):
            page = self.look(f"/book/talk?day={workday}&tz=UTC")
            times = self.buttons(page)
            first = datetime(*workday.timetuple()[:3], 9, tzinfo=zone)
            first = write_start(first.astimezone(ZoneInfo("UTC")))
            self.assertEqual(next(iter(times)), first)
            self.assertIn("9:00 AM Berlin", self.shown(page)[0])

    def offset(self, day, zone):
        return datetime(*day.timetuple()[:3], tzinfo=zone).utcoffset()

    def test_month_is_turned_by_links_within_what_can_be_booked(self):
        page = self.look("/book/talk")
        self.assertFalse(page.xpath("//a[@rel='prev']"))
        seen = 0
        while link := page.xpath("//a[@rel='next']/@href"):
            page = self.look(link[0])
            self.assertTrue(page.xpath("//a[@rel='prev']"))
            seen += 1
        self.assertIn(seen, (2, 3))  # sixty days

    def test_next_free_time_is_suggested(self):
        page = self.look("/book/talk")
        [form] = page.xpath("//form[contains(@class, 'pb-soonest')]")
        [button] = form.xpath(".//button")
        self.assertIn("Your details", self.text(self.follow(self.send(form, button))))

    def test_month_without_a_free_time_leads_to_the_next_one(self):
        self.service.notice_hours = 24 * 45
        page = self.look("/book/talk")
        self.assertTrue(self.buttons(page), "turned to the first month with free times")
        month = fields.Date.today().strftime("%Y-%m")
        page = self.look(f"/book/talk?month={month}")
        self.assertIn("No free times this month", self.text(page))
        [link] = page.xpath("//*[@id='times']//a/@href")
        self.assertTrue(self.buttons(self.look(link)))

    def test_nothing_free_at_all_says_whom_to_ask(self):
        self.therapist.resource_calendar_id.attendance_ids.unlink()
        self.assertIn("contact the practice", self.text(self.look("/book/talk")))

    def test_days_and_times_are_links_and_buttons(self):
        page = self.times_page()
        days = page.xpath("//table//a")
        self.assertTrue(days)
        for day in days:
            self.assertRegex(day.text_content(), r"free times:\s+\d+")
        self.assertEqual(len(page.xpath("//table//a[@aria-current='date']")), 1)
        self.assertEqual(page.xpath("//main//h1/text()"), ["Consultation"])
        self.assertFalse(page.xpath("//*[@onclick] | //*[@style] | //style"))

    def test_a_month_takes_the_same_few_queries_for_one_and_for_twenty(self):
        def queries():
            self.env.invalidate_all()
            self.look("/book/talk")  # what is read once and kept
            before = sql_db.sql_counter
            self.look("/book/talk")
            return sql_db.sql_counter - before

        one = queries()
        users = self.therapist
        for number in range(19):
            user = new_test_user(self.env, f"t{number}", name=f"Therapist {number}")
            self.give_hours(user)
            users |= user
        self.service.user_ids = users
        self.book(self.monday(14))
        self.assertEqual(queries(), one)


@tagged("post_install", "-at_install")
class TestWhatIsPublic(BookPageCase):
    def test_practice_that_offers_nothing_says_so(self):
        self.env["psynamica.booking.service"].search([]).is_published = False
        self.assertIn("Nothing can be booked", self.text(self.look("/book")))

    def test_unpublished_service_has_no_public_address(self):
        self.service.is_published = False
        self.assertNotIn("Consultation", self.text(self.look("/book")))
        self.look("/book/talk", status=404)
        self.look("/book/talk/maria-weber", status=404)
        answer = self.get("/book/talk", data=self.token(), method="POST")
        self.assertEqual(answer.status_code, 404)

    def token(self):
        page = self.look(f"/book/p/{self.service.access_token}")
        return {"csrf_token": page.xpath("//input[@name='csrf_token']/@value")[0]}

    def test_private_link_leads_to_an_unpublished_service(self):
        self.service.is_published = False
        path = f"/book/p/{self.service.access_token}"
        page = self.look(path)
        self.assertEqual(
            page.xpath("//meta[@name='robots']/@content"), ["noindex, nofollow"]
        )
        self.fill(self.form_page(path=f"{path}/otto-lang"))
        self.assertEqual(self.booked().user_id, self.colleague)
        self.look("/book/p/" + "x" * 32, status=404)

    def test_archived_service_cannot_be_booked_by_any_link(self):
        self.service.active = False
        self.look("/book/talk", status=404)
        self.look(f"/book/p/{self.service.access_token}", status=404)

    def test_archived_therapist_is_not_offered(self):
        self.colleague.active = False
        self.assertNotIn("Otto", self.text(self.look("/book/talk")))
        self.look("/book/talk/otto-lang", status=404)
        self.fill(self.form_page())
        self.assertEqual(self.booked().user_id, self.therapist)

    def test_service_without_therapists_is_not_offered(self):
        self.service.user_ids = [Command.clear()]
        self.assertNotIn("Consultation", self.text(self.look("/book")))
        self.look("/book/talk", status=404)

    def test_therapist_archived_while_the_form_is_filled_in_is_not_booked(self):
        page = self.form_page(path="/book/talk/otto-lang")
        self.colleague.active = False
        self.assertEqual(self.fill(page).status_code, 404)

    def test_two_of_one_name_have_two_links(self):
        self.colleague.name = "Maria Weber"
        links = set(self.look("/book/talk").xpath("//nav[@class='pb-people']//a/@href"))
        self.assertEqual(len(links), 3)
        for link in links:
            self.look(link)

    def test_picture_is_shown_to_those_who_saw_the_page(self):
        self.colleague.image_1920 = False
        self.therapist.image_1920 = base64.b64encode(PIXEL)
        [picture] = self.look("/book/talk").xpath("//nav//img/@src")
        answer = self.get(picture)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("image/"))
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy, "a picture may be a program")
        self.assertEqual(self.get(picture[:-1] + "x").status_code, 404)
        self.assertEqual(self.get(f"/book/photo/1/{'0' * 32}").status_code, 404)

    def test_wild_questions_get_a_page(self):
        for name in ("month", "day", "start", "tz", "lang", "embed", "nothing"):
            for value in WILD:
                with self.subTest(name=name, value=value[:20]):
                    answer = self.get("/book/talk", params={name: value})
                    self.assertIn(answer.status_code, (200, 409))
                    self.assertNotIn("<script>", answer.text)

    def test_wild_addresses_lead_nowhere(self):
        for value in ("x", "%00", "..%2f", "TALK", "talk%20", "'", "٢"):
            for path in (f"/book/{value}", f"/book/talk/{value}", f"/book/p/{value}"):
                with self.subTest(path=path):
                    self.assertIn(self.get(path).status_code, (404, 400))

    def test_wild_starts_hold_nothing(self):
        page = self.times_page()
        [form] = page.xpath("//*[@id='times']//form")
        for value in WILD:
            with self.subTest(value=value[:20]):
                answer = self.send(form, start=value)
                self.assertIn(answer.status_code, (303, 409))
        self.assertFalse(self.bookings("held"))

    def test_cookie_with_a_wild_zone_is_passed_over(self):
        for value in ("x", "../../etc/passwd", "Factory", "x" * 2000):
            self.opener.cookies.set("tz", value)
            self.look("/book/talk")


@tagged("post_install", "-at_install")
class TestFramesAndHeaders(BookPageCase):
    def policy(self, answer):
        return dict(
            rule.split(" ", 1)
            for rule in answer.headers["Content-Security-Policy"].split("; ")
        )

    def test_headers_of_every_page_are_strict(self):
        form = self.choose().headers["Location"]
        for path in ("/book", "/book/talk", "/book/nothing", form, "/booking/mail"):
            with self.subTest(path=path):
                answer = self.get(path)
                policy = self.policy(answer)
                self.assertEqual(policy["default-src"], "'none'")
                self.assertEqual(policy["script-src"], "'self'")
                self.assertEqual(policy["form-action"], "'self'")
                self.assertEqual(policy["frame-ancestors"], "'none'")
                self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
                self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(answer.headers["Cache-Control"], "no-store")
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_nobody_may_frame_until_the_practice_names_a_site(self):
        answer = self.get("/book/talk?embed=1")
        self.assertEqual(self.policy(answer)["frame-ancestors"], "'none'")
        self.assertEqual(answer.headers["X-Frame-Options"], "DENY")

    def test_named_sites_may_frame_what_is_meant_for_it(self):
        company = self.service.company_id
        company.booking_embed_hosts = "https://Practice.example/ https://*.clinic.test"
        framed = self.get("/book/talk?embed=1")
        self.assertEqual(
            self.policy(framed)["frame-ancestors"],
            "https://practice.example https://*.clinic.test",
        )
        self.assertNotIn("X-Frame-Options", framed.headers)
        plain = self.get("/book/talk")
        self.assertEqual(self.policy(plain)["frame-ancestors"], "'none'")

    def test_only_sites_can_be_named(self):
        for wrong in (
            "*",
            "practice.example",
            "https://a.test; script-src *",
            "https:",
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                self.service.company_id.booking_embed_hosts = wrong

    def test_frame_leads_to_the_page_itself_without_cookies(self):
        self.opener.cookies.clear()
        page = self.look("/book/talk?embed=1&tz=Asia/Tokyo")
        for link in page.xpath("//table//a/@href"):
            self.assertIn("embed=1", link)
            self.assertIn("tz=Asia%2FTokyo", link)
        [form] = page.xpath("//*[@id='times']//form")
        self.assertEqual((form.method, form.get("target")), ("GET", "_top"))
        self.assertNotIn("csrf_token", form.fields)
        start = next(iter(self.buttons(page)))
        top = self.look(form.action, params=dict(form.form_values()) | {"start": start})
        self.assertEqual(top.xpath("//main/h1/text()"), ["Is this the right time?"])
        [keep] = top.xpath("//main//form")
        self.assertIn("Your details", self.text(self.follow(self.send(keep))))

    def test_snippet_leads_to_the_page(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn(
            f'src="{settings.booking_page_url}?embed=1"', settings.booking_embed_snippet
        )

    def test_access_log_holds_no_token(self):
        for path in (
            "/book/p/canary-x",
            "/booking/confirm/canary-x",
            "/session/canary",
        ):
            with self.assertLogs("werkzeug") as logs:
                self.get(f"{path}?lang=ru_RU")
            self.assertNotIn("canary", "\n".join(logs.output))
            self.assertIn("***", "\n".join(logs.output))
