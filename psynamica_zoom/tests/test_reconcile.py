# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The nightly comparison: what is at Zoom in the end is what should be there."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.services.event_to_meeting import Marker
from odoo.addons.psynamica_zoom.zoom_api import meetings as zoom_meetings

from .session_case import SessionCase
from .zoom_case import ANNA, BORIS

WRITE = [
    "meeting:write:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "user:read:user",
]
READ, LIST = "meeting:read:meeting", "meeting:read:list_meetings"
OURS = "odoo.addons.psynamica_zoom.models.zoom_reconcile"


class ReconcileCase(SessionCase):
    def setUp(self):
        super().setUp()
        self.rows = self.env["psynamica.zoom.meeting"].sudo()

    def booked(self, **values):
        event = self.plan_session(**values)
        self.deliver()
        return event

    def compare(self, connection=None):
        """Compare as every night, and let what follows be delivered."""
        comparisons = self.env["psynamica.zoom.reconciliation"].sudo()
        comparisons._ask(connection or self.connection)
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.deliver()
        return self.result()

    def result(self, connection=None):
        return (connection or self.connection).reconciliation_ids

    def counts(self, result):
        names = ("agreed", "made", "corrected", "removed", "proposed", "left_alone")
        return {name: result[name] for name in names if result[name]}

    def proposal_of(self, event):
        return self.meeting_of(event).proposal_ids.filtered(
            lambda one: one.state == "open"
        )

    def grant(self, *scopes):
        self.sim.set_scopes(ANNA, [*WRITE, *scopes])
        self.connection.scopes = " ".join([*WRITE, *scopes])

    def marked(self, unique="0" * 20, database=None, **values):
        """Make a meeting at Zoom that carries a marker; return its number."""
        marker = Marker(database or self.rows._database_mark(), unique)
        start = self.start.strftime("%Y-%m-%dT%H:%M:%SZ")
        values = {"start_time": start, "duration": 50, **values}
        made = self.sim.create_meeting(
            ANNA, topic="Appointment", agenda=marker.text, type=2, **values
        )
        return str(made["id"])

    def change_at_zoom(self, event, **by):
        start = event.start + timedelta(**by)
        self.sim.update_meeting(
            self.meeting_of(event).zoom_id,
            start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return start

    def start_at_zoom(self, event):
        there = self.at_zoom()[self.meeting_of(event).zoom_id]
        return fields.Datetime.to_datetime(there["start_time"][:19].replace("T", " "))


class Comparisons:
    """What holds with the list of all meetings and without it."""

    def test_what_agrees_is_left_as_it_is(self):
        event = self.booked()
        before = self.at_zoom()
        self.sim.clear_calls()
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})
        self.assertEqual(result.state, "done")
        self.assertEqual(self.at_zoom(), before)
        self.assertFalse(self.calls("PATCH") + self.calls("POST"))
        self.assertFalse(self.proposal_of(event))

    def test_what_was_deleted_without_a_word_is_asked_about(self):
        event = self.booked()
        self.sim.delete_meeting(self.meeting_of(event).zoom_id)
        result = self.compare()
        self.assertEqual(self.counts(result), {"proposed": 1})
        self.assertEqual(event.zoom_proposal, "deleted")
        self.assertFalse(self.at_zoom())
        self.compare()
        self.assertEqual(len(self.meeting_of(event).proposal_ids), 1)

    def test_what_was_moved_without_a_word_is_asked_about(self):
        event = self.booked()
        before = event.start
        start = self.change_at_zoom(event, hours=3)
        result = self.compare()
        self.assertEqual(self.counts(result), {"proposed": 1})
        self.assertEqual(self.proposal_of(event).zoom_start, start)
        self.assertEqual(event.start, before)
        self.assertEqual(self.start_at_zoom(event), start)

    def test_a_change_that_zoom_did_not_take_over_is_told_again(self):
        event = self.booked()
        first = event.start
        event.start += timedelta(hours=2)
        self.deliver()
        self.change_at_zoom(event, seconds=(first - event.start).total_seconds())
        result = self.compare()
        self.assertEqual(self.counts(result), {"corrected": 1})
        self.assertEqual(self.start_at_zoom(event), event.start)
        self.assertFalse(self.proposal_of(event))

    def test_a_change_that_was_never_told_is_told(self):
        event = self.booked()
        event.start += timedelta(hours=2)
        self.commit()
        self.meeting_of(event).next_attempt_at = False
        result = self.compare()
        self.assertEqual(self.counts(result), {"corrected": 1})
        self.assertEqual(self.start_at_zoom(event), event.start)

    def test_what_was_never_made_is_made(self):
        event = self.plan_session()
        self.commit()
        self.meeting_of(event).next_attempt_at = False
        result = self.compare()
        self.assertEqual(self.counts(result), {"made": 1})
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_what_a_delivery_is_at_work_on_is_left_alone(self):
        event = self.booked()
        self.change_at_zoom(event, hours=3)
        later = fields.Datetime.now() + timedelta(hours=1)
        self.meeting_of(event).next_attempt_at = later
        result = self.compare()
        self.assertEqual(self.counts(result), {"left_alone": 1})
        self.assertFalse(self.proposal_of(event))

    def test_the_host_has_taken_a_deletion_back(self):
        event = self.booked()
        number = self.meeting_of(event).zoom_id
        self.sim.delete_meeting(number)
        self.compare()
        self.sim.send("POST", f"meetings/{number}/recover")
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})
        self.assertFalse(event.zoom_proposal)
        self.assertEqual(self.meeting_of(event).state, "ready")

    def test_foreign_meetings_are_never_touched(self):
        self.booked()
        own = self.sim.create_meeting(ANNA, topic="My own meeting")
        other = self.marked(database="0123456789ab")
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})
        self.assertIn(str(own["id"]), self.at_zoom())
        self.assertIn(other, self.at_zoom())

    def test_sessions_of_the_past_are_not_looked_at(self):
        event = self.booked()
        event.start -= timedelta(days=30)
        self.deliver()
        result = self.compare()
        # The meeting may still be listed; nothing is done about it.
        self.assertLessEqual(set(self.counts(result)), {"left_alone"})
        self.assertFalse(self.proposal_of(event))

    def test_a_row_that_changes_while_zoom_answers_is_left_alone(self):
        event = self.booked()
        self.change_at_zoom(event, hours=3)
        row = self.meeting_of(event)
        asked = zoom_meetings.list_upcoming, zoom_meetings.read

        def change():
            row.wanted += 1
            row.delivered += 1
            row.flush_recordset()  # the comparison looks with a cursor of its own

        def slow_list(*args, **options):
            change()
            return asked[0](*args, **options)

        def slow_read(*args, **options):
            change()
            return asked[1](*args, **options)

        with (
            patch.object(zoom_meetings, "list_upcoming", slow_list),
            patch.object(zoom_meetings, "read", slow_read),
        ):
            self.env["psynamica.zoom.reconciliation"].sudo()._ask(self.connection)
            self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.assertEqual(self.counts(self.result()), {"left_alone": 1})
        self.assertFalse(self.proposal_of(event))


@tagged("post_install", "-at_install")
class TestWithTheList(Comparisons, ReconcileCase):
    def test_an_orphan_is_deleted(self):
        event = self.booked()
        orphan = self.marked()
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1, "removed": 1})
        self.assertNotIn(orphan, self.at_zoom())
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_a_second_meeting_of_a_session_is_deleted(self):
        event = self.booked()
        twin = self.marked(self.meeting_of(event).marker)
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1, "removed": 1})
        self.assertNotIn(twin, self.at_zoom())

    def test_what_a_lost_create_has_made_is_no_orphan(self):
        event = self.plan_session()
        self.commit()
        row = self.meeting_of(event)
        row.attempt_started_at = fields.Datetime.now()
        row.next_attempt_at = fields.Datetime.now() + timedelta(hours=1)
        made = self.marked(row.marker)
        result = self.compare()
        self.assertEqual(self.counts(result), {"left_alone": 2})
        self.assertIn(made, self.at_zoom())

    def test_a_meeting_that_its_row_does_not_know_is_used(self):
        event = self.plan_session()
        self.commit()
        row = self.meeting_of(event)
        row.next_attempt_at = False
        made = self.marked(row.marker)
        result = self.compare()
        self.assertEqual(self.counts(result), {"made": 1})
        self.assertEqual(list(self.at_zoom()), [made])
        self.assertEqual(self.meeting_of(event).zoom_id, made)
        self.assertIn(made, self.meeting_of(event).join_url)

    def test_a_meeting_whose_session_is_gone_is_deleted(self):
        event = self.booked()
        row = self.meeting_of(event)
        event.unlink()
        self.commit()
        row.write({"next_attempt_at": False, "state": "removed"})
        result = self.compare()
        self.assertEqual(self.counts(result), {"removed": 1})
        self.assertFalse(self.at_zoom())

    def test_a_marker_that_the_host_has_removed(self):
        event = self.booked()
        self.sim.update_meeting(self.meeting_of(event).zoom_id, agenda="Mine")
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})

    def test_page_after_page(self):
        events = [
            self.plan_session(start=self.start + timedelta(hours=number))
            for number in range(5)
        ]
        self.deliver()
        orphan = self.marked()
        self.sim.delete_meeting(self.meeting_of(events[4]).zoom_id)
        self.sim.clear_calls()
        with patch.object(zoom_meetings, "PAGE_SIZE", 2):
            result = self.compare()
        self.assertGreaterEqual(len(self.calls("GET")), 3)
        self.assertEqual(
            self.counts(result), {"agreed": 4, "removed": 1, "proposed": 1}
        )
        self.assertNotIn(orphan, self.at_zoom())

    def test_a_list_that_lags_behind_asks_nobody_anything(self):
        event = self.booked()
        empty = {"page_size": 300, "total_records": 0, "meetings": []}
        self.sim.fault(
            method="GET", path="/v2/users/me/meetings", json=empty, status=200
        )
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})
        self.assertFalse(self.proposal_of(event))

    def test_a_token_that_is_too_old_is_refreshed(self):
        self.booked()
        self.sim.expire_tokens(ANNA, "access")
        result = self.compare()
        self.assertEqual(self.counts(result), {"agreed": 1})


@tagged("post_install", "-at_install")
class TestOneByOne(Comparisons, ReconcileCase):
    def setUp(self):
        super().setUp()
        self.grant(READ)

    def test_the_list_is_not_asked_for(self):
        self.booked()
        self.sim.clear_calls()
        self.compare()
        self.assertNotIn("/v2/users/me/meetings", self.calls("GET"))


@tagged("post_install", "-at_install")
class TestComparisonItself(ReconcileCase):
    def test_without_the_permissions_it_says_so(self):
        self.booked()
        self.grant()
        self.sim.clear_calls()
        result = self.compare()
        self.assertEqual(result.state, "unable")
        for scope in (READ, LIST):
            self.assertIn(scope, result.text)
        self.assertFalse(self.calls("GET"))

    @mute_logger(OURS)
    def test_one_connection_does_not_stop_the_others(self):
        event = self.booked()
        other = self.connect(self.colleague, BORIS)
        self.change_at_zoom(event, hours=3)
        self.sim.fault(
            method="GET", path="/v2/users/me/meetings", user=BORIS, preset="503"
        )
        result = self.compare(self.connection | other)
        self.assertEqual(self.counts(result), {"proposed": 1})
        trouble = self.result(other)
        self.assertEqual((trouble.state, trouble.problem), ("waiting", "server_error"))
        self.assertGreater(trouble.next_at, trouble.started_at)
        trouble.next_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(trouble.state, "done")
        self.assertFalse(trouble.problem)

    @mute_logger(OURS)
    def test_what_failed_comes_again_also_when_the_time_was_up(self):
        self.booked()
        self.sim.fault(method="GET", path="/v2/users/me/meetings", preset="503")
        crons = self.registry["ir.cron"]
        as_it_is = crons._commit_progress

        def time_is_up(cron, *values, **options):
            as_it_is(cron, *values, **options)
            return 0

        self.patch(crons, "_commit_progress", time_is_up)
        cron = self.env.ref("psynamica_zoom.ir_cron_reconcile")
        cron.method_direct_trigger()
        self.env.invalidate_all()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.result().next_at, triggers.mapped("call_at"))

    @mute_logger(OURS)
    def test_a_permission_that_was_withdrawn_since(self):
        self.booked()
        self.sim.set_scopes(ANNA, WRITE)
        self.assertEqual(self.compare().state, "unable")

    def test_zoom_is_left_alone_while_it_is_down(self):
        event = self.booked()
        self.change_at_zoom(event, hours=3)
        circuit = self.env["psynamica.zoom.circuit"].sudo()
        row = circuit._ensure(self.connection._account_key())
        row.paused_until = fields.Datetime.now() + timedelta(hours=1)
        self.sim.clear_calls()
        with mute_logger(OURS):
            result = self.compare()
        self.assertFalse(self.calls("GET"))
        self.assertEqual(result.state, "waiting")
        self.assertGreaterEqual(result.next_at, row.paused_until)
        self.assertFalse(row.failures)
        row.paused_until = result.next_at = fields.Datetime.now()
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.counts(result), {"proposed": 1})

    def test_every_night_once(self):
        self.booked()
        cron = self.env.ref("psynamica_zoom.ir_cron_reconcile")
        cron.method_direct_trigger()
        first = self.result().finished_at
        self.assertTrue(first)
        self.sim.clear_calls()
        cron.method_direct_trigger()
        self.assertFalse(self.calls("GET"))
        self.result().finished_at -= timedelta(hours=21)
        cron.method_direct_trigger()
        self.assertTrue(self.calls("GET"))

    def test_one_that_was_cut_off_begins_again(self):
        self.booked()
        self.compare()
        self.result().state = "running"
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.result().state, "done")

    def test_who_is_not_connected_is_not_looked_at(self):
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.env.ref("psynamica_zoom.ir_cron_reconcile").method_direct_trigger()
        self.assertFalse(self.result())


@tagged("post_install", "-at_install")
class TestComparisonAccess(ReconcileCase):
    def setUp(self):
        super().setUp()
        self.administrator = self.env.ref("base.user_admin")
        self.booked()
        self.compare()

    def test_a_therapist_asks_for_the_own_one(self):
        other = self.connect(self.colleague, BORIS)
        users = self.env["res.users"].with_user(self.therapist)
        cards = users.zoom_check_meetings()
        self.assertEqual(cards["zoom"]["comparison"]["state"], "waiting")
        self.assertTrue(self.result().asked_at)
        self.assertFalse(self.result(other).asked_at)

    def test_portal_users_ask_for_nothing(self):
        portal = new_test_user(self.env, "portal_p", "base.group_portal")
        with self.assertRaises(AccessError):
            self.env["res.users"].with_user(portal).zoom_check_meetings()

    def test_only_administrators_ask_for_others(self):
        comparisons = self.result().with_user(self.therapist)
        for ask in (
            comparisons.action_ask,
            comparisons.action_ask_all,
            self.connection.with_user(self.therapist).action_reconcile,
        ):
            with self.assertRaises(AccessError):
                ask()
        self.assertFalse(self.result().asked_at)
        self.result().with_user(self.administrator).action_ask_all()
        self.assertTrue(self.result().asked_at)

    def test_who_sees_the_result(self):
        self.assertTrue(self.result().with_user(self.therapist).read(["text"]))
        self.assertTrue(self.result().with_user(self.administrator).read(["text"]))
        with self.assertRaises(AccessError):
            self.result().with_user(self.colleague).read(["text"])
        portal = new_test_user(self.env, "portal_p", "base.group_portal")
        with self.assertRaises(AccessError):
            self.result().with_user(portal).read(["text"])

    def test_nobody_writes_it(self):
        for user in (self.therapist, self.administrator):
            with self.assertRaises(AccessError):
                self.result().with_user(user).write({"agreed": 100})
            with self.assertRaises(AccessError):
                self.result().with_user(user).unlink()
