# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom's limits are not hit by ourselves, and respected when others hit them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.models import vacuum, zoom_connection_pace
from odoo.addons.psynamica_zoom.models.zoom_delivery import AHEAD_S, LOOK_S, WAIT_S
from odoo.addons.psynamica_zoom.services.pacing import MEDIUM, WINDOW_S, Pacer
from odoo.addons.psynamica_zoom.services.running_calls import RunningCalls

from .internal_user import internal_user
from .session_case import SessionCase
from .zoom_case import ANNA, BORIS, CLARA

NO_EFFECT = 1_000_000.0  # a pace at which nobody ever waits


class PacingCase(SessionCase):
    def pace(self, speed):
        """Let so many of Zoom's seconds pass in one of the delivery's."""
        self.enterContext(patch.object(zoom_connection_pace, "pacer", Pacer(speed)))

    def refused(self):
        """Return the calls that Zoom refused for being too many."""
        return [call for call in self.sim.calls() if call["status"] == 429]

    def sessions(self, count, user=None, start=None, apart=timedelta(hours=1)):
        """Return sessions of a therapist, one after the other."""
        user = user or self.therapist
        start = start or self.start
        people = user.partner_id | self.client
        calendar = self.env["calendar.event"].with_user(user)
        return calendar.with_context(dont_notify=True).create(
            [
                {
                    "name": "Session",
                    "start": start + number * apart,
                    "stop": start + number * apart + timedelta(minutes=50),
                    "user_id": user.id,
                    "partner_ids": [Command.set(people.ids)],
                }
                for number in range(count)
            ]
        )

    def meetings(self, *events):
        ids = [event_id for some in events for event_id in some.ids]
        return (
            self.env["psynamica.zoom.meeting"].sudo().search([("event_id", "in", ids)])
        )

    def due_again(self, meetings):
        """Let the moment come for which these meetings wait."""
        meetings.next_attempt_at = fields.Datetime.now()


@tagged("post_install", "-at_install")
class TestPerSecond(PacingCase):
    def free_account(self, therapists):
        """Connect more therapists to ANNA's account, which is free from now on."""
        self.sim.settings(create_is_medium=True)
        self.sim.account(ANNA, plan="free")
        self.connection.plan = "basic"
        users = [self.therapist]
        for number in range(therapists - 1):
            email = f"free{number}@zoom.example"
            self.sim.add_user(email, account=ANNA, type=1)
            user = internal_user(self.env, f"free{number}", f"Therapist {number}")
            self.connect(user, email)
            users.append(user)
        return users

    def test_a_drain_of_three_hundred_meetings_is_not_refused_once(self):
        users = self.free_account(4)
        self.sim.clock(speed=12)
        self.pace(12)
        events = [self.sessions(75, user, apart=timedelta(minutes=5)) for user in users]
        self.deliver()
        while self.env["psynamica.zoom.meeting"]._count_due():
            self.deliver()  # a cron has ten seconds, then others have their turn
        self.assertEqual(self.refused(), [])
        self.assertEqual(self.meetings(*events).mapped("state"), ["ready"] * 300)
        self.assertEqual(len(self.at_zoom()), 300)

    def test_without_the_pace_the_limit_is_hit(self):
        users = self.free_account(3)
        self.sim.clock(speed=0.001)  # all calls come within one second of Zoom's
        self.pace(NO_EFFECT)
        for user in users:
            self.sessions(2, user)
        self.deliver()
        self.assertTrue(self.refused())

    def test_a_refusal_makes_the_whole_account_wait(self):
        self.connect(self.colleague, CLARA)  # of the same account
        self.sim.fault(preset="429_second", times=None)
        mine = self.sessions(3)
        others = self.sessions(3, self.colleague)
        before = fields.Datetime.now()
        self.deliver()
        # The one that was on its way beside it may be refused too.
        self.assertLessEqual(len(self.calls("POST")), 2)
        self.assertEqual(len(self.refused()), len(self.calls("POST")))
        circuit = self.env["psynamica.zoom.circuit"].search([])
        self.assertEqual(len(circuit), 1)
        self.assertGreater(circuit.paused_until, before)
        self.assertFalse(circuit.since)
        self.sim.clear_faults()
        circuit.paused_until = fields.Datetime.now()
        self.due_again(self.meetings(mine, others))
        self.deliver()
        self.assertEqual(self.meetings(mine, others).mapped("state"), ["ready"] * 6)

    def test_other_accounts_do_not_wait(self):
        self.connect(self.colleague, BORIS)
        self.sim.fault(preset="429_day", user=ANNA, times=None)
        mine = self.sessions(3)
        others = self.sessions(3, self.colleague)
        self.deliver()
        self.assertEqual(len(self.refused()), 1)
        self.assertEqual(self.meetings(others).mapped("state"), ["ready"] * 3)
        circuit = self.env["psynamica.zoom.circuit"].search(
            [("key", "=", self.connection._account_key())]
        )
        self.assertGreaterEqual(circuit.paused_until, self.midnight())
        # Those that Zoom was not asked about say so too.
        waiting = mine[-1]
        self.assertEqual(waiting.video_state, "retry")
        self.assertIn("Zoom asks us to wait.", waiting.video_state_text)
        screen = self.env["res.users"].with_user(self.therapist)
        trouble = screen.video_integrations()["zoom"]["trouble"]
        self.assertIn("Zoom takes no more changes for your account until", trouble)
        found = self.env["calendar.event"].search([("video_state", "=", "retry")])
        self.assertEqual(found & (mine | others), mine)
        self.assertEqual(
            self.env.ref("psynamica_zoom.ir_cron_deliver").failure_count, 0
        )

    def midnight(self):
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestDailyChanges(PacingCase):
    def setUp(self):
        super().setUp()
        self.quotas = self.env["psynamica.zoom.quota"]
        self.key = self.connection._user_key()
        now = fields.Datetime.now()
        self.soon = now + timedelta(hours=20)
        self.far = now + timedelta(days=21)
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.midnight = today + timedelta(days=1)

    def used(self, changes):
        """Let both sides know of so many changes of today."""
        self.quotas._spend(self.key, changes)
        self.sim.set_quota(ANNA, changes)

    def test_every_change_is_counted_as_zoom_counts(self):
        event = self.plan_session()
        self.deliver()
        event.start = self.start + timedelta(hours=1)
        self.deliver()
        event.action_archive()
        self.deliver()
        self.assertEqual(self.quotas._today(self.key).changes, 2)

    def test_sessions_weeks_ahead_leave_the_reserve_to_those_that_start_soon(self):
        self.used(79)
        far = self.sessions(3, start=self.far)
        soon = self.plan_session(start=self.soon)
        self.deliver()
        self.assertEqual(self.meeting_of(soon).state, "ready")
        parked = self.meetings(far)
        self.assertEqual(parked.mapped("state"), ["retry"] * 3)
        self.assertEqual(set(parked.mapped("error_reason")), {"daily_limit"})
        self.assertGreaterEqual(min(parked.mapped("next_attempt_at")), self.midnight)
        latest = self.midnight + timedelta(minutes=2)
        self.assertLessEqual(max(parked.mapped("next_attempt_at")), latest)
        self.assertEqual(len(self.calls("POST")), 1)

    def test_a_parked_session_says_until_when(self):
        self.used(80)
        far = self.plan_session(start=self.far)
        self.deliver()
        self.assertEqual(far.video_state, "retry")
        text = far.with_context(tz="Europe/Berlin", lang="en_US").video_state_text
        self.assertIn("Zoom allows 100 changes a day.", text)
        clock = far.with_context(tz="Europe/Berlin")._video_clock(self.midnight)
        self.assertIn(f"after {clock}.", text)

    def test_a_parked_move_leads_to_the_meeting_as_before(self):
        event = self.plan_session(start=self.far)
        self.deliver()
        self.used(99)
        event.start = self.far + timedelta(hours=1)
        self.deliver()
        self.assertEqual(self.calls("PATCH"), [])
        self.assertIn("Zoom is told of this change after", event.video_state_text)
        token = event.videocall_location.rsplit("/", 1)[-1]
        where = self.env["calendar.event"]._video_resolve(token)
        self.assertEqual(where["kind"], "redirect")

    def test_the_next_day_makes_what_was_parked(self):
        self.used(100)
        events = self.sessions(2, start=self.far)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.quotas._today(self.key).day = fields.Date.today() - timedelta(days=1)
        self.sim.set_quota(ANNA, 0)
        self.due_again(self.meetings(events))
        self.deliver()
        self.assertEqual(self.meetings(events).mapped("state"), ["ready"] * 2)
        self.assertEqual(self.quotas._today(self.key).changes, 2)

    def test_deleting_goes_on_when_nothing_else_does(self):
        event = self.plan_session()
        self.deliver()
        self.used(100)
        event.action_archive()
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_when_deleting_counts_after_all_one_refusal_is_enough(self):
        self.sim.settings(delete_counts_as_write=True)
        events = self.sessions(3)
        self.deliver()
        self.used(100)
        events.action_archive()
        self.deliver()
        self.assertEqual(len(self.refused()), 1)
        parked = self.meetings(events.with_context(active_test=False))
        self.assertEqual(set(parked.mapped("error_reason")), {"daily_limit"})

    def test_one_refusal_parks_all(self):
        self.sim.set_quota(ANNA, 100)  # somebody else used them up
        events = self.sessions(4, start=self.soon)
        self.deliver()
        self.assertEqual(len(self.refused()), 1)
        parked = self.meetings(events)
        self.assertEqual(set(parked.mapped("error_reason")), {"daily_limit"})
        self.assertGreaterEqual(min(parked.mapped("next_attempt_at")), self.midnight)

    def test_a_colleague_with_the_same_account_has_an_own_hundred(self):
        self.connect(self.colleague, CLARA)
        self.used(100)
        theirs = self.sessions(1, self.colleague)
        self.deliver()
        self.assertEqual(self.meetings(theirs).state, "ready")

    def test_a_call_that_never_left_costs_nothing(self):
        self.enterContext(
            patch.dict("os.environ", {"PSYNAMICA_ZOOM_CA_FILE": "/nowhere.pem"})
        )
        self.plan_session()
        with mute_logger("odoo.addons.psynamica_zoom.zoom_api.session"):
            self.deliver()
        self.assertEqual(self.quotas._today(self.key).changes, 0)

    def test_what_is_old_goes_in_batches(self):
        self.used(5)
        day = fields.Date.today() - timedelta(days=3)
        self.quotas.search([]).day = day
        self.quotas.create([{"key": f"user/{n}", "day": day} for n in range(2)])
        with patch.object(vacuum, "MOST", 2):
            self.assertEqual(self.quotas._gc_days(), (2, True))
            self.assertEqual(self.quotas._gc_days(), (1, False))

    def test_counts_of_other_days_are_forgotten(self):
        self.used(5)
        self.quotas._today(self.key).day = fields.Date.today() - timedelta(days=3)
        self.quotas._gc_days()
        self.assertFalse(self.quotas.search([]))


@tagged("post_install", "-at_install")
class TestWhatIsNext(PacingCase):
    def next_due(self):
        return self.env["psynamica.zoom.meeting"].sudo()._next_due(RunningCalls())

    def test_the_session_that_starts_soonest_of_all_connections(self):
        self.connect(self.colleague, BORIS)
        mine = self.sessions(2, start=self.start + timedelta(hours=4))
        theirs = self.sessions(2, self.colleague)
        self.commit()
        order = []
        while row := self.next_due():
            order.append(row.event_id.id)
            row.next_attempt_at = False
            self.env.flush_all()
        self.assertEqual(order, [*theirs.ids, *mine.ids])

    def account_waits(self, wait_s):
        """Let the account's next turn be so many seconds away."""
        moment = [0.0]
        pacer = Pacer(clock=lambda: moment[0])
        self.enterContext(patch.object(zoom_connection_pace, "pacer", pacer))
        with pacer.turn(self.connection._account_key(), "free", (MEDIUM,)):
            pass
        moment[0] = WINDOW_S - wait_s

    def test_a_meeting_is_claimed_shortly_before_its_accounts_turn(self):
        event = self.sessions(1)
        self.commit()
        self.account_waits(AHEAD_S + 0.01)
        self.assertFalse(self.next_due())
        self.account_waits(AHEAD_S - 0.01)
        self.assertEqual(self.next_due().event_id, event)

    def test_the_loop_looks_when_a_meeting_can_be_claimed(self):
        meetings = self.env["psynamica.zoom.meeting"]
        self.assertEqual(meetings._pause_s(), WAIT_S)
        self.account_waits(0.8)
        self.assertAlmostEqual(meetings._pause_s(), 0.8 - LOOK_S)
        self.account_waits(LOOK_S / 2)
        self.assertAlmostEqual(meetings._pause_s(), LOOK_S / 2)
        self.assertLess(LOOK_S, AHEAD_S)

    def test_a_meeting_of_nobody_is_not_forgotten(self):
        events = self.sessions(2)
        self.commit()
        lost = self.meetings(events[1])
        lost.connection_id = False
        self.env.flush_all()
        self.deliver()
        self.assertFalse(lost.next_attempt_at)
        self.assertEqual(self.meetings(events[0]).state, "ready")

    def test_the_delivery_comes_back_for_what_is_due_later(self):
        self.sim.fault(preset="500", method="POST", path="/v2/.*", times=1)
        event = self.plan_session()
        triggers = self.env["ir.cron.trigger"].search([])
        self.deliver()
        planned = self.env["ir.cron.trigger"].search([]) - triggers
        moment = self.meeting_of(event).next_attempt_at
        self.assertIn(moment, planned.mapped("call_at"))

    def test_questions_that_can_wait_are_slower_while_something_is_due(self):
        self.sessions(1)
        self.commit()
        self.assertIn("can wait", self.connection._patient_transport().tier)
        self.deliver()
        self.assertIn("is idle", self.connection._patient_transport().tier)

    def test_a_broken_row_stops_no_other(self):
        events = self.sessions(2)
        self.commit()
        broken = self.meetings(events[0])
        broken.write({"zoom_id": "no number", "made_for": self.connection.connected_at})
        before = fields.Datetime.now()
        with self.assertLogs("odoo.addons.psynamica_zoom.models.zoom_delivery"):
            self.deliver()
        self.assertGreater(broken.next_attempt_at, before)
        self.assertEqual(self.meetings(events[1]).state, "ready")

    def test_who_cannot_be_told_of_one_hears_of_the_others_and_all_counts_once(self):
        quotas = self.env["psynamica.zoom.quota"].sudo()
        quotas.search([]).unlink()
        meeting_class = self.registry["psynamica.zoom.meeting"]
        as_it_is = meeting_class._after_store
        told = []
        events = self.sessions(3)
        self.commit()
        broken = self.meetings(events[1])

        def refuse():
            raise ValueError("no words for this one")

        def after_store(rows):
            told.extend(rows.event_id.ids)
            as_it_is(rows)
            if rows == broken:
                rows.env.cr.precommit.add(refuse)  # noticed as late as it can be

        self.patch(meeting_class, "_after_store", after_store)
        with self.assertLogs("odoo.addons.psynamica_zoom.models.zoom_delivery"):
            self.deliver()
        meetings = self.meetings(events)
        self.assertEqual(set(meetings.mapped("state")), {"ready"})
        self.assertLessEqual({events[0].id, events[2].id}, set(told))
        self.assertEqual(quotas.search([]).mapped("changes"), [3])
