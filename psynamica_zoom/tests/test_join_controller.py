# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The join link in every state of a session."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.fields import Command, Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.controllers import join as controller
from odoo.addons.psynamica_zoom.controllers.unknown_links import UnknownLinks

from .zoom_case import ZoomHttpCase

CUSTOM = "https://meet.example/canary-room?pwd=canary"


class JoinCase(ZoomHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.env["res.partner"].create(
            {"name": "Anna Petrova", "email": "anna@client.test", "lang": "en_US"}
        )

    def setUp(self):
        super().setUp()
        links = UnknownLinks()  # what other tests have opened does not count
        self.startPatcher(patch.object(controller, "_unknown_links", links))

    def book(self, starts_in=timedelta(hours=1), **values):
        start = Datetime.now() + starts_in
        people = self.therapist.partner_id | self.client
        return (
            self.env["calendar.event"]
            .with_user(self.therapist)
            .with_context(dont_notify=True, no_mail_to_attendees=True)
            .create(
                {
                    "name": "Talk",
                    "start": start,
                    "stop": start + timedelta(minutes=50),
                    "partner_ids": [Command.set(people.ids)],
                    **values,
                }
            )
        )

    def book_weekly(self, starts_in, **values):
        """Return the first of three sessions, a week apart."""
        return self.book(
            starts_in=starts_in,
            recurrency=True,
            rrule_type="weekly",
            end_type="count",
            count=3,
            event_tz="UTC",
            **{(Datetime.now() + starts_in).strftime("%a").lower(): True},
            **values,
        )

    def join(self, event):
        """Open the link of the event as a stranger does."""
        return self.open(event._video_join_url())

    def host(self, event):
        return self.open(f"/video/host/{event.id}")

    def assert_leads_to(self, answer, url):
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Location"], url)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def assert_page(self, answer, heading, status=200):
        self.assertEqual(answer.status_code, status)
        found = html.fromstring(answer.content).findtext(".//main/h1")
        self.assertEqual(found.strip(), heading)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")

    def resolved(self, **answer):
        """Let the link lead where no session of ours should."""
        events = type(self.env["calendar.event"])
        return patch.object(events, "_video_resolve", lambda _self, _token: answer)

    def deliver(self):
        self.env.cr.flush()
        self.env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestJoin(JoinCase):
    def test_leads_to_a_custom_link(self):
        event = self.book(video_choice="custom", video_custom_url=CUSTOM)
        self.assert_leads_to(self.join(event), CUSTOM)

    def test_leads_to_the_own_link_that_is_the_therapists_default(self):
        self.therapist.write(
            {"video_custom_link": CUSTOM, "video_default_provider": "custom"}
        )
        event = self.book()
        self.assertEqual(event.video_provider, "custom")
        self.assert_leads_to(self.join(event), CUSTOM)

    def weekly(self):
        """Return the sessions of a series that begins in five hours, in order."""
        first = self.book_weekly(timedelta(hours=5), video_choice="builtin")
        return first.recurrence_id.calendar_event_ids.sorted("start")

    def test_leads_to_the_series_when_its_first_session_is_deleted(self):
        first, *others = self.weekly()
        attendee = first.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        links = [first._video_join_url(attendee), first._video_join_url()]
        self.env.cr.flush()
        first.unlink()
        for link in links:
            self.assertEqual(self.kind(link), "room")
        others[0].unlink()
        others[1].unlink()
        for link in links:
            self.assertEqual(self.kind(link), "cancelled")

    def test_at_the_hour_of_a_deleted_session_of_a_series_it_is_cancelled(self):
        first, *_others = self.weekly()
        link, start = first._video_join_url(), first.start
        first.unlink()
        for minutes, expected in ((-30, "cancelled"), (30, "cancelled"), (180, "room")):
            with freeze_time(start + timedelta(minutes=minutes)):
                self.assertEqual(self.kind(link), expected)

    def test_the_link_of_somebody_who_is_deleted_opens_nothing(self):
        first, *others = self.weekly()
        attendee = first.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        link = first._video_join_url(attendee)
        self.env.cr.flush()
        first.unlink()
        for other in others:
            other.with_context(no_mail_to_attendees=True).partner_ids -= self.client
        self.client.unlink()
        self.assertEqual(self.kind(link), "unknown")

    def test_who_is_in_no_other_session_of_a_series_is_not_let_into_one(self):
        first, *others = self.weekly()
        attendee = first.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        link = first._video_join_url(attendee)
        for other in others:
            other.with_context(no_mail_to_attendees=True).partner_ids -= self.client
        first.unlink()
        self.assertEqual(self.kind(link), "cancelled")

    def kind(self, link):
        calendar = self.env["calendar.event"].sudo()
        return calendar._video_resolve(link.rpartition("/")[2])["kind"]

    def test_links_of_a_series_that_goes_on_are_kept(self):
        first, *others = self.weekly()
        link = first._video_join_url()
        first.unlink()
        closed = self.env["psynamica.video.closed.link"].sudo()
        closed.search([]).flush_recordset()
        self.env.cr.execute(
            "UPDATE psynamica_video_closed_link SET create_date = %s",
            [Datetime.now() - timedelta(days=100)],
        )
        self.env.invalidate_all()
        closed._gc()
        self.assertEqual(self.kind(link), "room")
        for other in others:
            other.unlink()
        closed._gc()
        self.assertEqual(self.kind(link), "unknown")

    def test_leads_to_zoom_once_the_meeting_exists(self):
        self.connect(self.therapist)
        event = self.book(video_choice="zoom")
        self.assert_page(self.join(event), "Your video room is being prepared")
        self.deliver()
        [meeting] = self.sim.meetings(alive=True)
        self.assert_leads_to(self.join(event), meeting["join_url"])

    def test_weeks_before_a_session_of_a_series_says_so(self):
        self.connect(self.therapist)
        first = self.book_weekly(timedelta(weeks=6))
        self.deliver()
        answer = self.join(first)
        self.assert_page(answer, "Your session is some weeks away")
        self.assertNotIn(b"http-equiv", answer.content)

    def test_the_link_of_one_attendee_leads_there_too(self):
        event = self.book(video_choice="custom", video_custom_url=CUSTOM)
        attendee = event.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        own = event._video_join_url(attendee)
        self.assertNotEqual(own, event._video_join_url())
        self.assert_leads_to(self.open(own), CUSTOM)

    def test_leads_to_the_built_in_room(self):
        self.assert_leads_to_built_in_room(self.book(video_choice="builtin"))

    def test_leads_to_the_built_in_room_of_what_was_made_in_a_form(self):
        event = self.book(video_choice="builtin", access_token=False)
        self.assert_leads_to_built_in_room(event)

    def test_each_of_a_series_has_a_room_of_its_own(self):
        first = self.book(
            video_choice="builtin",
            recurrency=True,
            rrule_type="daily",
            end_type="count",
            count=3,
            event_tz="UTC",
        )
        events = first.recurrence_id.calendar_event_ids
        for name in ("access_token", "video_token"):
            self.assertEqual(len(set(events.sudo().mapped(name)) - {False}), 3)

    def assert_leads_to_built_in_room(self, event):
        answer = self.join(event)
        room = html.fromstring(answer.content).xpath("//a[@class='pz-button']/@href")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(room), 1)
        self.assertIn("/calendar/join_videocall/", room[0])
        self.assertIn(self.open(room[0]).status_code, (200, 302, 303))

    def test_of_a_cancelled_session(self):
        event = self.book(video_choice="builtin")
        event.action_archive()
        self.assert_page(self.join(event), "This session was cancelled")

    def test_of_a_deleted_session(self):
        event = self.book(video_choice="builtin")
        link = event._video_join_url()
        event.unlink()
        self.assert_page(self.open(link), "This session was cancelled")

    def test_of_a_session_long_over(self):
        event = self.book(video_choice="builtin")
        event.write(
            {
                "start": Datetime.now() - timedelta(hours=9),
                "stop": Datetime.now() - timedelta(hours=8),
            }
        )
        self.assert_page(self.join(event), "This session is over")

    def test_nobody_gave_out(self):
        for token in ("x", "A" * 32, "%00", "%D0%BA", "x" * 3000, "..%5c..", "'--"):
            with self.subTest(token=token[:9]):
                self.assert_page(
                    self.open(f"/video/join/{token}"),
                    "This link does not lead to a session",
                    404,
                )

    def test_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.client.lang = "ru_RU"
        event = self.book(video_choice="builtin")
        attendee = event.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        answer = self.open(event._video_join_url(attendee))
        self.assertEqual(html.fromstring(answer.content).get("lang"), "ru-RU")

    def test_needs_no_login_and_begins_no_session(self):
        event = self.book(video_choice="builtin")
        self.assertNotIn("session_id", self.join(event).headers.get("Set-Cookie", ""))

    @mute_logger(controller.__name__)
    def test_leads_to_no_unsafe_place(self):
        for url in (
            "http://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "javascript:alert(1)",
            "https://",
            "https://[bad/",
            "data:text/html,x",
            self.base_url() + ".evil.example/",
            "",
        ):
            with self.subTest(url=url), self.resolved(kind="redirect", url=url):
                answer = self.open("/video/join/whatever")
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Location", answer.headers)

    def test_leads_to_this_server_and_the_simulator_without_https(self):
        for url in (f"{self.base_url()}/x", f"{self.zoom.http_url}/j/1", "/x"):
            with self.subTest(url=url), self.resolved(kind="redirect", url=url):
                answer = self.open("/video/join/whatever")
                self.assertEqual(answer.status_code, 303)

    def test_logs_no_address_of_a_meeting(self):
        with (
            self.resolved(kind="redirect", url="http://evil.example/canary"),
            self.assertLogs(controller.__name__) as logs,
        ):
            self.open("/video/join/whatever")
        self.assertNotIn("canary", "\n".join(logs.output))


@tagged("post_install", "-at_install")
class TestHost(JoinCase):
    def test_needs_a_login(self):
        event = self.book(video_choice="builtin")
        answer = self.host(event)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_leads_the_organiser_in_as_host(self):
        self.connect(self.therapist)
        event = self.book(video_choice="zoom")
        self.deliver()
        self.log_in(self.therapist)
        answer = self.host(event)
        self.assertEqual(answer.status_code, 303)
        self.assertRegex(answer.headers["Location"], f"^{self.zoom.http_url}/s/[0-9]+")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_leads_the_organiser_where_the_clients_are(self):
        """A change was refused for good: the link leads into the built-in room."""
        self.connect(self.therapist)
        event = self.book(video_choice="zoom")
        self.deliver()
        meeting = self.env["psynamica.zoom.meeting"].search(
            [("event_id", "=", event.id)]
        )
        meeting.state = "failed"
        self.env.cr.flush()
        self.log_in(self.therapist)
        self.assertIn("/video/join/", self.host(event).headers["Location"])

    def test_leads_a_colleague_who_takes_part_to_the_join_link(self):
        self.connect(self.therapist)
        event = self.book(video_choice="zoom")
        event.partner_ids |= self.colleague.partner_id
        self.deliver()
        self.log_in(self.colleague)
        answer = self.host(event)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/video/join/", answer.headers["Location"])

    def test_leads_nobody_into_a_private_session_of_others(self):
        event = self.book(video_choice="builtin", privacy="private")
        self.log_in(self.colleague)
        self.assert_page(
            self.host(event), "This link does not lead to a session", status=404
        )

    def test_of_a_session_without_a_room(self):
        event = self.book(video_choice="none")
        self.log_in(self.therapist)
        self.assert_page(
            self.host(event), "This link does not lead to a session", status=404
        )
        self.assertFalse(event.sudo().video_token)

    def test_of_a_session_that_does_not_exist(self):
        self.log_in(self.therapist)
        self.assert_page(
            self.open("/video/host/987654321"),
            "This link does not lead to a session",
            status=404,
        )
