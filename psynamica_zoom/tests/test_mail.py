# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command
from odoo.tests import Form, RecordCapturer, tagged
from odoo.tools import html2plaintext

from .session_mail_case import START, SessionMailCase

DAY = timedelta(days=1)


def words(mail):
    return " ".join(html2plaintext(mail.body_html).split())


@tagged("post_install", "-at_install")
class TestMail(SessionMailCase):
    def invited(self, *clients, **values):
        with self.mock_mail_gateway():
            return self.plan_session(*clients, **values)

    def moved(self, event, days=1, **values):
        with self.mock_mail_gateway():
            event.write(
                {
                    "start": event.start + days * DAY,
                    "stop": event.stop + days * DAY,
                    **values,
                }
            )

    # What is in the mails

    def test_each_attendee_gets_the_own_link(self):
        event = self.invited(self.anna, self.bob)
        links = {}
        for partner in (self.anna, self.bob):
            links[partner] = event._video_join_url(self.of(event, partner))
            self.assertIn(links[partner], self.mail_to(partner).body_html)
        self.assertNotEqual(links[self.anna], links[self.bob])
        self.assertNotIn(links[self.bob], self.mail_to(self.anna).body_html)
        self.assertNotIn(event.videocall_location, self.mail_to(self.anna).body_html)

    def test_the_room_is_not_called_odoo_discuss(self):
        self.invited(self.anna)
        self.assertNotIn("Discuss", self.mail_to(self.anna).body_html)

    def test_times_are_the_recipients_and_named(self):
        self.invited(self.anna, self.bob)
        # Berlin is two hours ahead of UTC in October, Moscow three.
        self.assertIn(
            "вторник, 13 октября 2037 г., 11:00 – 11:50 (Europe/Moscow)",
            words(self.mail_to(self.anna)),
        )
        self.assertIn(
            "Dienstag, 13. Oktober 2037, 10:00 – 10:50 (Europe/Berlin)",
            words(self.mail_to(self.bob)),
        )

    def test_a_session_over_midnight_names_both_days(self):
        event = self.invited(self.bob, stop=START + timedelta(hours=20))
        self.assertIn(
            "Dienstag, 13. Oktober 2037, 10:00 – Mittwoch, 14. Oktober 2037, 06:00",
            self.of(event, self.bob)._video_when(),
        )

    def test_an_all_day_event_has_days_only(self):
        event = self.invited(
            self.bob, allday=True, start_date=START.date(), stop_date=START.date()
        )
        attendee = self.of(event, self.bob)
        self.assertEqual(attendee._video_when(), "Dienstag, 13. Oktober 2037")
        event.stop_date += DAY
        self.assertEqual(
            attendee._video_when(),
            "Dienstag, 13. Oktober 2037 – Mittwoch, 14. Oktober 2037",
        )

    def test_without_any_zone_it_is_utc(self):
        self.therapist.tz = False
        event = self.invited(self.bob)
        attendee = self.of(event, self.bob).with_user(self.therapist)
        self.assertIn("08:00 – 08:50 (UTC)", attendee._video_when())

    def test_guests_do_not_learn_of_each_other(self):
        event = self.invited(self.anna, self.bob, description="<p>Anna first</p>")
        for partner, other in ((self.anna, self.bob), (self.bob, self.anna)):
            mail = self.mail_to(partner)
            everything = mail.body_html + mail.attachment_ids.raw.decode()
            self.assertIn("Maria Weber", everything)
            self.assertNotIn(other.name, everything)
            self.assertNotIn(other.email, everything)
        self.assertIn("@client.test", event.description, "core wrote a guest into it")

    def test_one_guest_reads_the_description(self):
        self.invited(self.anna, description="<p>Bring the form.</p>")
        self.assertIn("Bring the form.", words(self.mail_to(self.anna)))

    def test_the_organiser_reads_who_comes(self):
        event = self.invited(self.anna, self.bob, by=self.assistant)
        mail = self.of(event, self.therapist.partner_id)
        self.assertEqual(mail._video_with(), "Anna Petrova, Bob Klein")

    def test_answers_go_to_cores_pages(self):
        event = self.invited(self.anna)
        token = self.of(event, self.anna).access_token
        for answer in ("accept", "decline"):
            self.assertIn(
                f"/calendar/meeting/{answer}?token={token}",
                self.mail_to(self.anna).body_html,
            )

    def test_a_series_is_answered_as_one(self):
        with self.mock_mail_gateway():
            self.series(self.anna)
        self.assertIn("/calendar/recurrence/accept", self.mail_to(self.anna).body_html)

    def test_zoom_is_mentioned_where_the_session_is_in_zoom(self):
        self.invited(self.anna)
        self.assertNotIn("Zoom", words(self.mail_to(self.anna)))
        self.connect_zoom(self.therapist)
        event = self.plan_session(self.anna, video_choice="zoom")
        self.store_meeting(event)
        with self.mock_mail_gateway():
            self.of(event, self.anna)._release_held_mails()
        text = words(self.mail_to(self.anna))
        self.assertIn("You do not need a Zoom account.", text)
        self.assertIn("Meeting ID", text)

    # Which mails

    def test_core_mails_what_is_not_managed(self):
        self.invited(self.anna, video_choice="none")
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "Invitation to Talk")
        self.assertNotIn("/video/join/", mail.body_html)

    def test_managed_and_other_events_in_one_go(self):
        event = self.invited(self.anna)
        other = self.invited(self.bob, video_choice="none")
        with self.mock_mail_gateway():
            (event | other).attendee_ids._send_invitation_emails()
        self.assertEqual(self.mail_to(self.anna).subject, "Invitation: Talk")
        self.assertEqual(self.mail_to(self.bob).subject, "Invitation to Talk")

    def test_a_moved_session_tells_the_new_time(self):
        event = self.invited(self.anna)
        self.moved(event)
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "New time: Talk")
        self.assertIn("14 октября", words(mail))
        self.assertIn(event._video_join_url(self.of(event, self.anna)), mail.body_html)

    def test_a_series_moved_as_a_whole_is_told_once(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna)
        self.moved(event, recurrence_update="all_events")
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "New time: Talk")
        self.assertIn("14 октября", words(mail))

    def test_this_and_following_sessions_are_told_once(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna)
        third = self.sessions_of(event)[2]
        self.moved(third, recurrence_update="future_events")
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "New time: Talk")
        self.assertIn("28 октября", words(mail))

    def test_somebody_added_while_the_series_moves_is_invited_once(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna)
        for update, number in (
            ("all_events", 0),
            ("all_events", 1),
            ("future_events", 2),
        ):
            with self.subTest(update, number=number):
                guest = self.client(f"{update}{number}", "de_DE", False)
                self.moved(
                    self.sessions_of(event)[number],
                    recurrence_update=update,
                    partner_ids=[Command.link(guest.id)],
                )
                self.assertEqual(self.mail_to(guest).subject, "Invitation: Talk")
                self.assertEqual(self.mail_to(self.anna).subject, "New time: Talk")

    def test_a_renamed_series_tells_nobody(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna)
        for update in ("all_events", "future_events"):
            with self.subTest(update), self.mock_mail_gateway():
                event.write({"name": "Other talk", "recurrence_update": update})
            self.assertFalse(self._new_mails)

    def test_core_moves_series_without_video_as_ever(self):
        with self.mock_mail_gateway():
            event = self.series(self.anna, video_choice="none")
        self.moved(event, recurrence_update="all_events")
        self.assertFalse(self._new_mails)

    def test_a_reminder_is_ours_but_a_practices_own_stays(self):
        event = self.invited(self.anna)
        alarm = self.env["calendar.alarm"].create(
            {"name": "Mail", "alarm_type": "email", "interval": "hours", "duration": 2}
        )
        with self.mock_mail_gateway():
            self.of(event, self.anna)._notify_attendees(alarm.mail_template_id)
        self.assertEqual(self.mail_to(self.anna).subject, "Reminder: Talk")
        own = alarm.mail_template_id.copy({"subject": "Our own words"})
        with self.mock_mail_gateway():
            self.of(event, self.anna)._notify_attendees(own)
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.subject, "Our own words")
        uid = self.file_of(mail).vevent.uid.value
        self.assertEqual(uid, event.video_ics_uid)

    def test_without_our_template_cores_is_sent(self):
        self.env.ref("psynamica_zoom.mail_template_invitation").unlink()
        self.invited(self.anna)
        self.assertEqual(self.mail_to(self.anna).subject, "Invitation to Talk")

    def test_blocked_mail_is_blocked(self):
        self.env["ir.config_parameter"].set_param("calendar.block_mail", True)
        self.invited(self.anna)
        self.assertFalse(self._new_mails)

    def test_nobody_who_saves_waits_for_the_mail_server(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        queue = [("cron_id", "=", cron.id)]
        event = self.invited(self.anna, self.bob)
        for work in (
            lambda: self.invited(self.anna, self.bob),
            lambda: self.moved(event),
        ):
            with RecordCapturer(self.env["ir.cron.trigger"], queue) as woken:
                work()
            self.assertEqual(self._new_mails.mapped("state"), ["outgoing"] * 2)
            self.assertEqual(len(woken.records), 1)

    # Other calendars

    def test_other_calendars_add_no_room(self):
        managed, other = self.invited(self.anna), self.invited(video_choice="none")
        self.assertFalse(managed._need_video_call())
        self.assertTrue(other._need_video_call())

    def test_the_description_for_other_calendars_has_the_link_once(self):
        event = self.invited(self.anna, description="<p>Bring the form.</p>")
        description = event._get_customer_description()
        self.assertIn(event.videocall_location, description)
        self.assertIn("Bring the form.", description)
        event.description = description
        self.assertEqual(
            event._get_customer_description().count(event.videocall_location),
            description.count(event.videocall_location),
        )

    def test_other_events_describe_themselves(self):
        event = self.invited(
            self.anna, video_choice="none", description="<p>Bring.</p>"
        )
        self.assertNotIn("/video/join/", event._get_customer_description())

    # Connecting again

    def test_the_therapist_is_asked_to_connect_again(self):
        connection = self.connect_zoom(self.therapist)
        template = self.env.ref("psynamica_zoom.mail_template_reconnect")
        with self.mock_mail_gateway():
            template.send_mail(connection.id)
        mail = self.mail_to(self.therapist.partner_id)
        self.assertEqual(mail.subject, "Zoom must be connected again")
        self.assertIn(connection._reason_text(), words(mail))
        self.assertIn("/odoo/integrations", mail.body_html)


@tagged("post_install", "-at_install")
class TestCancellationMail(SessionMailCase):
    def delete(self, event, scope=None, by=None, change=None, send=True):
        """Delete as the calendar's dialogs do."""
        event = event.with_user(by or self.therapist)
        if scope:
            dialog = event.env["calendar.popover.delete.wizard"].create(
                {"calendar_event_id": event.id, "delete": scope}
            )
            action = dialog.close()
        else:
            action = event.action_unlink_event()
        form = Form(
            event.env["calendar.popover.delete.wizard"].with_context(
                **action["context"]
            ),
            view="calendar.view_event_delete_wizard_form",
        )
        if change:
            change(form)
        with self.mock_mail_gateway():
            dialog = form.save()
            if send:
                dialog.action_send_mail_and_delete()
            else:
                dialog.action_delete()

    def cancelled(self, *clients, **values):
        with self.mock_mail_gateway():
            return self.plan_session(*clients, **values)

    def test_each_attendee_is_told_in_own_words(self):
        event = self.cancelled(self.anna, self.bob)
        self.delete(event)
        self.assertFalse(event.exists())
        self.assertIn("13 октября", words(self.mail_to(self.anna)))
        self.assertIn("13. Oktober", words(self.mail_to(self.bob)))
        self.assertEqual(self.mail_to(self.anna).subject, "Cancelled: Talk")
        self.assertNotIn(self.bob.name, self.mail_to(self.anna).body_html)
        self.assertFalse(self.mails_to(self.therapist.partner_id))

    def test_the_mail_survives_what_it_tells_of(self):
        event = self.cancelled(self.anna)
        uid = event.video_ics_uid
        self.delete(event)
        self.env.invalidate_all()
        mail = self.mail_to(self.anna)
        self.assertEqual(mail.state, "outgoing")
        calendar = self.file_of(mail, "cancelled.ics")
        self.assertEqual(calendar.method.value, "CANCEL")
        self.assertEqual(calendar.vevent.uid.value, uid)
        with self.mock_mail_gateway():
            mail.send()
        self.assertEqual(mail.state, "sent")
        self.assertSentEmail(
            mail.author_id, self.anna, subject="Cancelled: Talk", references=False
        )

    def test_the_therapist_hears_when_the_assistant_cancels(self):
        event = self.cancelled(self.anna, self.assistant.partner_id)
        self.delete(event, by=self.assistant)
        self.mail_to(self.therapist.partner_id)
        self.assertFalse(self.mails_to(self.assistant.partner_id))

    def test_deleting_without_mail_sends_none(self):
        self.delete(self.cancelled(self.anna), send=False)
        self.assertFalse(self._new_mails)

    def test_what_the_user_writes_is_sent(self):
        def write(form):
            form.subject = "Ill today"
            form.body = "<p>I am ill and sorry.</p>"

        self.delete(self.cancelled(self.anna, self.bob), change=write)
        for partner in (self.anna, self.bob):
            mail = self.mail_to(partner)
            self.assertEqual(mail.subject, "Ill today")
            self.assertIn("I am ill and sorry.", words(mail))
            self.assertNotIn("cancelled and will not", words(mail))

    def test_who_is_taken_off_the_list_is_not_told(self):
        def take_off(form):
            form.recipient_ids.remove(id=self.bob.id)

        self.delete(self.cancelled(self.anna, self.bob), change=take_off)
        self.mail_to(self.anna)
        self.assertFalse(self.mails_to(self.bob))

    def test_who_is_put_on_the_list_is_told(self):
        def put_on(form):
            form.recipient_ids.add(self.bob)

        self.delete(self.cancelled(self.anna), change=put_on)
        self.mail_to(self.anna)
        self.assertFalse(self.mail_to(self.bob).attachment_ids)

    def test_who_declined_is_not_told(self):
        event = self.cancelled(self.anna, self.bob)
        self.of(event, self.anna).do_decline()
        self.delete(event)
        self.assertFalse(self.mails_to(self.anna))
        self.mail_to(self.bob)

    def test_who_was_never_invited_is_not_told(self):
        self.connect_zoom(self.therapist)
        event = self.plan_session(self.anna, video_choice="zoom")
        self.delete(event)
        self.assertFalse(self._new_mails)

    def test_one_session_of_a_series(self):
        first = self.cancelled_series(self.anna)
        second = self.sessions_of(first)[1]
        self.delete(second, "one")
        self.assertFalse(second.exists())
        self.assertTrue(first.exists())
        self.assertIn("20 октября", words(self.mail_to(self.anna)))
        self.assertNotIn("13 октября", words(self.mail_to(self.anna)))

    def test_this_and_following_sessions_in_one_mail(self):
        first = self.cancelled_series(self.anna)
        third = self.sessions_of(first)[2]
        self.delete(third, "next")
        self.assertEqual(len(self.sessions_of(first)), 2)
        text = words(self.mail_to(self.anna))
        for day in ("27 октября", "3 ноября", "10 ноября", "17 ноября"):
            self.assertIn(day, text)
        self.assertNotIn("20 октября", text)

    def test_a_whole_series_in_one_mail(self):
        first = self.cancelled_series(self.anna, count=20)
        self.delete(first, "all")
        self.assertFalse(first.exists())
        text = words(self.mail_to(self.anna))
        self.assertIn("13 октября", text)
        self.assertIn("and 8 more", text)

    def test_guests_of_later_sessions_are_told_too(self):
        first = self.cancelled_series(self.anna)
        with self.mock_mail_gateway():
            self.sessions_of(first)[3].partner_ids = [Command.link(self.bob.id)]
        self.delete(first, "all")
        text = words(self.mail_to(self.bob))
        self.assertIn("3. November", text)

    def test_core_tells_of_events_without_video(self):
        event = self.cancelled(self.anna, video_choice="none")
        self.delete(event)
        self.assertEqual({m["subject"] for m in self._mails}, {"Deleted event: Talk"})

    def cancelled_series(self, *clients, **values):
        with self.mock_mail_gateway():
            return self.series(*clients, **values)
