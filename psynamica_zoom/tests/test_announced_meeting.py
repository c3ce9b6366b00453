# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Without the permission to list meetings: Zoom's notification tells of a lost one.

The notifications are those the simulator makes.  They are caught on their way, so that
each test decides when they arrive, and are sent, signed, to the real route.
"""

import json
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.psynamica_zoom.models import zoom_announced_meeting
from odoo.addons.psynamica_zoom.services.delivery_call import perform

from .lost_case import BLIND, UNREAD, WITHOUT_LIST, LostSetUp
from .session_case import SessionSetUp
from .test_webhook_controller import WebhookCase
from .zoom_case import ANNA, BORIS, CLARA


@tagged("post_install", "-at_install")
class TestAnnouncedMeeting(LostSetUp, SessionSetUp, WebhookCase):
    def setUp(self):
        super().setUp()
        self.sim.app(webhook_url="https://practice.test/never")
        self.sim.weather(lost_percent=100)
        self.connect_with(WITHOUT_LIST)

    def connect_with(self, scopes):
        self.connection = self.connect(self.therapist, scopes=list(scopes))

    def news(self):
        """Return Zoom's notifications of new meetings, in their order."""
        return [one["body"] for one in self.sim.deliveries("meeting.created")]

    def tell(self, *news):
        """Deliver notifications and have them acted on."""
        for document in news:
            self.assertEqual(self.send(document).status_code, 204)
        self.process()

    def announced(self):
        return self.env["psynamica.zoom.announced.meeting"].search([])

    def test_a_lost_meeting_is_taken_when_zoom_tells_of_it(self):
        event, row = self.lost()
        self.tell(*self.news())
        self.deliver()
        there = self.assert_one_meeting(event)
        self.assertEqual(row.passcode, there["password"])
        self.assertEqual(self.creates(), 1)

    def test_without_reading_meetings_the_notification_says_it_all(self):
        self.connect_with(BLIND)
        event, row = self.lost()
        [told] = self.news()
        opened = told["payload"]["object"]
        self.tell(told)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(row.passcode, opened["password"])
        self.assertEqual(self.creates(), 1)
        facts = json.dumps(self.inbox().mapped("facts"))
        for secret in (opened["join_url"], opened["password"], opened["topic"]):
            self.assertNotIn(secret, facts)

    def test_an_account_that_cannot_be_read(self):
        """The first create of all: nobody knows the host's id at Zoom yet."""
        self.connection.zoom_user_mark = False
        event, row = self.lost()
        self.assertFalse(row.host_mark)
        self.tell(*self.news())
        self.deliver()
        self.assert_one_meeting(event)
        self.assertTrue(self.connection.zoom_user_mark)

    def test_news_are_waited_for_but_not_for_ever(self):
        event, row = self.lost("cut_before")
        self.let_pass(row, minutes=4, seconds=50)
        self.deliver()
        self.assertEqual(self.creates(), 1)
        self.assertTrue(row.next_attempt_at)
        self.let_pass(row, seconds=10)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 2)

    def test_no_news_are_waited_for_when_none_can_come(self):
        self.app._set_credentials(webhook_secret="")
        event, row = self.lost("cut_before")
        self.let_pass(row, seconds=20)
        self.deliver()
        self.assert_one_meeting(event)

    def test_news_that_come_too_late(self):
        event, row = self.lost()
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 2)
        number = row.zoom_id
        self.tell(*self.news())
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(row.zoom_id, number)

    def test_news_from_before_the_answer_was_given_up(self):
        event, row = self.killed()
        row.next_attempt_at += timedelta(minutes=3)
        claimed_until = row.next_attempt_at
        self.tell(*self.news())
        # The answer may still come: nothing is done but to remember.
        self.assertEqual(row.next_attempt_at, claimed_until)
        self.assertTrue(self.announced())
        self.let_pass(row, minutes=3)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_news_of_a_meeting_whose_answer_came(self):
        event = self.plan_session()
        self.deliver()
        self.tell(*self.news(), *self.news())
        self.deliver()
        self.assert_one_meeting(event)
        self.assertFalse(self.calls("DELETE"))

    def test_news_that_overtake_the_answer(self):
        event = self.plan_session()
        self.commit()
        row = self.meeting_of(event)
        with self.env.registry.cursor() as cr:
            call, token, transport = row.with_env(self.env(cr=cr))._prepare()
        outcome = perform(transport, token, call)
        self.env.invalidate_all()
        self.tell(*self.news())
        self.assertTrue(self.announced())
        with self.env.registry.cursor() as cr:
            row.with_env(self.env(cr=cr))._finish(call, outcome)
        self.env.invalidate_all()
        self.deliver()
        self.assert_one_meeting(event)
        self.assertFalse(self.calls("DELETE"))

    def test_several_lost_creates_leave_one_meeting(self):
        event, row = self.lost()
        for _time in range(2):
            self.lose()
            self.let_pass(row, minutes=10)
            self.deliver()
        self.assertEqual(len(self.at_zoom()), 3)
        self.tell(*self.news())
        self.let_pass(row, minutes=10)  # three failures in a row are an outage
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 3)

    def test_what_is_told_twice_counts_once(self):
        event, _row = self.lost()
        [told] = self.news()
        again = told | {"event_ts": told["event_ts"] + 1}
        self.tell(told, again)
        self.assertEqual(len(self.announced()), 1)
        self.deliver()
        self.tell(told | {"event_ts": told["event_ts"] + 2})
        self.deliver()
        self.assert_one_meeting(event)

    def test_a_session_that_was_cancelled_meanwhile(self):
        event, row = self.lost()
        event.action_archive()
        self.deliver()
        self.assertTrue(row.is_lost)
        self.tell(*self.news())
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(row.state, "removed")
        self.assertFalse(self.announced())

    def test_news_after_a_cancelled_session_was_given_up(self):
        event, row = self.lost()
        event.unlink()
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assertEqual(row.state, "removed")
        self.assertEqual(len(self.at_zoom()), 1)
        self.tell(*self.news())
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_news_while_the_host_is_not_connected(self):
        event, row = self.lost()
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.tell(*self.news())
        self.assertFalse(row.next_attempt_at)
        self.connect_with(WITHOUT_LIST)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_news_of_another_account_than_the_one_connected_now(self):
        event, row = self.lost()
        event.unlink()
        self.let_pass(row, minutes=5)
        self.deliver()
        self.connect(self.therapist, BORIS)
        self.tell(*self.news())
        self.deliver()
        [number] = self.at_zoom()
        stray = self.env["psynamica.zoom.meeting"].search([("zoom_id", "=", number)])
        self.assertEqual(stray.state, "left")
        self.assertFalse(self.calls("DELETE"))

    def connect_unread(self, account=ANNA):
        """Connect to an account that may not be read: whose it is, nobody knows yet."""
        pair = self.pair(account, scopes=list(UNREAD))
        self.therapist.with_user(self.therapist)._zoom_connect(pair, None)

    def lost_before_connecting_anew(self):
        """Return the row of a lost create whose session and connection are gone."""
        self.connect_unread()
        event, row = self.lost()
        event.unlink()
        self.therapist.with_user(self.therapist).zoom_disconnect()
        return row

    def assert_listed(self, row):
        """Assert that the one meeting at Zoom is named to people, and not touched."""
        self.assertEqual(row.state, "left")
        [number] = self.at_zoom()
        self.env["psynamica.zoom.meeting"].flush_model()
        item = self.env["psynamica.zoom.attention"].search([("reason", "=", "left")])
        self.assertEqual(item.zoom_id, number)
        self.assertFalse(self.calls("DELETE"))
        return number

    def test_news_before_a_lost_meeting_is_given_up(self):
        row = self.lost_before_connecting_anew()
        self.tell(*self.news())
        self.connect_unread()
        self.deliver()
        self.assert_listed(row)

    def test_news_after_a_lost_meeting_was_given_up(self):
        row = self.lost_before_connecting_anew()
        self.connect_unread(BORIS)
        self.deliver()
        self.assertEqual(row.state, "left")
        self.tell(*self.news())
        self.deliver()
        self.assert_listed(row)

    def test_what_was_left_is_deleted_once_the_account_proves_to_be_the_same(self):
        row = self.lost_before_connecting_anew()
        self.tell(*self.news())
        self.connect_unread()
        self.deliver()
        left = self.assert_listed(row)
        event = self.plan_session(start=self.start + timedelta(days=1))
        self.deliver()
        self.assertNotIn(left, self.at_zoom())
        self.assert_one_meeting(event)

    def test_what_was_left_stays_when_the_account_proves_to_be_another(self):
        row = self.lost_before_connecting_anew()
        self.tell(*self.news())
        self.connect_unread(BORIS)
        self.deliver()
        left = self.assert_listed(row)
        self.plan_session(start=self.start + timedelta(days=1))
        self.deliver()
        self.assertIn(left, self.at_zoom())
        self.connect_with(WITHOUT_LIST)
        self.deliver()
        self.assertNotIn(left, self.at_zoom())

    def test_news_of_what_was_given_up_in_the_account_connected_now(self):
        self.lost_before_connecting_anew()
        self.connect_with(WITHOUT_LIST)
        self.deliver()
        self.tell(*self.news())
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_what_the_host_makes_by_hand_is_left_alone(self):
        event, row = self.lost()
        [lost] = self.at_zoom()
        topic = f"Appointment {row.code}"
        copy = str(self.sim.create_meeting(ANNA, topic=topic)["id"])
        _told, by_hand = self.news()
        self.assertEqual(by_hand["payload"]["object"]["topic"], topic)
        self.tell(by_hand)
        self.assertFalse(self.announced())
        self.tell(_told)
        self.deliver()
        self.assertEqual(row.zoom_id, lost)
        self.assertEqual(set(self.at_zoom()), {lost, copy})
        self.assertEqual(event.video_state, "ready")

    def test_somebody_elses_meeting_never_becomes_ours(self):
        _event, row = self.lost()
        [told] = self.news()
        clara = next(u["id"] for u in self.sim.state()["users"] if u["email"] == CLARA)
        told["payload"]["object"]["host_id"] = clara
        self.tell(told)
        self.assertFalse(self.announced())
        self.assertNotIn("row", self.inbox().facts)
        self.assertTrue(row.is_lost)

    def test_a_link_that_does_not_lead_to_zoom_is_not_kept(self):
        self.connect_with(BLIND)
        event, row = self.lost()
        [told] = self.news()
        told["payload"]["object"]["join_url"] = "https://zoom.example.org/j/1"
        self.tell(told)
        self.assertFalse(self.announced().join_url)
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assert_one_meeting(event)

    def test_what_opens_a_room_is_not_kept_for_ever(self):
        self.lost()
        self.tell(*self.news())
        announced = self.announced()
        announced._gc_old()
        self.assertTrue(announced.exists())
        self.env.cr.execute(
            "UPDATE psynamica_zoom_announced_meeting"
            " SET create_date = create_date - %s",
            [zoom_announced_meeting.KEPT + timedelta(seconds=1)],
        )
        self.env.invalidate_all()
        announced._gc_old()
        self.assertFalse(announced.exists())
