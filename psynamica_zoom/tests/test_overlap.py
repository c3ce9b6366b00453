# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two sessions at a time in one Zoom account: said, and never forbidden."""

import json
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .session_case import SessionCase

MIN = timedelta(minutes=1)


class OverlapCase(SessionCase):
    def setUp(self):
        super().setUp()
        self.connection.plan = "basic"
        self.first = self.plan_session()
        self.deliver()

    def overlapping(self, **values):
        return self.plan_session(**{"start": self.start + 20 * MIN, **values})

    def warning_of(self, event, by=None):
        event.invalidate_recordset()
        return event.with_user(by or self.therapist).video_overlap_text


@tagged("post_install", "-at_install")
class TestWarning(OverlapCase):
    def test_both_sessions_say_when_the_other_one_is(self):
        second = self.overlapping()
        start = self.start.strftime("%H:%M")
        self.therapist.tz = "UTC"
        said = self.warning_of(second)
        self.assertIn("one meeting at a time", said)
        self.assertIn(start.lstrip("0"), said)
        self.assertIn("another session", self.warning_of(self.first))

    def test_in_the_readers_zone_and_language(self):
        second = self.overlapping()
        self.env["res.lang"]._activate_lang("ru_RU")
        self.therapist.tz = "Asia/Tokyo"
        reader = second.with_user(self.therapist).with_context(lang="ru_RU")
        self.assertIn("19:00", reader.video_overlap_text)  # 10:00 UTC

    def test_nothing_is_said_without_an_overlap(self):
        self.assertFalse(self.warning_of(self.first))

    def test_back_to_back_is_no_overlap(self):
        after = self.plan_session(start=self.start + 50 * MIN)
        before = self.plan_session(start=self.start - 50 * MIN)
        self.assertFalse(self.warning_of(after))
        self.assertFalse(self.warning_of(before))
        self.assertFalse(self.warning_of(self.first))

    def test_a_licensed_account_holds_two(self):
        self.connection.plan = "licensed"
        second = self.overlapping()
        self.assertFalse(self.warning_of(second))
        third = self.overlapping()
        self.assertIn("two meetings at a time", self.warning_of(third))

    def test_an_unknown_plan_counts_as_basic(self):
        self.connection.plan = "unknown"
        self.assertTrue(self.warning_of(self.overlapping()))

    def test_what_takes_no_place_at_zoom_does_not_count(self):
        for change in (
            {"active": False},
            {"video_choice": "builtin"},
            {"video_choice": "none"},
            {"allday": True, "start_date": self.start, "stop_date": self.start},
            {"partner_ids": [Command.set(self.therapist.partner_id.ids)]},
        ):
            second = self.overlapping()
            second.write(change)
            self.assertFalse(self.warning_of(self.first), change)
            self.assertFalse(self.warning_of(second), change)
            second.unlink()

    def test_a_declined_session_does_not_count(self):
        second = self.overlapping()
        organizer = second.attendee_ids.filtered(
            lambda a: a.partner_id == self.therapist.partner_id
        )
        organizer.state = "declined"
        self.assertFalse(self.warning_of(self.first))

    def test_a_session_that_is_over_does_not_count(self):
        start = fields.Datetime.now() - timedelta(hours=3)
        past = self.plan_session(start=start, video_choice="zoom")
        again = self.plan_session(start=start, video_choice="zoom")
        self.assertFalse(self.warning_of(past))
        self.assertFalse(self.warning_of(again))

    def test_a_colleagues_session_does_not_count(self):
        other = self.plan_session(
            by=self.colleague,
            user_id=self.colleague.id,
            video_choice="zoom",
        )
        self.assertFalse(self.warning_of(other))
        self.assertFalse(self.warning_of(self.first))

    def test_not_while_zoom_is_not_connected(self):
        second = self.overlapping()
        self.connection._disconnect()
        self.assertFalse(self.warning_of(second))

    def test_a_private_sessions_name_is_not_told(self):
        self.first.write({"privacy": "private", "name": "Secret matter"})
        second = self.overlapping(name="Other")
        said = self.warning_of(second, by=self.colleague)
        self.assertTrue(said)
        self.assertNotIn("Secret", said)
        self.assertNotIn("Pavel", said)

    def test_it_is_said_in_the_form_before_saving(self):
        calendar = self.env["calendar.event"].with_user(self.therapist)
        form = Form(calendar, "calendar.view_calendar_event_form")
        form.start = self.start + 20 * MIN
        form.stop = self.start + 70 * MIN
        form.partner_ids.add(self.client)
        self.assertEqual(form.video_provider, "zoom")
        self.assertIn("another session", form.video_overlap_text)
        form.start = self.start + 50 * MIN
        form.stop = self.start + 90 * MIN
        self.assertFalse(form.video_overlap_text)

    def test_it_is_said_in_the_quick_form(self):
        calendar = self.env["calendar.event"].with_user(self.therapist)
        form = Form(calendar, "calendar.view_calendar_event_form_quick_create")
        form.name = "Session"
        form.start = self.start + 20 * MIN
        form.stop = self.start + 70 * MIN
        form.partner_ids.add(self.client)
        self.assertIn("another session", form.video_overlap_text)
        form.video_choice = "builtin"
        self.assertFalse(form.video_overlap_text)
        form.video_choice = "auto"
        form.name = "Session all the same"
        self.assertTrue(form.save().video_overlap_text)


@tagged("post_install", "-at_install")
class TestMessage(OverlapCase):
    def told(self, person):
        """Return the messages that open screens of this person were sent."""
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([])
        messages = [(json.loads(row.channel), json.loads(row.message)) for row in rows]
        return [
            message["payload"]["message"]
            for channel, message in messages
            if message["type"] == "simple_notification"
            and "res.partner" in channel
            and person.partner_id.id in channel
        ]

    def forget(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].sudo().search([]).unlink()

    def test_who_drags_a_session_is_told(self):
        second = self.plan_session(start=self.start + timedelta(days=1))
        self.deliver()
        self.assertFalse(self.told(self.therapist))
        second.with_user(self.therapist).write(
            {"start": self.start + 20 * MIN, "stop": self.start + 70 * MIN}
        )
        self.deliver()
        [message] = self.told(self.therapist)
        self.assertIn("another session", message)

    def test_the_one_who_saved_is_told_and_not_the_organiser(self):
        coordinator = new_test_user(
            self.env,
            login="coordinator",
            groups="psynamica_zoom.group_video_coordinator",
        )
        self.overlapping(by=coordinator)
        self.deliver()
        self.assertTrue(self.told(coordinator))
        self.assertFalse(self.told(self.therapist))

    def test_no_session_stays_without_its_meeting_because_of_a_warning(self):
        coordinator = new_test_user(
            self.env,
            login="coordinator",
            groups="psynamica_zoom.group_video_coordinator",
        )
        second = self.overlapping(by=coordinator)
        self.commit()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Nowhere/Town' WHERE id = %s",
            [coordinator.partner_id.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.psynamica_zoom.models.zoom_overlap"):
            self.deliver()
        self.assertEqual(self.meeting_of(second).state, "ready")

    def test_what_a_program_saved_is_told_to_the_organiser(self):
        self.overlapping(by=self.env.ref("base.user_root"))
        self.deliver()
        self.assertTrue(self.told(self.therapist))

    def test_the_same_overlap_is_told_once(self):
        second, third = (
            self.overlapping(),
            self.plan_session(start=self.start + 99 * MIN),
        )
        self.deliver()
        self.assertEqual(len(self.told(self.therapist)), 1)
        second.with_user(self.therapist).name = "Another name"
        third.with_user(self.therapist).name = "Another name"
        second.with_user(self.therapist).action_zoom_retry()
        self.deliver()
        self.assertEqual(len(self.told(self.therapist)), 1)

    def test_two_new_sessions_are_told_once_together(self):
        start = self.start + timedelta(days=2)
        self.plan_session(start=start)
        self.plan_session(start=start + 10 * MIN)
        self.deliver()
        self.assertEqual(len(self.told(self.therapist)), 1)

    def test_another_overlap_is_told_again(self):
        second = self.overlapping()
        self.deliver()
        self.forget()
        second.with_user(self.therapist).write(
            {"start": self.start + 10 * MIN, "stop": self.start + 60 * MIN}
        )
        self.deliver()
        self.assertEqual(len(self.told(self.therapist)), 1)

    def test_both_sessions_are_made_all_the_same(self):
        self.overlapping()
        self.deliver()
        self.assertEqual(len(self.at_zoom()), 2)

    def test_saving_works_out_nothing(self):
        """The budget itself is in test_query_counts."""
        second = self.overlapping()
        self.commit()
        meeting = self.meeting_of(second)
        self.assertFalse(meeting.overlap_key)
        self.assertFalse(self.told(self.therapist))
