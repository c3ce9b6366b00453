# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom tells us is acted on by jobs."""

import dataclasses
import itertools
from datetime import datetime, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.services.webhook_event import Notification
from odoo.addons.queue_job.tests.common import trap_jobs

from .queue_case import QueueCase

UNKNOWN = {field.name: None for field in dataclasses.fields(Notification)}
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

    def test_each_notification_is_a_job(self):
        with trap_jobs() as trap:
            one = self.receive()
            [job] = trap.enqueued_jobs
        self.assertEqual(job.identity_key, f"psynamica_zoom/notification/{one.id}/0")
        self.assertEqual(job.channel, "root.zoom.inbox")
        self.assertEqual((job.method_name, job.max_retries), ("_job_process", 0))

    def test_it_is_acted_on_once(self):
        one = self.receive()
        self.work()
        self.assertEqual(one.state, "ignored")  # it names nobody of ours
        self.assertFalse(self.pending())

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
        with patch.object(type(self.inbox), "_process", side_effect=AssertionError):
            self.assertIsNone(self.perform(self.pending()))

    @mute_logger(f"{OURS}.zoom_notification")
    def test_a_failure_is_tried_again_and_kept(self):
        one = self.receive()
        self.commit()
        seconds = []
        with patch.object(type(self.inbox), "_process", side_effect=ValueError):
            while error := self.perform(self.pending()):
                seconds.append(error.seconds)
        self.assertEqual(one.state, "failed")
        self.assertEqual(one.attempts, len(seconds) + 1)
        self.assertEqual(seconds, sorted(seconds))
        self.assertGreaterEqual(seconds[0], 60)

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
        self.work("_job_process")
        [job] = self.pending()
        self.assertEqual(
            (job.method_name, job.channel), ("_job_look", "root.zoom.inbox")
        )
        self.work()
        self.assertEqual(row.proposal_ids.state, "open")

    def test_zooms_own_waiting_time_before_it_is_read(self):
        self.changed()
        circuit = self.env["psynamica.zoom.circuit"].sudo()
        paused = circuit._ensure(self.connection._account_key())
        paused.paused_until = fields.Datetime.add(fields.Datetime.now(), minutes=30)
        self.work("_job_process")
        with mute_logger(f"{OURS}.zoom_change"):
            error = self.perform(self.pending("_job_look"))
        self.assertGreater(error.seconds, 29 * 60)
        self.assertTrue(error.ignore_retry)
        self.assertFalse(self.calls("GET")[-1:] and not self.calls("POST"))
