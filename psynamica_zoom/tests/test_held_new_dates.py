# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, fields
from odoo.api import Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..models.calendar_attendee import HOLD
from .session_case import SessionCase
from .session_mail_case import SESSION, START, SessionMailCase

DAY = timedelta(days=1)


def moved(event, days=1, **values):
    event.write(
        {"start": event.start + days * DAY, "stop": event.stop + days * DAY, **values}
    )


@tagged("post_install", "-at_install")
class TestHeldNewDates(SessionMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.connect_zoom(cls.therapist)

    def invited(self, *clients, by=None, **values):
        """Return a session whose meeting is at Zoom and whose clients are invited."""
        with self.mock_mail_gateway():
            event = self.plan_session(*clients, by=by, video_choice="zoom", **values)
            self.store_meeting(event)
            event.attendee_ids._release_held_mails()
        return event

    def held(self, event, partner):
        return self.of(event, partner).sudo().video_held_until

    def release(self, event):
        event.attendee_ids._release_held_mails()

    def test_a_new_date_is_told_when_zoom_knows_it(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event)
            self.assertFalse(self._new_mails)
            self.release(event)
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "New time: Talk")
        self.assertIn("14 октября", mail.body_html)
        self.assertEqual(mail.author_id, self.therapist.partner_id)
        self.assertFalse(self.mails_to(self.therapist.partner_id))
        self.assertFalse(self.held(event, self.anna))

    def test_a_session_moved_three_times_is_one_mail_with_the_last_date(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            for _ in range(3):
                moved(event)
            self.release(event)
            self.release(event)
        self.assertIn("16 октября", self.mail_to(self.anna).body_html)

    def test_a_session_moved_and_moved_back_is_no_mail(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event)
            moved(event, days=-1)
            self.release(event)
        self.assertFalse(self._new_mails)
        self.assertFalse(self.held(event, self.anna))

    def test_another_length_is_told_too(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            event.write({"start": START, "stop": START + 2 * SESSION})
            self.release(event)
        self.mail_to(self.anna)

    def test_further_moves_do_not_put_it_off(self):
        event = self.invited(self.anna)
        moved(event)
        soon = self.held(event, self.anna) - HOLD / 2
        self.of(event, self.anna).sudo().video_held_until = soon
        moved(event)
        self.assertEqual(self.held(event, self.anna), soon)

    def test_each_is_told_what_the_other_moved(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event.with_user(self.assistant))
            self.release(event)
        self.mail_to(self.anna)
        self.mail_to(self.therapist.partner_id)

    def test_after_a_minute_it_is_told_in_any_case(self):
        event = self.invited(self.anna)
        release = self.release_due
        with self.mock_mail_gateway():
            moved(event)
            until = self.held(event, self.anna)
            self.assertLessEqual(until, fields.Datetime.now() + HOLD)
            release(until - timedelta(seconds=1))
            self.assertFalse(self._new_mails)
            release(until)
        self.mail_to(self.anna)

    def test_what_changes_while_others_are_told_is_looked_at_anew(self):
        event = self.invited(self.anna, self.bob)
        with self.mock_mail_gateway():
            moved(event)
            due = self.env["calendar.attendee"]._held_until(self.held(event, self.anna))
            self.of(event, self.bob).unlink()
            due._release_due_mails(self.held(event, self.anna))
        self.mail_to(self.anna)
        with self.mock_mail_gateway():
            moved(event)  # held anew: its minute has only begun
            due._release_due_mails(fields.Datetime.now())
        self.assertFalse(self._new_mails)

    def test_a_deleted_session_has_no_new_date(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event)
            until = self.held(event, self.anna)
            event.unlink()
            self.release_due(until)
        self.assertFalse(self._new_mails)

    def test_the_end_of_a_session_is_told_by_the_date_that_is_known(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event)
            wizard = (
                self.env["calendar.popover.delete.wizard"]
                .with_user(self.therapist)
                .create({"calendar_event_id": event.id})
            )
            attendee = wizard._attendees_to_tell()
            self.assertEqual(attendee.partner_id, self.anna)
            attendee._video_tell_cancelled(event)
        body = self.mail_to(self.anna).body_html
        self.assertIn("13 октября", body)
        self.assertNotIn("14 октября", body)

    def test_a_draft_of_the_end_stays_one_when_the_new_date_is_told_meanwhile(self):
        event = self.invited(self.anna, self.bob)
        with self.mock_mail_gateway():
            moved(event)
            draft = (
                self.env["calendar.popover.delete.wizard"]
                .with_user(self.therapist)
                .create(
                    {
                        "calendar_event_id": event.id,
                        "recipient_ids": [Command.set((self.anna | self.bob).ids)],
                    }
                )
            )
            self.release(event)
        with self.mock_mail_gateway():
            draft.action_send_mail_and_delete()
        self.assertIn("14 октября", self.mail_to(self.anna).body_html)
        self.assertIn("14. Oktober", self.mail_to(self.bob).body_html)

    def test_who_moves_it_on_is_not_told(self):
        event = self.invited(self.anna, self.assistant.partner_id)
        with self.mock_mail_gateway():
            moved(event.with_user(self.therapist))
            moved(event.with_user(self.assistant))
            self.release(event)
        self.mail_to(self.anna)
        self.assertFalse(self.mails_to(self.assistant.partner_id))

    def test_a_client_without_a_language_is_told_in_that_of_who_moved_it(self):
        event = self.invited(self.anna)
        self.anna.lang = False
        self.therapist.lang = "de_DE"
        with self.mock_mail_gateway():
            moved(event.with_user(self.therapist).with_context(lang="de_DE"))
            attendees = event.attendee_ids
            attendees.with_context(lang=None)._release_held_mails()
        self.assertIn("14. Oktober", self.mail_to(self.anna).body_html)

    def test_a_session_whose_host_has_no_zoom_any_more_is_told_at_once(self):
        event = self.invited(self.anna)
        self.connection.state = "reconnect"
        with self.mock_mail_gateway():
            moved(event)
        self.mail_to(self.anna)

    def test_when_zoom_is_not_waited_for_any_more_it_is_told(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            moved(event)
            event.video_choice = "builtin"
        self.assertIn("14 октября", self.mail_to(self.anna).body_html)

    def test_an_invitation_that_is_held_stays_one(self):
        event = self.plan_session(self.anna, video_choice="zoom")
        with self.mock_mail_gateway():
            moved(event)
            self.release(event)
        self.assertEqual(self.mail_to(self.anna).subject, "Invitation: Talk")

    def test_a_series_that_moves_says_so_instead(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna, video_choice="zoom")
            self.release(event)
        self.of(event, self.anna).sudo().write(
            {
                "video_held_until": START,
                "video_known_start": START,
                "video_known_stop": START + SESSION,
            }
        )
        with self.mock_mail_gateway():
            moved(event, recurrence_update="all_events")
            self.release_due(START + HOLD)
        self.mail_to(self.anna)


@tagged("post_install", "-at_install")
class TestDeliveredNewDates(SessionCase):
    def test_the_delivery_tells_it(self):
        event = self.plan_session()
        self.deliver()
        mails = self.env["mail.mail"].sudo()
        of_client = [("recipient_ids", "in", self.client.ids)]
        before = mails.search(of_client)
        moved(event)
        self.assertEqual(mails.search(of_client), before)
        self.deliver()
        mail = mails.search(of_client) - before
        self.assertEqual(mail.subject, "New time: Session")


@tagged("post_install", "-at_install")
class TestMovedWhileReleased(BaseCase):
    """Real transactions: what is committed here is deleted again."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.cursor() as env:
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
                {
                    "video_held_until": START,
                    "video_held_by_id": SUPERUSER_ID,
                    "video_known_start": START - DAY,
                    "video_known_stop": START - DAY + SESSION,
                }
            )
            self.partner_id, self.event_id = partner.id, event.id
        self.addCleanup(self.clean_up)

    def clean_up(self):
        with self.cursor() as env:
            env["calendar.event"].browse(self.event_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()

    @contextmanager
    def cursor(self):
        with self.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def event(self, env):
        return env["calendar.event"].browse(self.event_id)

    @mute_logger("odoo.sql_db")
    def test_who_relies_on_a_mail_that_has_just_gone_is_run_again(self):
        with self.cursor() as late:
            self.assertTrue(self.event(late).attendee_ids.video_held_until)
            with self.cursor() as other:
                self.event(other).attendee_ids._release_held_mails()
            with self.assertRaises(SerializationFailure):
                moved(self.event(late))
            late.cr.rollback()

    @mute_logger("odoo.sql_db")
    def test_a_release_that_began_before_a_move_leaves_its_mail_alone(self):
        with self.cursor() as early:
            attendees = self.event(early).attendee_ids
            self.assertTrue(attendees.video_held_until)
            with self.cursor() as other:
                moved(self.event(other))
            attendees._release_held_mails()
        with self.cursor() as env:
            self.assertTrue(self.event(env).attendee_ids.video_held_until)

    def test_a_release_leaves_alone_what_is_being_moved(self):
        with self.cursor() as one, self.cursor() as two:
            moved(self.event(one))
            # So that waiting would fail and not hang.
            two.cr.execute("SET LOCAL lock_timeout = '10s'")
            self.event(two).attendee_ids._release_held_mails()
        with self.cursor() as env:
            self.assertTrue(self.event(env).attendee_ids.video_held_until)
