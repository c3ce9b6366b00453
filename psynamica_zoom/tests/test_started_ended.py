# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A meeting that runs at Zoom: shown on the session's page, and nothing else."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .session_case import HostCase
from .zoom_case import ANNA


@tagged("post_install", "-at_install")
class TestStartedEnded(HostCase):
    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now().replace(second=0) - timedelta(minutes=5)

    def held(self):
        """Return a session that is on and whose meeting nobody has entered yet."""
        event = self.plan_session()
        self.deliver()
        return event.with_context(tz="UTC")

    def tell(self, event, kind, uuid, start, end=None, number=None, account=None):
        """Have Zoom send a notification of its own, signed."""
        meeting = {
            "id": number or str(self.meeting_of(event).zoom_id),
            "uuid": uuid,
            "start_time": f"{start.isoformat()}Z",
            "duration": 50,
            "topic": "canary-topic",
        }
        if end:
            meeting["end_time"] = f"{end.isoformat()}Z"
        moment_ms = int((end or start).timestamp() * 1000)
        document = {
            "event": f"meeting.{kind}",
            "event_ts": moment_ms,
            "payload": {"account_id": account or self.account(), "object": meeting},
        }
        with self.allow_requests(all_requests=True):
            self.sim.fire(body=document)
        self.http_request_allow_all = False
        self.env.invalidate_all()
        self.act_on_notifications()

    def account(self):
        """Return the id of the account in which the therapist is at Zoom."""
        users = self.sim.state()["users"]
        return next(one["account_id"] for one in users if one["email"] == ANNA)

    def test_of_another_account_nothing_is_believed(self):
        event = self.held()
        self.tell(event, "started", "a", self.start, account="another-account")
        self.assertFalse(event.zoom_progress)
        self.assertFalse(self.meeting_of(event).runs)

    def test_a_meeting_that_the_host_starts_and_ends(self):
        event = self.held()
        self.assertFalse(event.zoom_progress)
        number = self.meeting_of(event).zoom_id
        self.sim.start_meeting(number)
        self.hear()
        self.assertEqual(event.zoom_progress, "running")
        self.assertIn("In progress at Zoom since", event.zoom_progress_text)
        self.sim.end_meeting(number)
        self.hear()
        self.assertEqual(event.zoom_progress, "ended")
        self.assertIn("Zoom saw the meeting run", event.zoom_progress_text)

    def test_the_end_of_a_run_after_the_start_of_the_next(self):
        event = self.held()
        first, second = self.start, self.start + timedelta(minutes=2)
        self.tell(event, "started", "a", first)
        self.tell(event, "started", "b", second)
        self.tell(event, "ended", "a", first, end=second - timedelta(minutes=1))
        self.assertEqual(event.zoom_progress, "running")
        self.tell(event, "ended", "b", second, end=second + timedelta(minutes=40))
        self.assertEqual(event.zoom_progress, "ended")
        runs = self.meeting_of(event).runs
        self.assertEqual(len(runs), 2)

    def test_an_end_before_its_start(self):
        event = self.held()
        self.tell(event, "ended", "a", self.start, self.start + timedelta(minutes=40))
        self.tell(event, "started", "a", self.start)
        self.assertEqual(event.zoom_progress, "ended")

    def test_the_number_of_a_meeting_as_a_number(self):
        event = self.held()
        number = int(self.meeting_of(event).zoom_id)
        self.tell(event, "started", "a", self.start, number=number)
        self.assertEqual(event.zoom_progress, "running")

    def test_the_meeting_of_somebody_else(self):
        event = self.held()
        self.tell(event, "started", "a", self.start, number="98765432101")
        self.assertFalse(event.zoom_progress)
        self.assertEqual(self.notifications("meeting.started").state, "ignored")

    def test_a_lost_end_does_not_keep_a_session_going_for_ever(self):
        event = self.held()
        self.tell(event, "started", "a", self.start)
        event.start -= timedelta(hours=4)
        event.stop = event.start + timedelta(minutes=50)
        self.deliver()
        self.assertNotEqual(event.zoom_progress, "running")

    def test_nothing_but_moments_is_kept(self):
        event = self.held()
        self.tell(event, "started", "a", self.start)
        row = self.meeting_of(event)
        self.assertEqual(row.runs, {"a": [fields.Datetime.to_string(self.start), ""]})
        kept = str(self.notifications("meeting.started").facts)
        self.assertNotIn("canary", kept)
        self.assertNotIn(self.account(), kept)

    def test_nothing_follows_from_it_by_itself(self):
        event = self.held()
        attendance = event.attendee_ids.mapped("state")
        self.tell(event, "started", "a", self.start)
        self.tell(event, "ended", "a", self.start, self.start + timedelta(minutes=40))
        self.assertEqual(event.attendee_ids.mapped("state"), attendance)

    def test_it_is_shown_to_those_who_hold_the_session(self):
        event = self.held()
        self.tell(event, "started", "a", self.start)
        self.assertTrue(event.with_user(self.therapist).zoom_progress)
        self.assertFalse(event.with_user(self.colleague).zoom_progress)
        portal = new_test_user(
            self.env, "portal_p", "base.group_portal", partner_id=self.client.id
        )
        self.assertFalse(event.with_user(portal).sudo().zoom_progress)
