# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom is told by jobs, one lane of accounts a job."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.psynamica_zoom.models import zoom_connection_pace
from odoo.addons.psynamica_zoom.models.zoom_circuit import ZOOM
from odoo.addons.psynamica_zoom.services.pacing import WINDOW_S, Pacer
from odoo.addons.psynamica_zoom.tests.zoom_case import ANNA, BORIS
from odoo.addons.queue_job.tests.common import trap_jobs

from ..hooks import uninstall_hook
from ..models import zoom_delivery
from ..models.alone import DELIVERY, alone
from ..services.lanes import LANES, lane_of
from .queue_case import QueueCase


@tagged("post_install", "-at_install")
class TestDeliveryJobs(QueueCase):
    def triggers(self):
        """Return how often the delivery's cron is to be started now."""
        cron = self.env.ref("psynamica_zoom.ir_cron_deliver")
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", cron.id), ("call_at", "<=", fields.Datetime.now())]
        )

    # Having it started

    def test_saving_sessions_makes_one_job_for_the_account(self):
        self.commit()
        with trap_jobs() as trap:
            self.sessions(20)
            self.commit()
            trap.assert_jobs_count(1)
            [job] = trap.enqueued_jobs
            trap.assert_enqueued_job(
                self.env["psynamica.zoom.meeting"]
                .with_user(self.env.ref("base.user_root"))
                ._job_deliver,
                args=(self.lane(),),
                properties={"max_retries": 0, "priority": 5, "eta": None},
            )
        self.assertEqual(job.channel, "root.zoom.delivery")
        beginning = f"psynamica_zoom/delivery/{self.lane()}/"
        self.assertTrue(job.identity_key.startswith(beginning))

    def test_each_lane_has_its_own(self):
        other = self.connect_in_other_lane(self.colleague, BORIS)
        self.commit()
        with trap_jobs() as trap:
            self.sessions(2)
            self.sessions(2, self.colleague)
            self.commit()
            lanes = {job.args[0] for job in trap.enqueued_jobs}
        self.assertEqual(lanes, {self.lane(), self.lane(other)})

    def test_the_cron_is_not_triggered_beside_it(self):
        self.commit()
        before = self.triggers()
        self.sessions(1)
        self.commit()
        self.assertEqual(self.triggers(), before)

    def test_without_a_runner_the_cron_does_it_as_before(self):
        self.stop_runner()
        events = self.sessions(2)
        self.deliver()
        self.assertFalse(self.pending())
        self.assertEqual(self.states(events), ["ready"] * 2)

    # A job

    def test_a_job_tells_zoom(self):
        events = self.sessions(5)
        self.work()
        self.assertEqual(self.states(events), ["ready"] * 5)
        self.assertEqual(len(self.at_zoom()), 5)
        self.assertFalse(self.pending())

    def test_a_job_leaves_other_lanes_alone(self):
        self.connect_in_other_lane(self.colleague, BORIS)
        mine = self.sessions(2)
        theirs = self.sessions(2, self.colleague)
        self.commit()
        job = self.pending().filtered(lambda job: [*job.args] == [self.lane()])
        self.perform(job)
        self.assertEqual(self.states(mine), ["ready"] * 2)
        self.assertEqual(self.states(theirs), ["creating"] * 2)
        self.work()
        self.assertEqual(self.states(theirs), ["ready"] * 2)

    def test_a_meeting_whose_connection_is_gone_has_a_lane_too(self):
        row = self.meetings.create(
            {"state": "removing", "next_attempt_at": fields.Datetime.now()}
        )
        row._wake_delivery()
        self.work()
        self.assertFalse(row.next_attempt_at)

    def test_a_lane_that_is_taken_is_left_to_whoever_has_it(self):
        events = self.sessions(1)
        self.commit()
        with alone(self.env, DELIVERY, [self.lane()]):
            self.assertIsNone(self.perform(self.pending()))
        self.assertFalse(self.calls("POST"))
        self.assertEqual(self.states(events), ["creating"])

    def test_what_came_while_it_ended_is_not_lost(self):
        """Another transaction's job found the lane taken, and is done."""
        self.sessions(1)
        self.commit()
        late = []

        def end(run):
            if not late:
                late.append(self.meetings.search([], limit=1))
                late[0].with_env(run.env)._want()

        with patch.object(type(self.meetings), "_all_is_said", end):
            error = self.perform(self.pending())
        self.assertEqual(error.seconds, 1)
        self.assertTrue(error.ignore_retry)
        self.assertTrue(self.pending())

    def test_after_its_time_it_makes_room_for_others_and_comes_back(self):
        events = self.sessions(6)
        self.commit()
        with patch.object(zoom_delivery, "RUN_S", 0):
            error = self.perform(self.pending())
        self.assertEqual(error.seconds, 1)
        self.assertIn("creating", self.states(events))
        self.assertTrue(self.at_zoom())
        self.pending().eta = False
        self.work()
        self.assertEqual(self.states(events), ["ready"] * 6)
        self.assertEqual(len(self.at_zoom()), 6)

    def test_a_claim_of_a_process_that_died_is_waited_for(self):
        event = self.sessions(1)
        self.commit()
        row = self.meeting_of(event)
        row.write(
            {
                "next_attempt_at": fields.Datetime.now() + timedelta(minutes=3),
                "attempt_started_at": fields.Datetime.now(),
            }
        )
        error = self.perform(self.pending())
        self.assertFalse(self.calls("POST"))
        self.assertAlmostEqual(error.seconds, 180, delta=5)
        self.let_pass(row, minutes=4)
        self.pending().eta = False
        self.work()
        self.assertEqual(self.states(event), ["ready"])
        self.assertEqual(len(self.at_zoom()), 1)

    # When Zoom says how long

    def test_zooms_own_waiting_time(self):
        self.sim.fault(preset="429_day", times=None)
        self.sessions(3)
        self.commit()
        with mute_logger("odoo.addons.psynamica_zoom.models.zoom_delivery"):
            self.perform(self.pending())
        self.assertEqual(len(self.calls("POST")), 1)
        circuit = self.env["psynamica.zoom.circuit"].search([])
        circuit.paused_until = fields.Datetime.now() + timedelta(seconds=90)
        self.commit()
        self.meetings._wake_lanes([self.lane()])
        error = self.perform(self.pending()[-1:])
        self.assertAlmostEqual(error.seconds, 90, delta=2)
        self.assertTrue(error.ignore_retry)
        self.assertEqual(len(self.calls("POST")), 1)

    def test_of_two_that_wait_one_is_enough(self):
        self.sim.fault(preset="500", path="/v2/.*")
        self.sessions(1)
        self.commit()
        first = self.pending()
        self.assertTrue(self.perform(first))  # waits for the next attempt
        self.meetings._wake_lanes([self.lane()], at=first.eta)
        second = self.pending() - first
        self.assertIsNone(self.perform(second))
        self.assertEqual(self.pending(), first)

    def test_the_end_of_an_outage_is_news_for_all_lanes(self):
        circuit = self.env["psynamica.zoom.circuit"]._ensure(ZOOM)
        with trap_jobs() as trap:
            circuit._wake()
            lanes = {job.args[0] for job in trap.enqueued_jobs}
        self.assertEqual(lanes, set(range(LANES)))

    def test_one_accounts_pause_is_not_for_other_lanes(self):
        key = self.connection._account_key()
        circuits = self.env["psynamica.zoom.circuit"]
        row = circuits._ensure(key)
        row.paused_until = fields.Datetime.now() + timedelta(minutes=1)
        elsewhere = circuits.with_context(zoom_lanes=((lane_of(key) + 1) % LANES,))
        here = circuits.with_context(zoom_lanes=(lane_of(key),))
        self.assertFalse(elsewhere._next_moment())
        self.assertEqual(here._next_moment(), row.paused_until)

    # Pace

    def test_a_lane_is_kept_until_its_accounts_have_cooled(self):
        moment = [0.0]
        pacer = Pacer(clock=lambda: moment[0])
        self.enterContext(patch.object(zoom_connection_pace, "pacer", pacer))
        key = self.connection._account_key()
        with pacer.turn(key, "paid", ("light",)):
            pass
        mine = self.meetings.with_context(zoom_lanes=(lane_of(key),))
        other = self.meetings.with_context(zoom_lanes=((lane_of(key) + 1) % LANES,))
        self.assertTrue(mine._must_stay())
        self.assertFalse(other._must_stay())
        moment[0] = WINDOW_S
        self.assertFalse(mine._must_stay())

    # The cron

    def test_the_cron_finds_a_job_for_what_has_none(self):
        events = self.sessions(2)
        self.commit()
        self.pending().unlink()
        self.deliver()
        self.assertFalse(self.calls("POST"))
        self.assertEqual([[*job.args] for job in self.pending()], [[self.lane()]])
        self.deliver()
        self.assertEqual(len(self.pending()), 1)
        self.work()
        self.assertEqual(self.states(events), ["ready"] * 2)

    def test_the_cron_does_what_the_queue_never_does(self):
        events = self.sessions(2)
        self.commit()
        rows = self.meetings.search([("event_id", "in", events.ids)])
        rows.next_attempt_at = fields.Datetime.now() - timedelta(minutes=11)
        self.deliver()
        self.assertEqual(self.states(events), ["ready"] * 2)

    def test_the_cron_leaves_lanes_that_are_taken(self):
        self.stop_runner()
        events = self.sessions(1)
        with alone(self.env, DELIVERY, [self.lane()]):
            self.deliver()
        self.assertEqual(self.states(events), ["creating"])

    # The end

    def test_removing_the_addon_leaves_the_work_to_the_crons(self):
        self.sessions(1)
        self.commit()
        self.assertTrue(self.pending())
        before = self.triggers()
        uninstall_hook(self.env)
        self.assertFalse(self.pending())
        self.assertEqual(self.triggers(), before + 1)

    def test_a_copy_of_the_database_does_not_do_the_originals_jobs(self):
        self.sessions(1)
        self.commit()
        self.assertTrue(self.pending())
        with file_open("psynamica_zoom_queue_job/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assertFalse(self.pending())

    def test_the_account_of_a_job_is_nobodys_name(self):
        """Whoever reads the list of jobs learns nothing of people."""
        self.sessions(1)
        self.commit()
        told = str(self.pending().read(["name", "func_string", "identity_key"]))
        for word in (ANNA, self.therapist.name, self.client.name):
            self.assertNotIn(word, told)
