# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an administrator can do about what needs a person."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attention_case import AttentionCase


@tagged("post_install", "-at_install")
class TestButtons(AttentionCase):
    def test_try_again(self):
        event = self.failed()
        self.listed().action_try_again()
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")
        self.assertFalse(self.listed())

    def test_try_again_to_delete(self):
        meeting = self.leftover()
        self.listed().action_try_again()
        self.assertEqual(meeting.state, "removing")
        self.deliver()
        self.assertEqual(meeting.state, "removed")
        self.assertFalse(self.at_zoom())
        self.assertFalse(self.listed())

    def test_try_again_for_several_at_once(self):
        self.failed()
        self.failed()
        self.connection._must_reconnect("token_revoked")
        self.connect(self.therapist)
        items = self.listed()
        answer = items.action_try_again()
        self.assertEqual(answer["params"]["type"], "success" if items else "warning")
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 2)

    def test_nothing_to_try_is_said(self):
        self.connection._must_reconnect("token_revoked")
        answer = self.listed().action_try_again()
        self.assertEqual(answer["params"]["type"], "warning")

    def test_the_built_in_room_leaves_the_appointment_alone(self):
        event = self.failed(privacy="private")
        before = event.read(["start", "stop", "name", "video_sequence"])
        mails = self.env["mail.mail"].search_count([])
        self.listed().action_use_builtin()
        self.deliver()
        self.assertEqual(event.video_choice, "builtin")
        self.assertEqual(event.video_state, "builtin")
        self.assertEqual(event.write_uid, self.admin)
        self.assertEqual(
            event.read(["start", "stop", "name", "video_sequence"]), before
        )
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(self.listed())

    def test_the_built_in_room_for_a_session_that_waits_for_the_therapist(self):
        self.plan_session()
        self.deliver()
        self.connection._must_reconnect("token_revoked")
        items = self.listed()
        self.assertEqual(items.mapped("can_use_builtin").count(True), 1)
        items.action_use_builtin()
        self.deliver()
        self.assertEqual(self.listed().kind, "connection")

    def test_ignoring_and_showing_again(self):
        event = self.failed()
        item = self.listed()
        item.action_ignore()
        self.assertFalse(self.listed())
        ignored = self.attention.search([("is_ignored", "=", True)])
        self.assertEqual(ignored.ignored_by_id, self.admin)
        self.assertTrue(ignored.ignored_at)
        self.assertEqual(ignored.event_id.id, event.id)
        ignored.action_stop_ignoring()
        self.assertTrue(self.listed())

    def test_ignoring_twice_is_no_error(self):
        self.failed()
        item = self.listed()
        item.action_ignore()
        item.action_ignore()
        self.assertFalse(self.listed())

    def test_it_comes_back_for_another_reason(self):
        event = self.failed()
        self.listed().action_ignore()
        event.with_user(self.therapist).action_zoom_retry()
        self.refuse()
        self.deliver()
        self.assertFalse(self.listed(), "the same failure is not shown again")
        event.with_user(self.therapist).action_zoom_retry()
        self.refuse(code=2306)
        self.deliver()
        self.assertEqual(self.listed().reason, "foreign_meeting")

    def test_it_comes_back_when_it_fails_anew(self):
        event = self.failed()
        self.listed().action_ignore()
        self.env["psynamica.zoom.attention.ignored"].search([]).ignored_at -= timedelta(
            minutes=1
        )
        self.meeting_of(event).error_since -= timedelta(minutes=2)
        self.assertFalse(self.listed())
        event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        event.with_user(self.therapist).start += timedelta(hours=1)
        self.refuse("PATCH")
        self.deliver()
        self.assertEqual(len(self.listed()), 1)

    def test_trying_again_ends_the_ignoring(self):
        self.failed()
        item = self.listed()
        item.action_ignore()
        item.action_try_again()
        self.refuse()
        self.deliver()
        self.assertTrue(self.listed())

    def test_the_session_can_be_opened(self):
        event = self.failed()
        action = self.listed().action_open_session()
        self.assertEqual(action["res_id"], event.id)

    def test_the_buttons_are_for_administrators(self):
        self.failed()
        item = self.listed()
        for user in (self.therapist, self.colleague):
            for button in (
                "action_try_again",
                "action_use_builtin",
                "action_ignore",
                "action_stop_ignoring",
                "action_open_session",
            ):
                with self.assertRaises(AccessError):
                    getattr(item.with_user(user), button)()
        self.assertEqual(self.listed(), item)

    def test_what_is_settled_is_forgotten(self):
        self.failed()
        ignored = self.env["psynamica.zoom.attention.ignored"]
        self.listed().action_ignore()
        ignored.create(
            {"item": 3 * 10**8, "reason": "rejected", "ignored_at": self.start}
        )
        ignored.search([]).ignored_at = fields.Datetime.now() - timedelta(days=100)
        ignored._gc_ignored()
        self.assertEqual(len(ignored.search([])), 1)
