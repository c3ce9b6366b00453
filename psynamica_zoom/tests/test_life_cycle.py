# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a session happens to its meeting at Zoom."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .session_case import SessionCase
from .zoom_case import ANNA, BORIS


@tagged("post_install", "-at_install")
class TestLifeCycle(SessionCase):
    def test_a_session_with_a_client_gets_a_meeting(self):
        event = self.plan_session()
        self.assertEqual(event.video_provider, "zoom")
        self.deliver()
        meeting = self.meeting_of(event)
        self.assertEqual(meeting.state, "ready")
        self.assertEqual(list(self.at_zoom()), [meeting.zoom_id])
        self.assertEqual(self.at_zoom()[meeting.zoom_id]["duration"], 50)
        self.assertIn(f"/j/{meeting.zoom_id}", meeting.join_url)

    def test_a_row_is_as_if_it_were_created(self):
        event = self.plan_session()
        self.commit()
        row = self.meeting_of(event)
        created = row.create(
            {
                "connection_id": row.connection_id.id,
                "session_start": event.start,
                "session_stop": event.stop,
                "next_attempt_at": row.next_attempt_at,
                "saved_by_id": self.therapist.id,
            }
        )
        own = {"id", "display_name", "event_id", "code", "marker"}
        own |= {"create_date", "write_date"}
        names = [name for name in row._fields if name not in own]
        self.assertEqual(
            row.read(names, load="")[0] | {"id": 0},
            created.read(names, load="")[0] | {"id": 0},
        )
        self.assertNotEqual(row.code, created.code)
        self.assertNotEqual(row.marker, created.marker)
        self.assertIn(row, self.connection.sudo().meeting_ids)

    def test_saving_does_not_talk_to_zoom(self):
        self.sim.clear_calls()
        self.plan_session()
        self.commit()
        self.assertEqual(self.sim.calls(), [])

    def test_zoom_is_told_nothing_about_the_client(self):
        self.plan_session(name="Pavel's crisis", description="<p>Secret notes</p>")
        self.deliver()
        told = str(self.sim.calls())
        for word in ("Pavel", "crisis", "notes", "client.test"):
            self.assertNotIn(word, told)

    def test_an_event_without_others_gets_none(self):
        event = self.plan_session(
            partner_ids=[Command.set(self.therapist.partner_id.ids)]
        )
        self.deliver()
        self.assertFalse(event.video_provider)
        self.assertFalse(self.at_zoom())

    def test_an_all_day_event_gets_none(self):
        day = self.start.date()
        self.plan_session(allday=True, start_date=day, stop_date=day)
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_a_past_event_gets_none(self):
        self.plan_session(start=self.start - timedelta(days=30))
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_a_user_who_never_connected_keeps_cores_calendar(self):
        event = self.plan_session(by=self.colleague, user_id=self.colleague.id)
        self.deliver()
        self.assertFalse(event.video_provider)
        self.assertFalse(event.videocall_location)

    def test_a_link_of_ones_own_is_kept(self):
        event = self.plan_session(videocall_location="https://meet.example/x")
        self.deliver()
        self.assertEqual(event.videocall_location, "https://meet.example/x")
        self.assertFalse(self.at_zoom())

    def test_a_move_changes_the_same_meeting(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        link = event.videocall_location
        event.write(
            {
                "start": self.start + timedelta(hours=2),
                "stop": self.start + timedelta(hours=3),
            }
        )
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [number])
        self.assertEqual(self.at_zoom()[number]["duration"], 60)
        self.assertEqual(event.videocall_location, link)

    def test_a_moved_session_keeps_its_room(self):
        event = self.plan_session()
        self.deliver()
        self.therapist.video_default_provider = "builtin"
        self.move(event, timedelta(days=1))
        self.assertEqual(event.video_provider, "zoom")
        event.partner_ids -= self.client
        self.assertFalse(event.video_provider)
        event.partner_ids += self.client
        self.assertEqual(event.video_provider, "builtin")

    def test_a_past_event_that_takes_place_after_all_gets_one(self):
        event = self.plan_session(start=self.start - timedelta(days=30))
        self.assertFalse(event.video_provider)
        self.move(event, timedelta(days=30))
        self.deliver()
        self.assertEqual(event.video_provider, "zoom")
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_what_has_been_held_stays_where_it_was(self):
        event = self.plan_session()
        self.deliver()
        self.move(event, -timedelta(days=30))
        self.assertEqual(event.video_provider, "zoom")

    def move(self, event, by):
        event.write({"start": event.start + by, "stop": event.stop + by})
        self.commit()

    def test_ten_edits_are_one_request(self):
        event = self.plan_session()
        self.deliver()
        self.sim.clear_calls()
        for minutes in range(1, 11):
            event.start = self.start + timedelta(minutes=minutes)
            self.commit()
        self.deliver()
        self.assertEqual(len(self.calls("PATCH")), 1)

    def test_a_new_name_is_no_request(self):
        event = self.plan_session()
        self.deliver()
        self.sim.clear_calls()
        event.name = "Another name"
        self.deliver()
        self.assertEqual(self.calls("PATCH"), [])

    def test_archiving_deletes_the_meeting(self):
        event = self.plan_session()
        self.deliver()
        event.action_archive()
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_restoring_makes_a_meeting_again(self):
        event = self.plan_session()
        self.deliver()
        event.action_archive()
        self.deliver()
        event.action_unarchive()
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_an_organiser_who_declines_calls_the_session_off(self):
        event = self.plan_session()
        self.deliver()
        organizer = event.attendee_ids.filtered(
            lambda a: a.partner_id == self.therapist.partner_id
        )
        organizer.do_decline()
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(event.video_state, "cancelled")
        organizer.do_accept()
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_a_client_who_declines_leaves_the_meeting(self):
        event = self.plan_session()
        self.deliver()
        guest = event.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        guest.do_decline()
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])

    def test_deleting_deletes_the_meeting(self):
        event = self.plan_session()
        self.deliver()
        event.unlink()
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_deleted_before_it_was_made_is_never_made(self):
        event = self.plan_session()
        self.commit()
        event.unlink()
        self.deliver()
        self.assertEqual(self.calls("POST"), [])

    def test_another_organiser_gets_a_meeting_of_their_own(self):
        self.connect(self.colleague, BORIS)
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        link = event.videocall_location
        event.write(
            {
                "user_id": self.colleague.id,
                "partner_ids": [Command.link(self.colleague.partner_id.id)],
            }
        )
        self.deliver()
        meeting = self.meeting_of(event)
        self.assertNotEqual(meeting.zoom_id, number)
        self.assertEqual(meeting.user_id, self.colleague)
        self.assertEqual(list(self.at_zoom()), [meeting.zoom_id])
        self.assertEqual(event.videocall_location, link)

    def test_another_provider_deletes_the_meeting(self):
        event = self.plan_session()
        self.deliver()
        link = event.videocall_location
        event.video_choice = "builtin"
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(event.videocall_location, link)

    def test_no_provider_takes_the_link_away(self):
        event = self.plan_session()
        self.deliver()
        event.video_choice = "none"
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertFalse(event.videocall_location)

    def test_all_day_deletes_the_meeting(self):
        event = self.plan_session()
        self.deliver()
        day = self.start.date()
        event.write({"allday": True, "start_date": day, "stop_date": day})
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_a_copy_gets_a_meeting_and_a_link_of_its_own(self):
        event = self.plan_session()
        self.deliver()
        copy = event.copy()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 2)
        self.assertNotEqual(copy.videocall_location, event.videocall_location)

    def test_a_new_room_keeps_the_link(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        link = event.videocall_location
        event.action_zoom_new_room()
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])
        self.assertNotIn(number, self.at_zoom())
        self.assertEqual(event.videocall_location, link)

    def test_a_stranger_cannot_spend_the_organisers_account(self):
        event = self.plan_session(by=self.colleague)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(event.video_state, "fallback")

    def test_a_coordinator_schedules_for_others(self):
        group = self.env.ref("psynamica_zoom.group_video_coordinator")
        self.colleague.group_ids |= group
        self.plan_session(by=self.colleague)
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 1)


@tagged("post_install", "-at_install")
class TestSeries(SessionCase):
    def numbers(self, events):
        return [self.meeting_of(event).zoom_id for event in events]

    def test_each_session_has_its_own_meeting_and_link(self):
        events = self.series()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 4)
        self.assertEqual(len(set(events.mapped("videocall_location"))), 4)

    def test_meetings_are_made_four_weeks_ahead_only(self):
        events = self.series(count=30)
        self.deliver()
        self.assertEqual(len(events), 30)
        self.assertEqual(len(self.at_zoom()), 4)
        self.assertEqual(events[-1].video_state, "later")

    def test_meetings_of_a_series_follow_as_its_sessions_come_near(self):
        events = self.series(count=30)
        self.deliver()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("psynamica_zoom.horizon_weeks", "6")
        self.env.ref("psynamica_zoom.ir_cron_top_up").method_direct_trigger()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 6)
        self.assertEqual(events[5].video_state, "ready")
        self.assertFalse(self.meeting_of(events[6]))

    def test_moving_all_keeps_the_meetings(self):
        events = self.series()
        self.deliver()
        numbers = self.numbers(events)
        events[0].write(
            {
                "recurrence_update": "all_events",
                "start": self.start + timedelta(hours=1),
                "stop": self.start + timedelta(hours=1, minutes=50),
            }
        )
        self.deliver()
        moved = events[0].recurrence_id.calendar_event_ids.sorted("start")
        self.assertEqual(self.numbers(moved), numbers)
        self.assertEqual(sorted(self.at_zoom()), sorted(numbers))
        self.assertEqual(self.calls("DELETE"), [])

    def test_moving_all_of_a_series_under_way_keeps_the_meetings_to_come(self):
        events = self.series()
        self.deliver()
        numbers = self.numbers(events)
        with freeze_time(events[1].stop + timedelta(hours=1)):
            self.env.invalidate_all()
            start = events[2].start + timedelta(hours=1)
            events[2].write(
                {
                    "recurrence_update": "all_events",
                    "start": start,
                    "stop": start + timedelta(minutes=50),
                }
            )
            self.commit()
            moved = self.env["calendar.event"].search(
                [("video_series", "=", events[2].video_series)], order="start"
            )
            self.assertEqual(self.numbers(moved[2:]), numbers[2:])

    def test_a_session_moved_into_the_past_leaves_no_meeting_behind(self):
        event = self.plan_session()
        self.deliver()
        self.assertTrue(self.at_zoom())
        past = event.start - timedelta(days=30)
        event.write({"start": past, "stop": past + timedelta(minutes=50)})
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_a_session_that_is_shortened_while_it_runs_keeps_its_meeting(self):
        event = self.plan_session()
        self.deliver()
        with freeze_time(event.start + timedelta(minutes=40)):
            self.env.invalidate_all()
            event.stop = event.start + timedelta(minutes=35)
            self.deliver()
        self.assertTrue(self.at_zoom())

    def test_a_session_that_was_to_be_moved_when_it_is_cancelled_leaves_nothing(self):
        """Zoom may know the new time: its answer was lost."""
        event = self.plan_session()
        self.deliver()
        row = self.meeting_of(event)
        start = event.start + timedelta(days=1)
        event.write({"start": start, "stop": start + timedelta(minutes=50)})
        self.commit()
        with freeze_time(row.told_start + timedelta(hours=2)):
            self.env.invalidate_all()
            event.unlink()
            self.deliver()
        self.assertFalse(self.at_zoom())

    def test_moving_this_and_following_keeps_the_meetings(self):
        events = self.series()
        self.deliver()
        numbers = self.numbers(events)
        third = events[2]
        third.write(
            {
                "recurrence_update": "future_events",
                "start": third.start + timedelta(hours=1),
                "stop": third.stop + timedelta(hours=1),
            }
        )
        self.deliver()
        following = third.recurrence_id.calendar_event_ids.sorted("start")
        self.assertEqual(self.numbers(events[:2]), numbers[:2])
        self.assertEqual(self.numbers(following), numbers[2:])
        self.assertEqual(self.calls("DELETE"), [])

    def test_moving_one_changes_one(self):
        events = self.series()
        self.deliver()
        self.sim.clear_calls()
        events[1].write(
            {
                "recurrence_update": "self_only",
                "start": events[1].start + timedelta(hours=1),
                "stop": events[1].stop + timedelta(hours=1),
            }
        )
        self.deliver()
        self.assertEqual(len(self.calls("PATCH")), 1)

    def test_deleting_all_deletes_all(self):
        events = self.series()
        self.deliver()
        events[0].action_mass_deletion("all_events")
        self.deliver()
        self.assertFalse(self.at_zoom())

    def test_the_first_link_leads_to_the_session_that_is_next(self):
        events = self.series()
        self.deliver()
        events[0].action_archive()
        self.deliver()
        token = events[0].videocall_location.rsplit("/", 1)[-1]
        where = self.env["calendar.event"]._video_resolve(token)
        self.assertEqual(where["url"], self.meeting_of(events[1]).join_url)


@tagged("post_install", "-at_install")
class TestDisconnecting(SessionCase):
    def where(self, event):
        token = event.videocall_location.rsplit("/", 1)[-1]
        return self.env["calendar.event"]._video_resolve(token)

    def test_sessions_move_to_the_built_in_room_at_once(self):
        event = self.plan_session()
        self.deliver()
        self.assertEqual(self.where(event)["kind"], "redirect")
        self.therapist.with_user(self.therapist).zoom_disconnect()
        where = self.where(event)
        self.assertEqual(where["kind"], "room")
        self.assertIn("/calendar/join_videocall/", where["room_url"])

    def test_no_token_is_left_and_no_call_is_made(self):
        event = self.plan_session()
        self.deliver()
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.sim.clear_calls()
        event.start = self.start + timedelta(hours=2)
        self.deliver()
        self.assertEqual(self.sim.calls(), [])
        self.assertFalse(self.connection.access_token_sealed)
        self.assertFalse(self.connection.refresh_token_sealed)

    def test_meetings_can_be_deleted_first(self):
        self.plan_session()
        self.deliver()
        card = self.therapist.with_user(self.therapist).zoom_disconnect(True)
        self.assertEqual(card["zoom"]["state"], "disconnecting")
        self.assertEqual(card["zoom"]["remaining"], 1)
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.connection.refresh_token_sealed)

    def disconnect(self):
        return self.therapist.with_user(self.therapist).zoom_disconnect(True)["zoom"]

    def test_what_waits_to_be_made_holds_no_disconnecting_up(self):
        self.plan_session()
        self.deliver()
        waiting = self.plan_session(start=self.start + timedelta(days=1))
        self.commit()
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.meeting_of(waiting).next_attempt_at = tomorrow
        self.disconnect()
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(self.connection.state, "disconnected")

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_delivery")
    def test_what_zoom_refuses_to_delete_holds_no_disconnecting_up(self):
        self.plan_session()
        self.deliver()
        refused = {"code": 300, "message": "Not this one."}
        self.sim.fault(
            method="DELETE", path="/v2/meetings/.*", status=400, json=refused
        )
        self.disconnect()
        self.deliver()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.connection.refresh_token_sealed)

    def test_connecting_again_brings_the_sessions_back(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.therapist.with_user(self.therapist).zoom_disconnect()
        event.start = self.start + timedelta(hours=1)
        event.stop = self.start + timedelta(hours=2)
        during = self.plan_session(start=self.start + timedelta(days=1))
        self.assertEqual(during.video_provider, "builtin")
        self.connect(self.therapist)
        self.deliver()
        self.assertEqual(self.meeting_of(event).zoom_id, number)
        self.assertEqual(self.at_zoom()[number]["duration"], 60)
        self.assertEqual(self.where(during)["kind"], "redirect")

    def test_another_account_never_touches_the_old_ones_meetings(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.therapist.with_user(self.therapist).zoom_disconnect()
        self.connect(self.therapist, BORIS)
        self.sim.clear_calls()
        self.deliver()
        self.assertNotEqual(self.meeting_of(event).zoom_id, number)
        self.assertFalse([path for path in self.calls("PATCH") if number in path])
        self.assertFalse([path for path in self.calls("DELETE") if number in path])

    def test_a_removal_at_zoom_deletes_the_tokens(self):
        mark = self.connection.zoom_user_mark
        self.assertTrue(mark)
        gone = self.env["psynamica.zoom.connection"]._deauthorized(
            mark="somebody else", at=None
        )
        self.assertFalse(gone)
        self.assertEqual(self.connection.state, "connected")

    def test_a_dead_grant_asks_the_therapist_to_connect_again(self):
        self.sim.remove_app(ANNA, tell=False)
        event = self.plan_session()
        self.deliver()
        self.assertEqual(self.connection.state, "reconnect")
        self.assertEqual(event.video_state, "fallback")
        self.assertTrue(self.therapist.partner_id.activity_ids)

    def test_an_archived_user_has_no_tokens(self):
        self.therapist.active = False
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.connection.access_token_sealed)


@tagged("post_install", "-at_install")
class TestFailures(SessionCase):
    def test_a_server_error_is_tried_again(self):
        self.sim.fault(method="POST", path="/v2/.*", status=503, times=1)
        event = self.plan_session()
        self.deliver()
        meeting = self.meeting_of(event)
        self.assertEqual(meeting.state, "retry")
        self.assertEqual(event.video_state, "retry")
        self.let_pass(meeting, seconds=30)
        self.deliver()
        self.assertEqual(meeting.state, "ready")

    def test_an_expired_token_is_refreshed_and_the_call_repeated(self):
        event = self.plan_session()
        self.sim.advance_clock(3 * 3600)
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")

    def test_a_meeting_deleted_at_zoom_is_made_again_when_it_is_moved(self):
        event = self.plan_session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.sim.delete_meeting(number)
        event.start = self.start + timedelta(hours=1)
        self.deliver()
        self.assertNotEqual(self.meeting_of(event).zoom_id, number)

    def test_what_a_person_must_look_at_is_said(self):
        self.sim.fault(
            method="POST",
            path="/v2/.*",
            status=400,
            json={"code": 3161, "message": "no hosting"},
            times=1,
        )
        event = self.plan_session()
        self.deliver()
        self.assertEqual(event.video_state, "failed")
        self.assertIn("does not let this account", event.video_state_text)
        event.action_zoom_retry()
        self.deliver()
        self.assertEqual(event.video_state, "ready")
