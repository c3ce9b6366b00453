# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What needs a person is listed, told and never hidden."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import safe_eval

from .attention_case import LONG, SHORT, AttentionCase


@tagged("post_install", "-at_install")
class TestList(AttentionCase):
    def test_nothing_is_listed_when_all_is_well(self):
        self.plan_session()
        self.deliver()
        self.assertFalse(self.listed())

    def test_what_failed_for_good(self):
        event = self.failed()
        item = self.listed()
        self.assertEqual(item.kind, "session")
        self.assertEqual(item.status, "failed")
        self.assertEqual(item.user_id, self.therapist)
        self.assertEqual(item.session_start, event.start)
        self.assertIn("does not let this account hold meetings", item.reason_text)
        self.assertEqual(item.since, self.meeting_of(event).error_at)
        self.assertEqual(item.attempts, 1)
        self.assertFalse(item.next_attempt_at)

    def test_an_unknown_reason_is_said_in_general(self):
        event = self.failed()
        self.meeting_of(event).error_reason = "something_new"
        self.assertEqual(self.listed().reason, "rejected")
        self.assertIn("Zoom refused the meeting", self.listed().reason_text)

    def test_what_is_tried_again_only_after_some_minutes(self):
        meeting = self.retrying(SHORT)
        self.assertFalse(self.listed())
        meeting.error_since = fields.Datetime.now() - LONG
        item = self.listed()
        self.assertEqual(item.status, "waiting")
        self.assertEqual(item.reason, "server_error")
        self.assertEqual(item.next_attempt_at, meeting.next_attempt_at)

    def test_it_counts_from_the_first_failure_in_a_row(self):
        meeting = self.retrying(LONG)
        first = meeting.error_since
        meeting.next_attempt_at = fields.Datetime.now()
        self.sim.fault(method="PATCH", path="/v2/.*", times=1, status=503)
        self.deliver()
        self.assertEqual(meeting.attempts, 2)
        self.assertEqual(meeting.error_since, first)
        meeting.next_attempt_at = fields.Datetime.now()
        self.deliver()
        self.assertEqual(meeting.state, "ready")
        self.assertFalse(meeting.error_since)
        self.assertFalse(self.listed())

    def test_what_nobody_tries_although_it_is_time(self):
        event = self.plan_session()
        self.commit()
        meeting = self.meeting_of(event)
        meeting.next_attempt_at = fields.Datetime.now() - SHORT
        self.assertFalse(self.listed())
        meeting.next_attempt_at = fields.Datetime.now() - LONG
        self.assertEqual(self.listed().reason, "undelivered")
        self.assertIn("scheduled action", self.listed().reason_text)

    def test_what_waits_because_zoom_is_left_alone(self):
        event = self.plan_session()
        self.commit()
        now = fields.Datetime.now()
        self.meeting_of(event).next_attempt_at = now - LONG
        circuits = self.env["psynamica.zoom.circuit"]
        zoom = circuits._ensure("zoom")
        zoom.write({"retry_at": now, "paused_until": False})
        self.assertEqual(self.listed().reason, "unreachable")
        zoom.retry_at = False
        self.assertEqual(self.listed().reason, "undelivered")
        account = circuits._ensure(self.connection._account_key())
        account.paused_until = now + LONG
        self.assertEqual(self.listed().reason, "rate_limited")

    def test_what_will_never_be_tried(self):
        event = self.plan_session()
        self.commit()
        meeting = self.meeting_of(event)
        meeting.next_attempt_at = False
        self.assertFalse(self.listed(), "it may be about to be tried")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE psynamica_zoom_meeting SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - LONG, meeting.id],
        )
        self.assertEqual(self.listed().reason, "undelivered")

    def test_a_meeting_that_cannot_be_deleted(self):
        meeting = self.leftover()
        item = self.listed()
        self.assertEqual(item.kind, "leftover")
        self.assertEqual(item.user_id, self.therapist)
        number = f"{meeting.zoom_id[:3]} {meeting.zoom_id[3:-4]} {meeting.zoom_id[-4:]}"
        self.assertIn(number, item.reason_text)
        self.assertIn("by hand", item.reason_text)

    def test_deleting_that_takes_long(self):
        meeting = self.leftover()
        meeting.state = "removing"
        meeting.next_attempt_at = fields.Datetime.now() + LONG
        self.assertFalse(self.listed())
        meeting.error_since = fields.Datetime.now() - LONG
        self.assertEqual(self.listed().kind, "leftover")

    def test_a_connection_and_the_sessions_that_wait_for_it(self):
        event = self.plan_session()
        self.deliver()
        self.connection._must_reconnect("token_revoked")
        connection, session = self.listed().sorted("kind")
        self.assertEqual(connection.kind, "connection")
        self.assertEqual(connection.status, "reconnect")
        self.assertEqual(connection.session_start, event.start)
        self.assertEqual(connection.since, self.connection.lost_at)
        self.assertIn("Maria Weber", connection.reason_text)
        self.assertIn("no longer accepts", connection.reason_text)
        self.assertEqual(session.event_id.id, event.id)
        self.assertEqual(session.reason, "reconnect")
        self.connect(self.therapist)
        self.deliver()
        self.assertFalse(self.connection.lost_at)
        self.assertFalse(self.listed())

    def test_a_user_who_disconnects_needs_nobody(self):
        self.plan_session()
        self.deliver()
        self.connection._disconnect()
        self.assertFalse(self.listed())

    def test_a_meeting_in_the_account_of_before(self):
        event = self.plan_session()
        self.deliver()
        meeting = self.meeting_of(event)
        meeting._leave()
        item = self.listed().filtered(lambda item: item.meeting_id.id == meeting.id)
        self.assertEqual(item.reason, "left")
        self.assertIn("by hand", item.reason_text)
        self.assertFalse(item.can_retry)

    def test_a_notification_that_failed(self):
        notification = self.env["psynamica.zoom.notification"].create(
            {
                "key": "k",
                "event": "meeting.updated",
                "received_at": self.start,
                "state": "failed",
                "attempts": 5,
            }
        )
        item = self.listed()
        self.assertEqual(item.kind, "notification")
        self.assertIn("meeting.updated", item.reason_text)
        item.action_try_again()
        self.assertFalse(self.listed())
        self.assertEqual(notification.state, "pending")
        self.assertEqual(notification.attempts, 0)

    def test_a_session_that_is_over_is_shown_for_a_week_when_it_failed(self):
        meeting = self.meeting_of(self.failed())
        now = fields.Datetime.now()
        meeting.session_stop = now - timedelta(days=6)
        self.assertTrue(self.listed())
        meeting.session_stop = now - timedelta(days=8)
        self.assertFalse(self.listed())
        retrying = self.retrying()
        self.assertTrue(self.listed())
        retrying.session_stop = now - timedelta(minutes=1)
        self.assertFalse(self.listed())

    def test_the_screen_shows_what_is_the_truth(self):
        view = self.env.ref("psynamica_zoom.zoom_attention_view_search")
        action = self.env.ref("psynamica_zoom.action_zoom_attention")
        self.assertEqual(
            safe_eval.safe_eval(action.context), {"search_default_open": 1}
        )
        arch = self.attention.get_view(view.id, "search")["arch"]
        self.assertIn(str(list(self.attention._needs_attention_domain())), arch)
        self.failed()
        group = self.attention.formatted_read_group(
            self.attention._needs_attention_domain(), ["reason"], ["__count"]
        )
        self.assertEqual([one["__count"] for one in group], [1])

    def test_administrators_see_how_many_there_are(self):
        users = self.env["res.users"]
        self.assertEqual(
            users.with_user(self.admin).video_integrations()["attention"], 0
        )
        self.failed()
        self.assertEqual(
            users.with_user(self.admin).video_integrations()["attention"], 1
        )
        cards = users.with_user(self.therapist).video_integrations()
        self.assertEqual(cards["attention"], 0)

    def test_no_clients_name_is_in_the_list(self):
        self.failed(name="Pavel: first talk")
        [row] = self.listed().read()
        row.pop("event_id")
        self.assertNotIn("Pavel", str(row))
        arch = self.attention.get_views([(False, "list"), (False, "kanban")])
        for view in arch["views"].values():
            self.assertNotIn('<field name="event_id" widget', view["arch"])


@tagged("post_install", "-at_install")
class TestActivity(AttentionCase):
    def activities(self):
        return self.env["mail.activity"].search([("user_id", "=", self.therapist.id)])

    def test_the_therapist_is_told_once(self):
        self.therapist.tz = "UTC"
        event = self.failed()
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertIn("10:00", activity.summary)
        self.assertIn(f"/odoo/calendar.event/{event.id}", activity.note)
        self.assertIn("try again", activity.note)
        self.assertNotIn("Pavel", activity.summary + activity.note)
        self.assertEqual(activity.date_deadline, event.start.date() - timedelta(days=1))
        event.with_user(self.therapist).action_zoom_retry()
        self.refuse()
        self.deliver()
        self.assertEqual(self.activities(), activity)

    def test_in_the_therapists_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.therapist.lang = "ru_RU"
        self.failed(start=self.start.replace(month=3, day=5) + timedelta(days=365))
        self.assertIn("мар", self.activities().summary)

    def test_a_session_of_tomorrow_is_for_today(self):
        self.therapist.tz = "UTC"
        self.failed(start=fields.Datetime.now() + timedelta(hours=1))
        self.assertEqual(self.activities().date_deadline, fields.Date.today())

    def test_what_is_tried_again_is_no_matter_for_the_therapist(self):
        self.retrying()
        self.assertFalse(self.activities())

    def test_it_goes_when_it_is_mended(self):
        event = self.failed()
        event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        self.assertFalse(self.activities())
        self.assertFalse(self.meeting_of(event).failure_told_at)

    def test_it_goes_when_the_session_does_not_take_place(self):
        self.failed().active = False
        self.deliver()
        self.assertFalse(self.activities())
        self.failed().unlink()
        self.deliver()
        self.assertFalse(self.activities())

    def test_it_goes_when_the_session_is_held_elsewhere(self):
        self.failed().video_choice = "builtin"
        self.deliver()
        self.assertFalse(self.activities())

    def test_it_goes_when_the_session_is_over(self):
        meeting = self.meeting_of(self.failed())
        meeting.session_stop = fields.Datetime.now() - timedelta(minutes=1)
        self.deliver()
        self.assertFalse(self.activities())
        self.deliver()
        self.assertFalse(self.activities())

    def test_who_has_done_it_is_not_told_again(self):
        event = self.failed()
        self.activities().action_feedback()
        event.with_user(self.therapist).action_zoom_retry()
        self.refuse()
        self.deliver()
        self.assertFalse(self.activities())

    def test_a_meeting_that_fails_after_it_was_mended_is_told_again(self):
        event = self.failed()
        event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        event.with_user(self.therapist).start += timedelta(hours=1)
        self.refuse("PATCH")
        self.deliver()
        self.assertEqual(len(self.activities()), 1)

    def test_an_archived_therapist_is_not_told(self):
        meeting = self.meeting_of(self.failed())
        self.activities().unlink()
        self.therapist.active = False
        meeting.write(
            {"state": "failed", "failure_told_at": False, "activity_id": False}
        )
        self.deliver()
        self.assertFalse(self.activities())
