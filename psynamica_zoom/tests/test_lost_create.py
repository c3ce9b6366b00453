# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A create whose answer was lost: in the end there is one meeting, never two."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.services.event_to_meeting import find_marker

from .lost_case import WITHOUT_LIST, LostSetUp
from .session_case import SessionCase
from .zoom_case import ANNA, BORIS, CLARA


@tagged("post_install", "-at_install")
class TestMarker(SessionCase):
    def test_the_agenda_names_this_database_and_this_row(self):
        event = self.plan_session()
        self.deliver()
        meeting = self.meeting_of(event)
        (there,) = self.at_zoom().values()
        marker = find_marker(there["agenda"])
        self.assertEqual(marker, (meeting._database_mark(), meeting.marker))
        self.assertNotIn(meeting.code, there["agenda"])

    def test_another_database_has_another_mark(self):
        meetings = self.env["psynamica.zoom.meeting"]
        before = meetings._database_mark()
        self.env["ir.config_parameter"].init(force=True)
        self.assertNotEqual(meetings._database_mark(), before)

    def test_no_two_rows_have_the_same_marker(self):
        rows = self.env["psynamica.zoom.meeting"].create([{}, {}])
        self.assertNotEqual(*rows.mapped("marker"))
        # As for rows that were there before markers were.
        self.env.cr.execute(
            "ALTER TABLE psynamica_zoom_meeting ALTER marker DROP NOT NULL"
        )
        self.env.cr.execute(
            "UPDATE psynamica_zoom_meeting SET marker = NULL WHERE id IN %s",
            [tuple(rows.ids)],
        )
        rows._init_column("marker")
        rows.invalidate_recordset()
        self.assertNotEqual(*rows.mapped("marker"))
        for row in rows:
            self.assertEqual(find_marker(row._marker().text), row._marker())


@tagged("post_install", "-at_install")
class TestStrayMeetings(SessionCase):
    def setUp(self):
        super().setUp()
        self.rows = self.env["psynamica.zoom.meeting"].sudo()

    def stray(self):
        """Return the number of a meeting at Zoom that no row knows."""
        made = self.sim.create_meeting(ANNA, topic="Appointment 3K4M")
        return str(made["id"])

    def test_a_stray_meeting_is_deleted_at_zoom(self):
        number, other = self.stray(), self.stray()
        self.rows._remove_stray(self.connection, [number, number])
        self.deliver()
        self.assertEqual(set(self.at_zoom()), {other})

    def test_it_is_noted_once(self):
        number = self.stray()
        first = self.rows._remove_stray(self.connection, [number])
        again = self.rows._remove_stray(self.connection, [number])
        self.assertEqual(first, again)
        self.assertEqual(len(first), 1)

    def test_the_meeting_of_a_session_is_left_alone(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.assertFalse(self.rows._remove_stray(self.connection, [number]))
        self.deliver()
        self.assertEqual(set(self.at_zoom()), {number})

    def test_what_was_left_at_an_account_is_deleted_when_it_is_back(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.connect(self.therapist, BORIS)
        self.deliver()
        left = self.rows.search([("zoom_id", "=", number)])
        self.assertEqual(left.state, "left")
        self.connect(self.therapist, ANNA)
        self.deliver()
        self.assertNotIn(number, self.at_zoom())
        self.assertEqual(left.state, "removed")


@tagged("post_install", "-at_install")
class TestLostCreate(LostSetUp, SessionCase):
    """With the permission to list meetings."""

    def list_shows_nothing(self, times=1):
        """Let the list be behind what was made."""
        self.sim.fault(
            method="GET",
            path="/v2/users/me/meetings",
            status=200,
            json={"meetings": [], "next_page_token": ""},
            times=times,
        )

    def test_what_was_made_is_found_by_its_marker(self):
        for preset in ("cut_after", "cut_during", "500_after", "garbage", "empty"):
            with self.subTest(preset=preset):
                event, row = self.lost(preset)
                self.assertTrue(row.is_lost)
                self.assertEqual(event.video_state, "retry")
                self.let_pass(row, seconds=20)
                self.deliver()
                self.assert_one_meeting(event)
                self.assertEqual(self.creates(), 1)
                self.sim.reset()
                self.connection = self.connect(self.therapist)

    def test_what_was_not_made_is_made_once_it_had_time_to_appear(self):
        for preset in ("cut_before", "500", "502", "xml"):
            with self.subTest(preset=preset):
                event, row = self.lost(preset)
                self.let_pass(row, seconds=20)
                self.deliver()
                self.assertTrue(row.is_lost)
                self.assertEqual(self.creates(), 1)
                self.let_pass(row, seconds=20)
                self.deliver()
                self.assert_one_meeting(event)
                self.assertEqual(self.creates(), 2)
                self.sim.reset()
                self.connection = self.connect(self.therapist)

    def test_a_list_that_is_behind(self):
        event, row = self.lost()
        self.list_shows_nothing()
        self.let_pass(row, seconds=20)
        self.deliver()
        self.assertFalse(row.zoom_id)
        self.let_pass(row, seconds=20)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_a_process_killed_before_the_create_was_sent(self):
        event, row = self.killed(before=True)
        self.deliver()
        self.assertFalse(row.zoom_id)
        self.let_pass(row, seconds=30)
        self.deliver()
        self.assert_one_meeting(event)

    def test_a_process_killed_after_the_create_was_sent(self):
        event, _row = self.killed()
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_several_lost_creates_leave_one_meeting(self):
        event, row = self.lost()
        self.list_shows_nothing(times=2)
        for _time in range(2):
            self.lose()
            self.let_pass(row, minutes=5)
            self.deliver()
        self.assertEqual(self.creates(), 3)
        self.assertEqual(len(self.at_zoom()), 3)
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 3)

    def test_the_session_was_moved_meanwhile(self):
        event, row = self.lost()
        event.write(
            {
                "start": self.start + timedelta(days=1),
                "stop": self.start + timedelta(days=1, minutes=30),
            }
        )
        self.let_pass(row, seconds=20)
        self.deliver()
        there = self.assert_one_meeting(event)
        self.assertEqual(there["duration"], 30)

    def test_the_session_was_cancelled_meanwhile(self):
        event, row = self.lost()
        event.action_archive()
        self.let_pass(row, seconds=20)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(row.state, "removed")
        self.assertFalse(row.attempt_started_at)

    def test_the_session_was_deleted_meanwhile_and_the_list_is_behind(self):
        event, row = self.lost()
        event.unlink()
        self.list_shows_nothing()
        self.deliver()
        self.assertEqual(row.state, "removing")
        self.let_pass(row, seconds=30)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(row.state, "removed")

    def test_nothing_was_made_of_a_session_that_was_cancelled(self):
        event, row = self.lost("cut_before")
        event.action_archive()
        self.let_pass(row, seconds=30)
        self.deliver()
        self.assertEqual(row.state, "removed")
        self.assertEqual(self.creates(), 1)
        event.action_unarchive()
        self.deliver()
        self.assert_one_meeting(event)

    def test_a_new_room_leaves_nothing_behind(self):
        event, _row = self.lost()
        event.with_user(self.therapist).action_zoom_new_room()
        self.deliver()
        self.assert_one_meeting(event)

    def test_another_host_meanwhile(self):
        self.connect(self.colleague, CLARA)
        event, row = self.lost()
        event.write(
            {
                "user_id": self.colleague.id,
                "partner_ids": [Command.link(self.colleague.partner_id.id)],
            }
        )
        self.let_pass(row, seconds=20)
        self.deliver()
        there = self.assert_one_meeting(event)
        self.assertEqual(there["host"], CLARA)

    def test_a_failure_before_the_create_says_nothing_of_it(self):
        event, row = self.lost()
        for fault in ({"preset": "500"}, {"preset": "429_second"}):
            self.sim.fault(method="GET", path="/v2/users/me/meetings", **fault)
            self.let_pass(row, hours=1)
            self.deliver()
            self.assertTrue(row.is_lost)
            self.assertTrue(row.attempt_started_at)
        self.connection.access_expires_at = False
        self.sim.fault(path="/oauth/token", preset="500")
        self.let_pass(row, hours=1)
        self.deliver()
        self.assertTrue(row.is_lost)
        self.let_pass(row, hours=1)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_a_create_that_was_refused_is_not_looked_for(self):
        event, row = self.lost("429_second")
        self.assertFalse(row.is_lost)
        self.assertFalse(row.attempt_started_at)
        self.let_pass(row, hours=1)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertNotIn("/v2/users/me/meetings", self.calls("GET"))

    def test_a_refusal_says_nothing_of_the_create_before(self):
        event, row = self.lost()
        self.list_shows_nothing()
        self.lose("429_second")
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assertEqual(self.creates(), 2)
        self.assertTrue(row.is_lost)
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 2)

    def test_the_list_is_refused_after_all(self):
        """A permission that only adds something is no reason to disconnect."""
        event, row = self.lost("cut_before")
        self.sim.set_scopes(ANNA, list(WITHOUT_LIST))
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assertEqual(self.connection.state, "connected")
        self.assert_one_meeting(event)

    def test_a_meeting_that_the_host_deletes_before_it_is_found(self):
        event, row = self.lost()
        self.sim.fault(
            method="PATCH",
            path="/v2/meetings/.*",
            status=404,
            json={"code": 3001, "message": "Meeting does not exist."},
        )
        [number] = self.at_zoom()
        self.let_pass(row, minutes=5)
        self.deliver()
        self.sim.delete_meeting(number)
        self.assert_one_meeting(event)

    def test_the_host_was_disconnected_meanwhile(self):
        event, row = self.lost()
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.let_pass(row, minutes=5)
        self.deliver()
        self.connect(self.therapist)
        self.deliver()
        self.assert_one_meeting(event)
        self.assertEqual(self.creates(), 1)

    def test_a_session_cancelled_while_its_host_was_disconnected(self):
        event, _row = self.lost()
        known = self.plan_session(start=self.start + timedelta(days=1))
        self.deliver()
        self.therapist.with_user(self.therapist).zoom_disconnect()
        event.action_archive()
        known.unlink()
        self.deliver()
        self.connect(self.therapist)
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_disconnecting_deletes_what_was_lost_too(self):
        _event, row = self.lost()
        card = self.therapist.with_user(self.therapist).zoom_disconnect(True)
        self.assertEqual(card["zoom"]["state"], "disconnecting")
        self.let_pass(row, minutes=5)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(self.connection.state, "disconnected")

    def test_another_account_is_not_searched(self):
        event, row = self.lost()
        [number] = self.at_zoom()
        self.connect(self.therapist, BORIS)
        self.deliver()
        self.assertEqual(row.state, "left")
        self.assertNotEqual(self.meeting_of(event).zoom_id, number)
        hosts = sorted(one["host"] for one in self.at_zoom().values())
        self.assertEqual(hosts, [ANNA, BORIS])
        self.assertFalse(self.calls("DELETE"))
