# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a host changes at Zoom: people are asked, and decide; nobody is surprised."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.models import zoom_notification

from .session_case import HostCase
from .zoom_case import ANNA, BORIS

WITHOUT_READ = [
    "meeting:write:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "user:read:user",
]


class ProposalCase(HostCase):
    def moved(self, **by):
        """Return a session that its host has moved at Zoom, and the time there."""
        event = self.booked()
        start = self.move_at_zoom(event, **(by or {"hours": 4}))
        self.hear()
        return event, start

    def deleted(self):
        """Return a session whose meeting its host has deleted at Zoom."""
        event = self.booked()
        self.sim.delete_meeting(self.meeting_of(event).zoom_id)
        self.hear()
        return event

    def mails_to_client(self):
        """Return how many mails the client was sent."""
        messages = self.env["mail.message"].sudo()
        return messages.search_count([("notified_partner_ids", "in", self.client.ids)])

    def at_zoom_start(self, event):
        """Return when the session's meeting begins at Zoom."""
        there = self.at_zoom()[self.meeting_of(event).zoom_id]
        return fields.Datetime.to_datetime(
            there["start_time"].replace("T", " ").rstrip("Z")
        )

    def assert_nothing_is_asked(self, event):
        self.assertFalse(self.proposal_of(event))
        self.assertFalse(self.activities())
        self.assertFalse(event.zoom_proposal)


@tagged("post_install", "-at_install")
class TestMovedAtZoom(ProposalCase):
    def test_the_organiser_is_asked_and_nothing_else_happens(self):
        event = self.booked()
        before = event.start
        known = self.mails_to_client()
        self.move_at_zoom(event, hours=4)
        self.hear()
        self.assertEqual(event.start, before)
        self.assertEqual(event.zoom_proposal, "moved")
        self.assertIn("moved", event.zoom_proposal_text)
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(self.mails_to_client(), known)

    def test_taking_over_moves_the_session_as_any_move_does(self):
        event, start = self.moved()
        told = self.mails_to_client()
        event.with_user(self.therapist).action_zoom_take_over()
        self.assertEqual(event.start, start)
        self.assertEqual(event.stop, start + timedelta(minutes=50))
        self.deliver()
        self.assertGreater(self.mails_to_client(), told)
        self.assertEqual(self.at_zoom_start(event), start)
        self.assert_nothing_is_asked(event)
        proposal = self.meeting_of(event).proposal_ids
        self.assertEqual(proposal.state, "taken")
        self.assertEqual(proposal.decided_by_id, self.therapist)

    def test_keeping_ours_moves_the_meeting_back(self):
        event, _start = self.moved()
        before = event.start
        event.with_user(self.therapist).action_zoom_keep_ours()
        self.deliver()
        self.assertEqual(event.start, before)
        self.assertEqual(self.at_zoom_start(event), before)
        self.assert_nothing_is_asked(event)
        self.hear()
        self.assert_nothing_is_asked(event)

    def test_another_length_is_asked_about_too(self):
        event = self.booked()
        self.sim.update_meeting(self.meeting_of(event).zoom_id, duration=30)
        self.hear()
        self.assertIn("30", event.zoom_proposal_text)
        event.with_user(self.therapist).action_zoom_take_over()
        self.assertEqual(event.stop - event.start, timedelta(minutes=30))

    def test_another_topic_is_the_hosts_own_affair(self):
        event = self.booked()
        self.sim.update_meeting(self.meeting_of(event).zoom_id, topic="Mine")
        self.hear()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.notifications("meeting.updated").state, "done")

    def test_what_we_change_ourselves_is_nothing_to_ask_about(self):
        event = self.booked()
        event.start += timedelta(hours=1)
        self.deliver()
        event.start += timedelta(hours=1)
        self.deliver()
        self.hear()
        self.assertTrue(self.notifications("meeting.updated"))
        self.assert_nothing_is_asked(event)

    def test_a_notification_that_is_quicker_than_our_own_result(self):
        event = self.booked()
        row = self.meeting_of(event)
        event.start += timedelta(hours=1)
        self.commit()
        # The call was made; its result is not stored yet.
        self.sim.update_meeting(
            row.zoom_id, start_time=event.start.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        row.next_attempt_at = fields.Datetime.now() + timedelta(minutes=3)
        self.hear()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.notifications("meeting.updated").state, "waiting")
        row.next_attempt_at = fields.Datetime.now()
        self.deliver()
        self.act_on_notifications()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.notifications("meeting.updated").state, "done")

    def notices(self):
        return self.env["mail.message"].search(
            [
                ("model", "=", "psynamica.zoom.proposal"),
                ("subject", "ilike", "Moved at Zoom"),
                ("partner_ids", "in", self.therapist.partner_id.ids),
            ]
        )

    def test_moved_twice_it_is_one_question_and_one_mail(self):
        event, _start = self.moved()
        self.assertEqual(len(self.notices()), 1)
        start = self.move_at_zoom(event, hours=6)
        self.hear()
        self.assertEqual(len(self.meeting_of(event).proposal_ids), 1)
        proposal = self.proposal_of(event)
        self.assertEqual(proposal.zoom_start, start)
        self.assertEqual(len(self.activities()), 1)
        clock = proposal.with_context(tz=self.therapist.tz)._clock(start)
        self.assertIn(clock, self.activities().note)
        self.assertEqual(len(self.notices()), 1)

    def test_the_host_takes_it_back(self):
        event, _start = self.moved()
        self.move_at_zoom(event)
        self.hear()
        self.assert_nothing_is_asked(event)

    def test_the_session_is_moved_here_meanwhile(self):
        event, _start = self.moved()
        event.start += timedelta(days=1)
        self.assertFalse(event.zoom_proposal)
        self.deliver()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.at_zoom_start(event), event.start)

    def test_the_session_is_cancelled_meanwhile(self):
        event, _start = self.moved()
        event.action_archive()
        self.deliver()
        self.assert_nothing_is_asked(event)
        self.assertFalse(self.at_zoom())

    def test_another_name_of_the_session_changes_nothing_about_it(self):
        event, _start = self.moved()
        event.name = "Another name"
        self.deliver()
        self.assertEqual(event.zoom_proposal, "moved")

    def test_what_is_told_to_zoom_meanwhile_settles_it(self):
        event, _start = self.moved()
        row = self.meeting_of(event)
        row.fingerprint = False
        row._want()
        self.deliver()
        self.assertEqual(self.at_zoom_start(event), event.start)
        self.assert_nothing_is_asked(event)

    def test_a_time_that_has_passed_cannot_be_taken_over(self):
        event, _start = self.moved(days=-5)
        with self.assertRaises(UserError):
            event.with_user(self.therapist).action_zoom_take_over()

    def test_who_may_decide(self):
        event, _start = self.moved()
        with self.assertRaises(AccessError):
            event.with_user(self.colleague).action_zoom_take_over()
        with self.assertRaises(AccessError):
            event.with_user(self.colleague).action_zoom_keep_ours()
        self.assertFalse(event.with_user(self.colleague).zoom_proposal)
        coordinator = new_test_user(
            self.env, "coord", "psynamica_zoom.group_video_coordinator"
        )
        event.with_user(coordinator).action_zoom_keep_ours()
        self.assertEqual(self.meeting_of(event).proposal_ids.state, "kept")

    def test_what_was_decided_is_not_decided_again(self):
        event, _start = self.moved()
        event.with_user(self.therapist).action_zoom_keep_ours()
        with self.assertRaises(UserError):
            event.with_user(self.therapist).action_zoom_take_over()

    def test_a_session_of_a_series_moves_alone(self):
        sessions = self.series()
        self.deliver()
        self.hear()
        second = sessions[1]
        others = (sessions - second).mapped("start")
        start = self.move_at_zoom(second, hours=2)
        self.hear()
        second.with_user(self.therapist).action_zoom_take_over()
        self.assertEqual(second.start, start)
        self.assertEqual((sessions - second).mapped("start"), others)

    def test_zoom_cannot_be_asked_at_once(self):
        event = self.booked()
        self.move_at_zoom(event, hours=4)
        self.sim.fault(method="GET", path="/v2/meetings/.*", preset="503")
        with mute_logger("odoo.addons.psynamica_zoom.models.zoom_change"):
            self.hear()
        self.assertEqual(self.notifications("meeting.updated").state, "waiting")
        self.act_on_notifications()
        self.assertEqual(event.zoom_proposal, "moved")

    def failing(self):
        """Let asking people go wrong."""
        proposals = type(self.env["psynamica.zoom.proposal"])
        return patch.object(proposals, "_ask", side_effect=ValueError)

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_change")
    def test_a_failure_is_tried_again(self):
        with self.failing():
            event, _start = self.moved()
        self.assertEqual(self.notifications("meeting.updated").state, "waiting")
        self.assertFalse(self.proposal_of(event))
        self.act_on_notifications()
        self.assertEqual(event.zoom_proposal, "moved")

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_change")
    def test_a_failure_that_stays_is_named_to_people(self):
        with self.failing():
            self.moved()
            for _attempt in range(zoom_notification.MOST_ATTEMPTS):
                self.act_on_notifications()
        self.assertEqual(self.notifications("meeting.updated").state, "failed")


@tagged("post_install", "-at_install")
class TestDeletedAtZoom(ProposalCase):
    def resolved(self, event):
        token = event.sudo().video_token
        return self.env["calendar.event"]._video_resolve(token)

    def test_the_link_leads_into_no_dead_meeting(self):
        event = self.deleted()
        self.assertEqual(event.zoom_proposal, "deleted")
        where = self.resolved(event)
        self.assertEqual((where["kind"], where["reason"]), ("room", "deleted"))
        page = self.open(event._video_join_url())
        self.assertIn("not held on Zoom at the moment", page.text)
        own = event.with_user(self.therapist)
        self.assertFalse(own.zoom_join_url)
        self.assertFalse(own.zoom_meeting_number)
        self.assertEqual(own._video_zoom_details(), {})
        self.assertIn("deleted in Zoom", own.video_state_text)
        self.assertEqual(len(self.activities()), 1)

    def test_nothing_is_made_anew_by_itself(self):
        event = self.deleted()
        event.name = "Another name"
        self.deliver()
        self.assertFalse(self.at_zoom())
        self.assertEqual(event.zoom_proposal, "deleted")
        self.assertEqual(self.resolved(event)["kind"], "room")

    def test_a_new_meeting(self):
        event = self.deleted()
        link = event.videocall_location
        event.with_user(self.therapist).action_zoom_keep_ours()
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])
        self.assertEqual(event.videocall_location, link)
        self.assertEqual(self.resolved(event)["kind"], "redirect")
        self.assert_nothing_is_asked(event)
        self.hear()
        self.assert_nothing_is_asked(event)

    def test_try_again_means_a_new_meeting(self):
        event = self.deleted()
        event.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 1)
        self.assert_nothing_is_asked(event)

    def test_so_does_the_administrators_button(self):
        event = self.deleted()
        self.meeting_of(event).with_user(self.env.ref("base.user_admin")).action_retry()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 1)
        self.assert_nothing_is_asked(event)

    def test_the_built_in_room(self):
        event = self.deleted()
        event.with_user(self.therapist).action_zoom_builtin()
        self.deliver()
        self.assertEqual(event.video_provider, "builtin")
        self.assertFalse(self.at_zoom())
        self.assert_nothing_is_asked(event)

    def test_cancelling_opens_the_dialog(self):
        event = self.deleted()
        action = event.with_user(self.therapist).action_zoom_cancel()
        self.assertEqual(action["res_model"], "calendar.popover.delete.wizard")
        event.unlink()
        self.deliver()
        self.assertFalse(self.activities())

    def test_who_may_decide(self):
        event = self.deleted()
        stranger = event.with_user(self.colleague)
        for decide in (
            stranger.action_zoom_keep_ours,
            stranger.action_zoom_builtin,
            stranger.action_zoom_cancel,
            stranger.action_zoom_retry,
        ):
            with self.assertRaises(AccessError):
                decide()

    def test_the_host_recovers_it(self):
        event = self.deleted()
        self.sim.send("POST", f"meetings/{self.meeting_of(event).zoom_id}/recover")
        self.hear()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.resolved(event)["kind"], "redirect")

    def test_the_session_is_moved_here_meanwhile(self):
        event = self.deleted()
        event.start += timedelta(days=1)
        self.deliver()
        self.assertEqual(list(self.at_zoom()), [self.meeting_of(event).zoom_id])
        self.assert_nothing_is_asked(event)

    def test_what_we_delete_ourselves_is_nothing_to_ask_about(self):
        event = self.booked()
        event.with_user(self.therapist).action_zoom_new_room()
        self.deliver()
        self.hear()
        self.assert_nothing_is_asked(event)
        event.action_archive()
        self.deliver()
        event.action_unarchive()
        self.deliver()
        self.hear()
        self.assert_nothing_is_asked(event)
        self.assertEqual(len(self.at_zoom()), 1)

    def test_one_session_of_a_series_at_zoom_is_not_all_of_it(self):
        event = self.booked()
        number = self.meeting_of(event).zoom_id
        payload = {
            "object": {"id": int(number), "occurrences": [{"occurrence_id": "1"}]},
        }
        with self.allow_requests(all_requests=True):
            self.sim.fire(event="meeting.deleted", payload=payload)
        self.http_request_allow_all = False
        self.env.invalidate_all()
        self.act_on_notifications()
        self.assert_nothing_is_asked(event)
        self.assertEqual(self.notifications("meeting.deleted").state, "ignored")


@tagged("post_install", "-at_install")
class TestWithoutReading(ProposalCase):
    """Without the permission to read, notifications are taken at their word."""

    def setUp(self):
        super().setUp()
        self.sim.set_scopes(ANNA, WITHOUT_READ)
        self.connection.scopes = " ".join(WITHOUT_READ)

    def booked(self, **values):
        """Some time ago: what happened just before counts as overwritten by us."""
        event = super().booked(**values)
        self.meeting_of(event).told_at -= timedelta(minutes=5)
        return event

    def test_moved(self):
        event, start = self.moved()
        self.assertEqual(self.proposal_of(event).zoom_start, start)
        event.with_user(self.therapist).action_zoom_take_over()
        self.assertEqual(event.start, start)

    def test_another_topic(self):
        event = self.booked()
        self.sim.update_meeting(self.meeting_of(event).zoom_id, topic="Mine")
        self.hear()
        self.assert_nothing_is_asked(event)

    def test_deleted(self):
        event = self.deleted()
        self.assertEqual(event.zoom_proposal, "deleted")
        event.with_user(self.therapist).action_zoom_keep_ours()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 1)

    def test_the_echo_of_our_own_calls(self):
        event = self.booked()
        for _time in range(3):
            event.start += timedelta(hours=1)
            self.deliver()
        self.hear()
        self.assert_nothing_is_asked(event)

    def test_reading_was_not_tried(self):
        self.sim.clear_calls()
        self.moved()
        self.assertEqual(self.calls("GET"), [])


@tagged("post_install", "-at_install")
class TestProposalAccess(ProposalCase):
    def test_who_sees_a_proposal(self):
        event, _start = self.moved()
        proposal = self.proposal_of(event)
        self.assertTrue(proposal.with_user(self.therapist).read(["text"]))
        with self.assertRaises(AccessError):
            proposal.with_user(self.colleague).read(["text"])
        administrator = self.env.ref("base.user_admin")
        self.assertTrue(proposal.with_user(administrator).read(["text"]))
        portal = new_test_user(
            self.env, "portal_p", "base.group_portal", partner_id=self.client.id
        )
        with self.assertRaises(AccessError):
            proposal.with_user(portal).read(["text"])
        self.assertFalse(event.with_user(portal).sudo().zoom_proposal)

    def test_nobody_writes_one(self):
        event, _start = self.moved()
        proposal = self.proposal_of(event)
        for user in (self.therapist, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                proposal.with_user(user).write({"state": "taken"})
            with self.assertRaises(AccessError):
                proposal.with_user(user).unlink()

    def test_what_was_decided_is_forgotten_after_a_while(self):
        event, _start = self.moved()
        event.with_user(self.therapist).action_zoom_keep_ours()
        proposal = self.meeting_of(event).proposal_ids
        proposal._gc_decided()
        self.assertTrue(proposal.exists())
        proposal.decided_at -= timedelta(days=31)
        proposal._gc_decided()
        self.assertFalse(proposal.exists())

    def test_another_account_of_the_host(self):
        event, _start = self.moved()
        self.connect(self.therapist, BORIS)
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 2)
        self.assertEqual(self.meeting_of(event).state, "ready")
