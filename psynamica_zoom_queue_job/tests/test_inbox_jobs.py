# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom tells us is acted on by jobs."""

import itertools
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.services.webhook_event import Notification
from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import zoom_notification
from ..models.alone import LOOK, alone
from ..models.jobs import busy
from .queue_case import QueueCase

UNKNOWN = dict.fromkeys(Notification._fields)
OURS = "odoo.addons.psynamica_zoom.models"


@tagged("post_install", "-at_install")
class TestInboxJobs(QueueCase):
    def setUp(self):
        super().setUp()
        self.inbox = self.env["psynamica.zoom.notification"].sudo()
        self.numbers = itertools.count()

    def receive(self, event="app_deauthorized", **facts):
        """Let a verified notification come in; return its row."""
        key = f"test-{next(self.numbers)}"
        moment = datetime.now(timezone.utc)
        given = {"key": key, "event": event, "event_at": moment, **facts}
        self.inbox._receive(Notification(**{**UNKNOWN, **given}))
        return self.inbox.search([("key", "=", key)])

    def act(self):
        """Let the moment come, and do what there is to do."""
        self.pending().eta = False
        self.work()

    @freeze_time("2026-11-21 10:00:00")
    def test_the_notifications_of_a_second_are_one_job(self):
        with trap_jobs() as trap:
            for _number in range(20):
                self.receive()
            [job] = trap.enqueued_jobs
        self.assertEqual(job.identity_key, "psynamica_zoom/inbox/2026-11-21T10:00:02")
        self.assertEqual(job.eta, datetime(2026, 11, 21, 10, 0, 2))
        self.assertEqual(job.channel, "root.zoom.inbox")
        self.assertEqual((job.method_name, job.max_retries), ("_job_inbox", 0))

    def test_they_are_acted_on_once(self):
        some = self.receive() | self.receive() | self.receive()
        self.act()
        self.assertEqual(some.mapped("state"), ["ignored"] * 3)  # they name nobody
        self.assertFalse(self.pending())

    def test_a_crowd_is_acted_on_in_turns(self):
        some = self.receive() | self.receive() | self.receive()
        with patch.object(zoom_notification, "MOST", 2):
            self.commit()
            self.assertEqual(self.perform(self.pending()[0]).seconds, 1)
            self.assertEqual(some.mapped("state").count("pending"), 1)
            self.act()
        self.assertEqual(some.mapped("state"), ["ignored"] * 3)

    def test_without_a_runner_the_cron_does_it(self):
        self.stop_runner()
        one = self.receive()
        self.assertFalse(self.pending())
        self.env.ref("psynamica_zoom.ir_cron_inbox").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(one.state, "ignored")

    def test_what_the_cron_has_done_is_not_done_again(self):
        one = self.receive()
        one.state = "done"
        self.commit()
        with patch.object(type(self.inbox), "_process") as process:
            self.act()
        process.assert_not_called()

    @mute_logger(f"{OURS}.zoom_notification")
    def test_a_failure_is_tried_again_and_kept(self):
        one = self.receive()
        self.commit()
        seconds = []
        with patch.object(type(self.inbox), "_process", side_effect=ValueError):
            self.perform(self.pending())
            self.pending("_job_inbox").unlink()
            self.receive()  # what comes in meanwhile costs it no attempt
            self.assertEqual(one.attempts, 1)
            while error := self.perform(self.pending("_job_process")[0]):
                seconds.append(error.seconds)
        self.assertEqual(one.state, "failed")
        self.assertEqual(one.attempts, len(seconds) + 2)
        self.assertEqual(seconds, sorted(seconds))
        self.assertGreaterEqual(seconds[0], 60)

    def act_on_inbox(self):
        self.pending("_job_inbox").eta = False
        self.work("_job_inbox")

    def changed(self):
        """Return a session, and news that its host has changed the meeting."""
        event = self.sessions(1)
        self.work()
        row = self.meeting_of(event)
        start = event.start + (event.stop - event.start)
        self.sim.update_meeting(
            row.zoom_id, start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        self.receive("meeting.updated", meeting_id=row.zoom_id)
        return row

    def test_a_changed_meeting_is_read_by_a_job_of_its_own(self):
        row = self.changed()
        self.act_on_inbox()
        [job] = self.pending()
        self.assertEqual(
            (job.method_name, job.channel), ("_job_look", "root.zoom.inbox")
        )
        self.work()
        self.assertEqual(row.proposal_ids.state, "open")

    def test_one_at_a_time_is_read_of_those_that_may_share_an_account(self):
        row = self.changed()
        self.act_on_inbox()
        self.sim.clear_calls()
        with alone(self.env, LOOK, [self.lane()]):
            self.assertTrue(self.perform(self.pending("_job_look")).ignore_retry)
        self.assertFalse(self.calls("GET"))
        self.perform(self.pending("_job_look"))
        self.assertEqual(row.proposal_ids.state, "open")

    def test_others_of_the_lane_are_read_by_the_job_that_has_it(self):
        rows = self.changed() | self.changed()
        self.act_on_inbox()
        first, second = self.pending("_job_look").sorted("id")
        self.perform(first)
        self.assertEqual(rows.proposal_ids.mapped("state"), ["open"] * 2)
        self.sim.clear_calls()
        self.assertIsNone(self.perform(second))
        self.assertFalse(self.calls("GET"))

    def test_a_meeting_that_was_changed_twice_is_read_once(self):
        row = self.changed()
        self.receive("meeting.updated", meeting_id=row.zoom_id)
        self.act_on_inbox()
        self.sim.clear_calls()
        self.work()
        self.assertEqual(row.proposal_ids.state, "open")
        self.assertEqual(len(self.calls("GET")), 1)

    def test_who_waits_for_a_lane_looks_again_soon(self):
        now = fields.Datetime.now()
        for others in (0, 1, 10_000):
            self.assertLess(busy(others), now + timedelta(seconds=70))

    def test_the_cron_leaves_them_to_jobs(self):
        self.changed()
        self.act_on_inbox()
        self.sim.clear_calls()
        look = self.env.ref("psynamica_zoom.ir_cron_look")
        look.method_direct_trigger()
        self.assertFalse(self.calls("GET"))
        self.assertEqual(len(self.pending("_job_look")), 1)
        self.pending("_job_look").unlink()
        look.method_direct_trigger()
        self.assertEqual(len(self.pending("_job_look")), 1)

    def test_zooms_own_waiting_time_before_it_is_read(self):
        self.changed()
        circuit = self.env["psynamica.zoom.circuit"].sudo()
        paused = circuit._ensure(self.connection._account_key())
        paused.paused_until = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        self.act_on_inbox()
        with mute_logger(f"{OURS}.zoom_change"):
            error = self.perform(self.pending("_job_look"))
        self.assertGreater(error.seconds, 29 * 60)
        self.assertTrue(error.ignore_retry)
        self.assertFalse(self.calls("GET")[-1:] and not self.calls("POST"))
