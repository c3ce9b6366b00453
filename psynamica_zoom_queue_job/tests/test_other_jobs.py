# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Comparing with Zoom and keeping idle connections alive, by jobs."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.tests.zoom_case import ANNA, BORIS

from ..models import zoom_connection
from ..models.alone import COMPARISON, alone
from .queue_case import QueueCase

RECONCILE = "odoo.addons.psynamica_zoom.models.zoom_reconcile"


@tagged("post_install", "-at_install")
class TestComparisonJobs(QueueCase):
    def setUp(self):
        super().setUp()
        self.comparisons = self.env["psynamica.zoom.reconciliation"].sudo()

    def ask(self):
        self.comparisons._ask(self.connection)
        self.commit()
        return self.connection.reconciliation_ids

    def test_who_asks_gets_a_job(self):
        one = self.ask()
        [job] = self.pending()
        self.assertEqual(job.channel, "root.zoom.comparison")
        self.assertIn(f"/comparison/{one.id}/", job.identity_key)
        self.work()
        self.assertEqual(one.state, "done")

    def test_every_night_each_connection_has_its_own(self):
        self.connect(self.colleague, BORIS)
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.assertEqual(len(self.pending("_job_compare")), 2)
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.assertEqual(len(self.pending("_job_compare")), 2)
        self.work()
        done = self.comparisons.search([])
        self.assertEqual(done.mapped("state"), ["done", "done"])

    def test_without_a_runner_the_cron_compares(self):
        self.stop_runner()
        one = self.ask()
        self.assertFalse(self.pending())
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(one.state, "done")

    def test_one_at_a_time_of_those_that_may_share_an_account(self):
        one = self.ask()
        self.sim.clear_calls()
        with alone(self.env, COMPARISON, [self.lane()]):
            self.assertTrue(self.perform(self.pending()).ignore_retry)
        self.assertFalse(self.calls("GET"))
        self.perform(self.pending())
        self.assertEqual(one.state, "done")

    def test_zooms_own_waiting_time(self):
        circuit = self.env["psynamica.zoom.circuit"].sudo()
        row = circuit._ensure(self.connection._account_key())
        row.paused_until = fields.Datetime.now() + timedelta(hours=1)
        one = self.ask()
        with mute_logger(RECONCILE):
            error = self.perform(self.pending())
        wait_s = (one.next_at - fields.Datetime.now()).total_seconds()
        self.assertGreaterEqual(wait_s, 3590)
        self.assertAlmostEqual(error.seconds, wait_s, delta=5)
        self.assertTrue(error.ignore_retry)


@tagged("post_install", "-at_install")
class TestRefreshJobs(QueueCase):
    def idle(self):
        """Return the job for a connection that nobody has used for long."""
        self.connection.refreshed_at -= timedelta(days=84)
        self.env.ref("psynamica_zoom.ir_cron_keep_alive").method_direct_trigger()
        return self.pending("_job_refresh")

    def test_an_idle_connection_is_kept_alive(self):
        job = self.idle()
        self.assertEqual(job.channel, "root.zoom.refresh")
        before = self.connection.refresh_token_sealed
        self.work()
        self.assertNotEqual(self.connection.refresh_token_sealed, before)
        self.assertEqual(self.connection.state, "connected")

    def test_one_that_was_used_meanwhile_is_left_alone(self):
        job = self.idle()
        self.connection.refreshed_at = fields.Datetime.now()
        self.sim.clear_calls()
        self.assertIsNone(self.perform(job))
        self.assertEqual(self.sim.calls(), [])

    def test_without_a_runner_the_cron_refreshes(self):
        self.stop_runner()
        before = self.connection.refresh_token_sealed
        self.assertFalse(self.idle())
        self.env.invalidate_all()
        self.assertNotEqual(self.connection.refresh_token_sealed, before)

    @mute_logger(zoom_connection.__name__)
    def test_an_outage_is_tried_again_as_the_pattern_says(self):
        job = self.idle()
        self.sim.fault(preset="500", path="/oauth/token")
        error = self.perform(job)
        self.assertIsNone(error.seconds)
        self.assertFalse(error.ignore_retry)
        wait = job.eta - fields.Datetime.now()
        self.assertAlmostEqual(wait.total_seconds(), 60, delta=3)
        job.eta = False
        self.work()
        self.assertEqual(self.connection.state, "connected")

    @mute_logger(zoom_connection.__name__)
    def test_zooms_own_waiting_time(self):
        job = self.idle()
        self.sim.fault(preset="429_day", path="/oauth/token")
        error = self.perform(job)
        self.assertTrue(error.ignore_retry)
        self.assertGreater(error.seconds, 1)

    @mute_logger(zoom_connection.__name__)
    def test_a_dead_connection_is_no_failed_job(self):
        job = self.idle()
        self.sim.expire_tokens(ANNA, "access", "refresh")
        self.assertIsNone(self.perform(job))
        self.assertEqual(self.connection.state, "reconnect")
