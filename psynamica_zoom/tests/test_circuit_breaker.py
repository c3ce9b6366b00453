# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""While Zoom is down: no calls but a probe, rooms at once, one notice, a gentle end."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.models.zoom_circuit import ZOOM
from odoo.addons.psynamica_zoom.services.circuit_breaker import (
    ACCOUNT_FAILURES,
    NOTICE_AFTER,
    ZOOM_FAILURES,
)
from odoo.addons.psynamica_zoom.zoom_api.errors import ZoomRateLimited, ZoomUnreachable

from .test_pacing import PacingCase
from .zoom_case import ANNA, BORIS


class OutageCase(PacingCase):
    def setUp(self):
        super().setUp()
        self.circuits = self.env["psynamica.zoom.circuit"]
        self.administrator = self.env.ref("base.user_admin")

    def outage(self, **wanted):
        """Let Zoom fail from now on."""
        self.sim.fault(**{"preset": "500", "path": "/v2/.*", "times": None, **wanted})

    def circuit(self, key=None):
        return self.circuits.search(
            [("key", "=", key or self.connection._account_key())]
        )

    def later(self, **wanted):
        """Let so much time have passed since the outage began and was last probed."""
        rows = self.env["psynamica.zoom.meeting"].search([])
        self.let_pass(rows.filtered("next_attempt_at"), **wanted)

    def down(self, count=6):
        """Return sessions that could not be made, and open the circuit."""
        self.outage()
        events = self.sessions(count)
        self.deliver()
        self.sim.clear_calls()
        return events

    def notices(self):
        return (
            self.env["mail.message"]
            .search([("subject", "ilike", "Zoom")], order="id")
            .mapped("subject")
        )

    def where(self, event):
        token = event.videocall_location.rsplit("/", 1)[-1]
        return self.env["calendar.event"]._video_resolve(token)


@tagged("post_install", "-at_install")
class TestOutage(OutageCase):
    def test_calls_stop_after_a_few_failures(self):
        self.outage()
        self.sessions(20)
        self.deliver()
        self.deliver()
        self.assertEqual(len(self.calls("POST")), ACCOUNT_FAILURES)

    def test_a_single_probe_at_growing_intervals(self):
        self.down()
        waits = []
        for number in range(1, 5):
            self.later(minutes=10)
            self.deliver()
            self.assertEqual(len(self.sim.calls(kind="api")), number)
            wait = self.circuit().retry_at - fields.Datetime.now()
            waits.append(wait.total_seconds())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], 3 * waits[0])

    def test_zoom_as_a_whole(self):
        self.connect(self.colleague, BORIS)
        self.outage()
        self.sessions(8)
        self.sessions(8, self.colleague)
        self.deliver()
        # One of each account may have been on its way when the circuit opened.
        self.assertLessEqual(len(self.calls("POST")), ZOOM_FAILURES + 1)
        self.assertTrue(self.circuit(ZOOM).retry_at)
        self.sim.clear_calls()
        self.later(minutes=10)
        self.deliver()
        self.assertEqual(len(self.sim.calls(kind="api")), 1)

    def test_one_account_is_not_zoom(self):
        self.connect(self.colleague, BORIS)
        self.outage(user=ANNA)
        self.sessions(8)
        theirs = self.sessions(2, self.colleague)
        self.deliver()
        self.assertTrue(self.circuit().retry_at)
        self.assertFalse(self.circuit(ZOOM).retry_at)
        self.assertEqual(self.meetings(theirs).mapped("state"), ["ready"] * 2)

    def test_silence_is_an_outage_too(self):
        self.outage(preset="cut_before")
        self.sessions(8)
        self.deliver()
        self.assertTrue(self.circuit().retry_at)
        self.assertEqual(len(self.sim.calls(path="/v2/users/me/meetings")), 3)

    def test_refusals_are_answers(self):
        self.outage(status=400, json={"code": 300, "message": "no"}, preset=None)
        events = self.sessions(8)
        self.deliver()
        self.assertEqual(self.meetings(events).mapped("state"), ["failed"] * 8)
        self.assertFalse(self.circuits.search([("retry_at", "!=", False)]))

    def test_booking_asks_the_database_no_more_than_ever(self):
        def book():
            self.plan_session(start=self.start + timedelta(days=9))
            self.commit()

        def questions():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            book()
            return self.env.cr.sql_log_count - before

        book()
        before = questions()
        self.down()
        self.assertTrue(self.circuit().retry_at)
        book()
        self.assertLessEqual(questions(), before)
        self.assertEqual(self.sim.calls(kind="api"), [])

    def test_links_fall_back_to_the_room_at_once(self):
        self.down()
        fresh = self.plan_session(start=self.start + timedelta(days=9))
        self.deliver()
        where = self.where(fresh)
        self.assertEqual((where["kind"], where["reason"]), ("room", "outage"))
        self.assertIn("/calendar/join_videocall/", where["room_url"])
        self.assertEqual(self.sim.calls(kind="api"), [])

    def test_a_meeting_that_exists_is_still_joined(self):
        event = self.plan_session()
        self.deliver()
        self.down()
        event.start = self.start + timedelta(hours=1)
        self.deliver()
        self.assertEqual(self.where(event)["kind"], "redirect")
        self.assertIn("Zoom could not be reached", event.video_state_text)
        self.assertIn("The link opens the Zoom meeting.", event.video_state_text)
        found = self.env["calendar.event"].search([("video_state", "=", "retry")])
        self.assertIn(event, found)

    def test_the_page_says_so_and_when_the_next_try_is(self):
        self.down()
        fresh = self.plan_session(start=self.start + timedelta(days=9))
        self.deliver()
        self.assertEqual(fresh.video_state, "retry")
        clock = fresh._video_clock(self.circuit().retry_at)
        self.assertIn("Zoom could not be reached", fresh.video_state_text)
        self.assertIn(clock, fresh.video_state_text)

    def test_the_card_says_so_and_when_the_next_try_is(self):
        users = self.env["res.users"].with_user(self.therapist)
        self.assertEqual(users.video_integrations()["zoom"]["trouble"], "")
        self.down()
        trouble = users.video_integrations()["zoom"]["trouble"]
        clock = (
            self.env["calendar.event"]
            .with_user(self.therapist)
            ._video_clock(self.circuit().retry_at)
        )
        self.assertIn(f"Zoom does not work at the moment. Next try at {clock}", trouble)
        stranger = self.env["res.users"].with_user(self.colleague)
        self.assertEqual(stranger.video_integrations()["zoom"]["trouble"], "")

    def test_the_host_does_not_wait_for_a_zoom_that_is_down(self):
        event = self.plan_session()
        self.deliver()
        self.down()
        url = event.with_user(self.therapist)._video_host_url()
        self.assertEqual(url, event._video_join_url())
        self.assertEqual(self.sim.calls(kind="api"), [])

    def test_questions_that_can_wait_are_not_asked(self):
        self.down()
        with self.assertRaises(ZoomUnreachable):
            self.connection._ask_zoom(lambda *zoom: self.fail("asked"))
        self.circuit().write({"retry_at": False, "since": False})
        moment = fields.Datetime.now() + timedelta(minutes=5)
        self.circuit().paused_until = moment
        with self.assertRaises(ZoomRateLimited):
            self.connection._ask_zoom(lambda *zoom: self.fail("asked"))
        self.assertEqual(self.sim.calls(kind="api"), [])

    def test_garbage_of_all_kinds_does_not_stop_the_delivery(self):
        cron = self.env.ref("psynamica_zoom.ir_cron_deliver")
        for preset in ("garbage", "xml", "empty", "502", "cut_during", "no_headers"):
            self.sim.fault(preset=preset, path="/v2/.*", times=1)
            self.plan_session()
            self.deliver()
            self.later(minutes=10)
        self.deliver()
        self.assertEqual((cron.active, cron.failure_count), (True, 0))
        rows = self.env["psynamica.zoom.meeting"].search([])
        self.assertEqual(set(rows.mapped("state")), {"ready"})


@tagged("post_install", "-at_install")
class TestRecovery(OutageCase):
    def test_all_is_made_in_order_of_start(self):
        self.outage()
        late = self.sessions(4, start=self.start + timedelta(days=2))
        self.deliver()
        early = self.sessions(4)
        self.deliver()
        self.sim.clear_faults()
        self.later(minutes=10)
        self.deliver()
        rows = self.meetings(early, late)
        self.assertEqual(rows.mapped("state"), ["ready"] * 8)
        made = [meeting["start_time"] for meeting in self.made_in_order()]
        self.assertEqual(made[1:], sorted(made[1:]))
        self.assertFalse(self.circuits.search([("retry_at", "!=", False)]))
        self.assertFalse(self.circuits.search([("answers", ">", 0)]))

    def made_in_order(self):
        calls = self.sim.calls(method="POST", path="/v2/users/me/meetings")
        return [call["body"] for call in calls if call["status"] == 201]

    def test_after_the_probe_few_calls_run_side_by_side(self):
        self.connect(self.colleague, BORIS)
        circuit = self.circuits._ensure(ZOOM)
        circuit.answers = 1
        self.sessions(1)
        self.sessions(1, self.colleague)
        self.commit()
        most = self.circuits._most_calls()
        self.assertEqual(most, {ZOOM: 1})
        self.deliver()
        self.assertFalse(circuit.answers)

    def test_a_failure_while_it_recovers_opens_it_again(self):
        self.down()
        self.sim.clear_faults()
        self.later(minutes=1)
        since = self.circuit().since
        self.sim.fault(preset="500", path="/v2/.*", method="POST", times=1)
        self.deliver()
        self.assertTrue(self.circuit().retry_at)
        self.assertEqual(self.circuit().since, since)

    def test_quiet_accounts_are_forgotten(self):
        self.down()
        self.sim.clear_faults()
        self.later(minutes=1)
        self.deliver()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE psynamica_zoom_circuit SET write_date = write_date - interval '2d'"
        )
        self.env.invalidate_all()
        self.circuits._gc_quiet()
        self.assertFalse(self.circuits.search([]))


@tagged("post_install", "-at_install")
class TestNotices(OutageCase):
    def test_a_hiccup_is_told_to_nobody(self):
        self.down()
        self.later(seconds=30)
        self.deliver()
        self.sim.clear_faults()
        self.later(seconds=30)
        self.deliver()
        self.assertEqual(self.notices(), [])

    def test_an_outage_is_told_once_and_its_end_once(self):
        self.down()
        for _number in range(4):
            self.later(minutes=3)
            self.deliver()
            self.sessions(2)
            self.deliver()
        self.assertEqual(self.notices(), ["Zoom does not work at the moment"])
        message = self.env["mail.message"].search([("subject", "ilike", "Zoom")])
        self.assertIn(self.administrator.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.therapist.partner_id, message.notified_partner_ids)
        self.assertIn(self.therapist.name, message.body)
        self.sim.clear_faults()
        self.later(minutes=20)
        self.deliver()
        self.deliver()
        self.assertEqual(self.notices()[1:], ["Zoom works again"])

    def test_accounts_that_fail_one_after_the_other_are_one_outage(self):
        self.connect(self.colleague, BORIS)
        self.outage(user=ANNA)
        self.sessions(4)
        self.deliver()
        self.later(seconds=NOTICE_AFTER.total_seconds() + 1)
        self.deliver()
        self.assertEqual(len(self.notices()), 1)
        self.outage(preset="cut_before")
        self.sessions(8, self.colleague)
        for _number in range(4):
            self.later(minutes=6)
            self.deliver()
        self.assertTrue(self.circuit(ZOOM).retry_at)
        self.assertEqual(len(self.notices()), 1)
        self.sim.clear_faults()
        self.later(minutes=20)
        self.deliver()
        self.assertEqual(len(self.notices()), 2)

    def test_an_outage_ends_also_when_nothing_is_left_to_say(self):
        events = self.down(ACCOUNT_FAILURES)
        self.later(minutes=6)
        self.deliver()
        self.assertEqual(len(self.notices()), 1)
        rows = self.meetings(events)
        events.unlink()
        rows._stop("removed")
        self.later(minutes=20)
        self.deliver()
        self.assertEqual(len(self.notices()), 1)  # Zoom is still down
        self.assertEqual(len(self.sim.calls(path="/v2/users/me")), 1)
        self.sim.clear_faults()
        self.later(minutes=20)
        self.deliver()
        self.assertEqual(self.notices()[1:], ["Zoom works again"])

    def test_an_outage_ends_with_the_last_connection(self):
        self.down(ACCOUNT_FAILURES)
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.assertTrue(self.circuits.search([("retry_at", "!=", False)]))
        self.later(minutes=20)
        self.deliver()
        self.assertFalse(self.circuits.search([("retry_at", "!=", False)]))
