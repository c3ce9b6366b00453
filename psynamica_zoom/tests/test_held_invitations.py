# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, Command, fields
from odoo.api import Environment
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, RecordCapturer, get_db_name, tagged
from odoo.tools import mute_logger

from .session_mail_case import SESSION, START, SessionMailCase

MINUTE = timedelta(seconds=60)


@tagged("post_install", "-at_install")
class TestHeldInvitations(SessionMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connect_zoom(cls.therapist)

    def zoom_session(self, *clients, **values):
        return self.plan_session(*clients, **{"video_choice": "zoom", **values})

    def held(self, event, partner):
        return self.of(event, partner).sudo().video_held_until

    def release(self, event):
        event.attendee_ids._release_held_mails()

    def test_an_invitation_waits_for_its_meeting(self):
        before = fields.Datetime.now()
        cron = self.env.ref("psynamica_zoom.ir_cron_deliver")
        triggers = RecordCapturer(
            self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]
        )
        with self.mock_mail_gateway(), triggers as triggered:
            event = self.zoom_session(self.anna)
        self.assertFalse(self._new_mails)
        until = self.held(event, self.anna)
        self.assertLessEqual(before + MINUTE, until)
        self.assertLessEqual(until, fields.Datetime.now() + MINUTE)
        self.assertEqual(
            self.of(event, self.anna).sudo().video_held_by_id, self.therapist
        )
        self.assertIn(until, triggered.records.mapped("call_at"))

    def test_who_invites_gets_and_holds_nothing(self):
        event = self.zoom_session(self.anna)
        self.assertFalse(self.held(event, self.therapist.partner_id))

    def test_the_stored_meeting_sends_it_with_zooms_own_link(self):
        event = self.zoom_session(self.anna)
        meeting = self.store_meeting(event)
        with self.mock_mail_gateway():
            self.release(event)
        mail = self.mail_to(self.anna)
        self.assertIn(meeting["url"].split("?")[0], mail.body_html)
        self.assertIn(meeting["passcode"], mail.body_html)
        self.assertFalse(self.mails_to(self.therapist.partner_id))
        self.assertEqual(mail.author_id, self.therapist.partner_id)

    def test_it_is_sent_once(self):
        event = self.zoom_session(self.anna)
        self.store_meeting(event)
        with self.mock_mail_gateway():
            self.release(event)
            self.release(event)
            self.release_due(fields.Datetime.now() + MINUTE)
        self.mail_to(self.anna)
        self.assertFalse(self.held(event, self.anna))

    def test_the_mail_queue_is_woken_and_not_waited_for(self):
        event = self.zoom_session(self.anna)
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = RecordCapturer(
            self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]
        )
        with self.mock_mail_gateway(), triggers as triggered:
            self.release(event)
        self.assertEqual(self.mail_to(self.anna).state, "outgoing")
        self.assertTrue(triggered.records)

    def test_after_a_minute_it_is_sent_without_the_meeting(self):
        event = self.zoom_session(self.anna)
        until = self.held(event, self.anna)
        release = self.release_due
        with self.mock_mail_gateway():
            release(until - timedelta(seconds=1))
            self.assertFalse(self._new_mails)
            release(until)
        link = event._video_join_url(self.of(event, self.anna))
        self.assertIn(link, self.mail_to(self.anna).body_html)

    def test_an_assistant_invites_for_the_therapist(self):
        event = self.zoom_session(
            self.anna, self.assistant.partner_id, by=self.assistant
        )
        with self.mock_mail_gateway():
            self.release(event)
        self.assertEqual(self.mail_to(self.anna).author_id, self.therapist.partner_id)
        self.assertFalse(self.mails_to(self.assistant.partner_id))

    def test_who_declined_meanwhile_is_not_invited(self):
        event = self.zoom_session(self.anna, self.bob)
        self.of(event, self.anna).do_decline()
        with self.mock_mail_gateway():
            self.release(event)
        self.assertFalse(self.mails_to(self.anna))
        self.mail_to(self.bob)

    def test_an_archived_session_invites_nobody_when_the_time_is_up(self):
        event = self.zoom_session(self.anna)
        event.active = False
        until = self.held(event, self.anna)
        with self.mock_mail_gateway():
            self.release_due(until)
            event.active = True
            self.release_due(until)
        self.assertFalse(self._new_mails)

    def test_a_session_archived_for_a_moment_keeps_its_invitation(self):
        event = self.zoom_session(self.anna)
        with self.mock_mail_gateway():
            event.active = False
            self.release(event)
            event.active = True
            self.release(event)
        self.mail_to(self.anna)

    def test_a_session_that_is_over_invites_nobody(self):
        event = self.zoom_session(self.anna)
        now = fields.Datetime.now()
        event.with_context(no_mail_to_attendees=True).write(
            {"start": now - 2 * SESSION, "stop": now - SESSION}
        )
        with self.mock_mail_gateway():
            self.release(event)
        self.assertFalse(self._new_mails)

    def test_a_session_that_has_just_begun_still_invites(self):
        event = self.zoom_session(self.anna)
        now = fields.Datetime.now()
        event.with_context(no_mail_to_attendees=True).write(
            {"start": now - MINUTE, "stop": now + SESSION}
        )
        with self.mock_mail_gateway():
            self.release(event)
        self.mail_to(self.anna)

    def test_a_deleted_session_invites_nobody(self):
        event = self.zoom_session(self.anna)
        until = self.held(event, self.anna)
        with self.mock_mail_gateway():
            event.unlink()
            self.release_due(until)
        self.assertFalse(self._new_mails)

    def test_the_held_invitation_carries_the_new_time(self):
        event = self.zoom_session(self.anna)
        with self.mock_mail_gateway():
            event.write(
                {
                    "start": event.start + timedelta(days=1),
                    "stop": event.stop + timedelta(days=1),
                }
            )
            self.assertFalse(self._new_mails, "no mail about a change of the unknown")
            self.release(event)
        self.assertIn("14 октября", self.mail_to(self.anna).body_html)

    def test_a_reminder_is_not_held(self):
        event = self.zoom_session(self.anna)
        reminder = self.env.ref("calendar.calendar_template_meeting_reminder")
        with self.mock_mail_gateway():
            self.of(event, self.anna)._notify_attendees(reminder)
        self.assertIn("Reminder", self.mail_to(self.anna).subject)

    def test_somebody_added_is_held_and_nobody_else(self):
        event = self.zoom_session(self.anna)
        with self.mock_mail_gateway():
            self.release(event)
        with self.mock_mail_gateway():
            event.partner_ids = [Command.link(self.bob.id)]
        self.assertFalse(self._new_mails)
        self.assertTrue(self.held(event, self.bob))
        self.assertFalse(self.held(event, self.anna))

    def test_a_second_hold_does_not_move_the_deadline(self):
        event = self.zoom_session(self.anna)
        until = self.held(event, self.anna)
        attendee = self.of(event, self.anna)
        attendee.sudo().video_held_until = until - MINUTE
        attendee._hold_mails()
        self.assertEqual(self.held(event, self.anna), until - MINUTE)

    def test_nothing_is_held_where_no_mail_would_go(self):
        quiet = self.therapist.with_context(no_mail_to_attendees=True)
        event = self.zoom_session(self.anna, by=quiet)
        self.assertFalse(self.held(event, self.anna))

    def test_only_zoom_is_waited_for(self):
        with self.mock_mail_gateway():
            event = self.plan_session(self.anna, video_choice="builtin")
        self.mail_to(self.anna)
        self.assertFalse(self.held(event, self.anna))

    def test_without_video_core_invites(self):
        event = self.zoom_session(self.anna)
        with self.mock_mail_gateway():
            event.video_choice = "none"
            self.release(event)
        self.assertTrue(self.mail_to(self.anna).subject.startswith("Invitation to"))

    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.psynamica_zoom.models.calendar_attendee",
    )
    def test_what_cannot_be_sent_undoes_nothing_and_is_tried_again(self):
        self.env.ref("psynamica_zoom.mail_template_invitation").body_html = """
            <t t-if="object.partner_id.name == 'Breaks'" t-out="object.nothing"/>
        """
        breaks = self.client("Breaks", False, False)
        event, other = self.zoom_session(breaks), self.zoom_session(self.anna)
        event.location = "stored with the meeting"
        with self.mock_mail_gateway():
            (event | other).attendee_ids._release_held_mails()
        self.assertEqual(event.location, "stored with the meeting")
        self.mail_to(self.anna)
        self.assertGreater(self.held(event, breaks), fields.Datetime.now() + MINUTE)
        breaks.name = "Works"
        with self.mock_mail_gateway():
            self.release(event)
        self.mail_to(breaks)

    def test_holding_costs_the_same_for_one_and_for_many(self):
        events = self.env["calendar.event"].browse()
        for _ in range(12):
            events |= self.zoom_session(self.anna)
        attendees = events.attendee_ids.filtered(lambda a: a.partner_id == self.anna)
        attendees.sudo().write({"video_held_until": False})
        counts = []
        for some in (attendees[:1], attendees[1:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            some._hold_mails()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_nobody_reads_tokens_or_holds_over_rpc(self):
        event = self.zoom_session(self.anna)
        attendee = self.of(event, self.anna).with_user(self.therapist)
        for name in ("video_token", "video_held_until", "video_held_by_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                attendee.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                attendee.write({name: False})


@tagged("post_install", "-at_install")
class TestTwoWorkers(BaseCase):
    """Real transactions: what is committed here is deleted again."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.cursor() as env:
            self.first_trigger_id = env["ir.cron.trigger"].search(
                [], order="id desc", limit=1
            )
            partner = env["res.partner"].create(
                {"name": "Anna Petrova", "email": "anna@client.test"}
            )
            event = (
                env["calendar.event"]
                .with_context(no_mail_to_attendees=True)
                .create(
                    {
                        "name": "Talk",
                        "start": START,
                        "stop": START + SESSION,
                        "video_choice": "builtin",
                        "partner_ids": [Command.set(partner.ids)],
                    }
                )
            )
            event.attendee_ids.write(
                {"video_held_until": START, "video_held_by_id": SUPERUSER_ID}
            )
            self.partner_id, self.event_id = partner.id, event.id
        self.addCleanup(self.clean_up)

    def clean_up(self):
        with self.cursor() as env:
            env["calendar.event"].browse(self.event_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env["ir.cron.trigger"].search(
                [("id", ">", self.first_trigger_id.id or 0)]
            ).unlink()

    @contextmanager
    def cursor(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def release(self, env):
        event = env["calendar.event"].browse(self.event_id)
        event.attendee_ids._release_held_mails()

    def mails(self, env):
        return env["mail.mail"].search_count(
            [("recipient_ids", "in", [self.partner_id])]
        )

    def test_what_another_worker_is_sending_is_left_alone(self):
        with self.cursor() as one, self.cursor() as two:
            self.release(one)
            self.assertEqual(self.mails(one), 1)
            # So that waiting for the first worker would fail and not hang.
            two.cr.execute("SET LOCAL lock_timeout = '10s'")
            self.release(two)
            self.assertEqual(self.mails(two), 0)
        with self.cursor() as env:
            self.release(env)
            self.assertEqual(self.mails(env), 1)

    @mute_logger("odoo.sql_db")
    def test_what_another_worker_has_just_sent_is_not_sent_again(self):
        with self.cursor() as late:
            self.mails(late)  # sees what was before the other one
            with self.cursor() as other:
                self.release(other)
            self.release(late)
            self.assertEqual(self.mails(late), 0)
        with self.cursor() as env:
            self.assertEqual(self.mails(env), 1)
