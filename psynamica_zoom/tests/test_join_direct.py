# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The short way of the join link says what the long one says, or nothing."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .session_case import SessionCase


@tagged("post_install", "-at_install")
class TestJoinDirect(SessionCase):
    def setUp(self):
        super().setUp()
        self.event = self.plan_session()
        self.deliver()
        self.meeting = self.meeting_of(self.event)
        self.attendee = self.event.attendee_ids.filtered(
            lambda one: one.partner_id == self.client
        )
        self.links = [
            self.event._video_join_path().rpartition("/")[2],
            self.event._video_join_path(self.attendee).rpartition("/")[2],
        ]

    def direct(self):
        """Return where the two links lead by the short way."""
        self.commit()
        calendar = self.env["calendar.event"].sudo()
        return [calendar._video_direct_url(token) for token in self.links]

    def by_records(self):
        """Return where they lead by the long way."""
        calendar = self.env["calendar.event"].sudo()
        with patch.object(type(calendar), "_video_direct_url", lambda *_token: ""):
            return [calendar._video_resolve(token) for token in self.links]

    def assert_left_to_records(self):
        self.assertEqual(self.direct(), ["", ""])

    def test_a_ready_meeting_is_one_question(self):
        self.assertEqual(self.direct(), [self.meeting.join_url] * 2)
        for found in self.by_records():
            self.assertEqual(found["kind"], "redirect")
            self.assertEqual(found["url"], self.meeting.join_url)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            self.env["calendar.event"].sudo()._video_resolve(self.links[1])

    def test_a_change_that_zoom_has_yet_to_hear_of(self):
        self.event.start += timedelta(hours=1)
        self.commit()
        self.assertEqual(self.meeting.state, "changing")
        self.assertEqual(self.direct(), [self.meeting.join_url] * 2)
        self.assertEqual(
            [found.get("url") for found in self.by_records()], self.direct()
        )

    def test_a_cancelled_session(self):
        self.event.active = False
        self.assert_left_to_records()

    def test_an_organiser_who_has_declined(self):
        host = self.event.attendee_ids - self.attendee
        host.state = "declined"
        self.assert_left_to_records()

    def test_a_client_who_has_declined_may_still_come(self):
        self.attendee.state = "declined"
        self.assertEqual(self.direct(), [self.meeting.join_url] * 2)

    def test_an_organiser_who_is_not_connected(self):
        self.connection.state = "reconnect"
        self.assert_left_to_records()

    def test_another_room(self):
        self.event.video_choice = "builtin"
        self.assert_left_to_records()

    def test_a_meeting_that_needs_a_person(self):
        self.meeting.write({"state": "failed", "error_reason": "host_rejected"})
        self.assert_left_to_records()

    def test_a_session_that_is_over(self):
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE calendar_event SET start = %s, stop = %s WHERE id = %s",
            [now - timedelta(hours=4), now - timedelta(hours=3), self.event.id],
        )
        self.event.invalidate_recordset()
        self.assertEqual(
            [
                self.env["calendar.event"].sudo()._video_direct_url(token)
                for token in self.links
            ],
            ["", ""],
        )
        self.assertEqual({found["kind"] for found in self.by_records()}, {"over"})

    def test_a_series_has_to_find_its_session(self):
        first = self.series()[0]
        self.deliver()
        self.links = [first._video_join_path().rpartition("/")[2]]
        self.assertEqual(self.direct(), [""])

    def test_a_link_nobody_gave_out(self):
        self.links = ["x" * 22, "", "' OR true --"]
        self.assertEqual(self.direct(), ["", "", ""])
