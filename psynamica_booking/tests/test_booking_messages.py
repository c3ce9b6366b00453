# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What clients and therapists are told: once, truly, in their language and time."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .booking_messages_case import MessagesCase


@tagged("post_install", "-at_install")
class TestBookingMessages(MessagesCase):
    def test_confirmation_has_the_link_zooms_data_and_a_file(self):
        booking = self.book()
        mail = self.told(booking)
        self.assertEqual(len(mail), 1)
        participant = booking.participant_ids
        self.assertIn(participant._join_url(), mail.body_html)
        self.assertIn(participant._page_url(), mail.body_html)
        [meeting] = self.sim.meetings(alive=True)
        self.assertIn(meeting["password"], mail.body_html)
        file = mail.attachment_ids.raw.decode()
        self.assertIn("METHOD:REQUEST", file)
        self.assertIn(
            participant._join_url().rsplit("/", 1)[1], file.replace("\r\n ", "")
        )

    def test_confirmation_waits_for_the_meeting_and_not_for_ever(self):
        booking = self.book()
        self.assertFalse(self.to(self.send(), self.client))
        message = booking.message_due_ids.filtered(lambda m: m.participant_id)
        message = message.filtered(lambda m: m.kind == "confirmed")
        message.due_at = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE psynamica_booking_message SET create_date = create_date "
            "- interval '2 minutes' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.to(self.send(), self.client)), 1)

    def test_nothing_is_sent_twice(self):
        booking = self.book()
        self.assertTrue(self.told(booking))
        self.assertFalse(self.send())

    def test_no_mails_but_ours(self):
        self.book()
        before = self.env["mail.mail"].sudo().search([])
        self.deliver()
        self.assertFalse(self.env["mail.mail"].sudo().search([]) - before)

    def test_moving_before_the_confirmation_tells_the_new_time_once(self):
        booking = self.book()
        booking._move(self.monday(12))
        mail = self.told(booking)
        self.assertEqual(len(mail), 1)
        self.assertIn("12:00", mail.body_html)
        self.assertIn("confirmed", mail.body_html)

    def test_moving_is_told_with_a_file_that_updates(self):
        booking = self.book()
        first = self.told(booking).attachment_ids.raw.decode()
        booking._move(self.monday(12))
        mail = self.told(booking)
        second = mail.attachment_ids.raw.decode()
        self.assertIn("has changed", mail.subject)
        was, now = self.row(mail, "Time so far"), self.row(mail, "New time")
        self.assertIn("10:00", was)
        self.assertIn("12:00", now)

        def line(file, name):
            return next(li for li in file.splitlines() if li.startswith(name))

        self.assertEqual(line(first, "UID"), line(second, "UID"))
        self.assertGreater(line(second, "SEQUENCE"), line(first, "SEQUENCE"))

    def test_another_therapist_at_the_same_time_is_no_new_time(self):
        booking = self.book()
        self.told(booking)
        booking._move(self.monday(12))
        self.told(booking)
        booking._move(self.monday(12), user=self.colleague)
        mail = self.told(booking)
        self.assertNotIn("Time so far", mail.body_html)
        self.assertIn("12:00", self.row(mail, "When"))

    def row(self, mail, label):
        """Return what the mail says beside this word."""
        tree = html.fromstring(mail.body_html)
        [cell] = tree.xpath(f"//tr[td[normalize-space()='{label}']]/td[2]")
        return cell.text_content()

    def test_cancelling_is_told_with_a_file_that_removes(self):
        booking = self.book()
        self.told(booking)
        booking._cancel("practice")
        mail = self.told(booking)
        self.assertIn("Cancelled", mail.subject)
        self.assertIn("METHOD:CANCEL", mail.attachment_ids.raw.decode())

    def test_cancelling_what_was_never_told_tells_nothing(self):
        booking = self.book()
        booking._cancel("practice")
        self.assertFalse(self.told(booking))

    def test_reminders_come_when_they_are_due_and_not_for_an_old_time(self):
        booking = self.book()
        self.told(booking)
        self.assertEqual(set(self.messages(booking)), {"remind_day", "remind_hour"})
        booking._move(self.monday(12))
        self.told(booking)
        reminders = booking.message_due_ids.filtered(
            lambda m: m.kind == "remind_day" and m.state == "due" and m.participant_id
        )
        self.assertEqual(
            reminders.mapped("due_at"), [self.monday(12) - timedelta(days=1)]
        )
        reminders.due_at = fields.Datetime.now()
        mail = self.told(booking)
        self.assertIn("Reminder", mail.subject)

    def reminders(self, booking, participant):
        """Return kind → how long before the session this one is reminded."""
        due = booking.message_due_ids.filtered(
            lambda m: (
                m.state == "due"
                and m.kind.startswith("remind")
                and m.participant_id == participant
            )
        )
        return {m.kind: booking.start - m.due_at for m in due}

    def test_service_says_who_is_reminded_and_when(self):
        nobody = self.env["psynamica.booking.participant"]
        self.service.write({"remind_day_hours": 48, "remind_hour_minutes": 30})
        booking = self.book()
        expected = {
            "remind_day": timedelta(hours=48),
            "remind_hour": timedelta(minutes=30),
        }
        client = booking.participant_ids
        self.assertEqual(self.reminders(booking, client), expected)
        self.assertEqual(self.reminders(booking, nobody), expected)
        self.service.write({"remind_hour": False, "remind_therapist": False})
        booking._move(self.monday(12))
        self.assertEqual(
            self.reminders(booking, client), {"remind_day": timedelta(hours=48)}
        )
        self.assertEqual(self.reminders(booking, nobody), {})

    def test_therapist_is_reminded_until_nobody_comes(self):
        nobody = self.env["psynamica.booking.participant"]
        group = self.service.copy({"kind": "group", "capacity": 3, "name": "Group"})
        group.user_ids = self.therapist
        booking = self.book(service=group)
        self.book(service=group, client=self.client_two)
        booking.participant_ids[0]._cancel_by_client()
        self.assertEqual(len(self.reminders(booking, nobody)), 2)
        reminder = booking.message_due_ids.filtered(
            lambda m: m.kind == "remind_day" and not m.participant_id
        )[-1:]
        reminder.due_at = fields.Datetime.now()
        self.deliver()
        mail = self.to(self.send(), self.therapist.partner_id)
        self.assertIn("Reminder", mail.subject)
        booking.participant_ids[1]._cancel_by_client()
        self.assertEqual(self.reminders(booking, nobody), {})

    def reminded(self, booking):
        """Return the text messages of the reminder a day before, due now."""
        self.assertIn("sms.sms", self.env)  # installs itself with `mail`
        texts = self.env["sms.sms"].sudo()
        before = texts.search([])
        reminder = booking.message_due_ids.filtered(lambda m: m.kind == "remind_day")
        reminder.due_at = fields.Datetime.now()
        self.told(booking)
        return texts.search([]) - before

    def test_reminder_is_a_text_message_too_where_the_practice_wants_it(self):
        self.client.phone = "+49 30 1234567"
        booking = self.book()
        self.told(booking)
        booking.company_id.booking_sms = True
        text = self.reminded(booking)
        # Spaces go where the library that Odoo formats numbers with is there.
        self.assertEqual(text.number.replace(" ", ""), "+49301234567")
        self.assertEqual(text.partner_id, self.client)
        self.assertIn("Reminder: your appointment is on Monday", text.body)
        self.assertIn("10:00", text.body)

    def test_no_text_message_unless_the_practice_wants_it(self):
        self.client.phone = "+49301234567"
        booking = self.book()
        self.told(booking)
        self.assertFalse(self.reminded(booking))

    def test_no_reminder_of_a_cancelled_session(self):
        booking = self.book()
        self.told(booking)
        booking._cancel("practice")
        self.assertFalse(
            booking.message_due_ids.filtered(
                lambda m: m.kind == "remind_day" and m.state == "due"
            )
        )

    def test_words_and_clock_are_the_clients(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        booking = self.book(client=self.client_two)
        booking.participant_ids.write({"lang": "ru_RU", "tz": "America/New_York"})
        self.deliver()
        mail = self.to(self.send(), self.client_two)
        self.assertIn("(Нью-Йорк)", mail.body_html)
        self.assertIn("(Берлин)", mail.body_html)
        self.assertNotIn("Monday", mail.body_html)

    def test_mail_says_until_when_it_may_be_changed(self):
        self.service.write({"cancel_hours": 24, "late_text": "Half of it is due."})
        body = self.told(self.book()).body_html
        text = " ".join(html.fromstring(body).text_content().split())
        self.assertRegex(text, r"in time: Sunday, .*, 10:00\sAM Half of it is due")
        self.service.cancel_hours = 0
        other = self.book(self.monday(14), client=self.client_two)
        self.deliver()
        mail = self.to(self.send(), other.partner_id)
        self.assertNotIn("Deadline", mail.body_html)

    def test_therapist_is_told_what_others_do_and_not_the_own_doings(self):
        booking = self.book()
        self.deliver()
        self.assertTrue(self.to(self.send(), self.therapist.partner_id))
        booking.with_user(self.therapist).action_cancel()
        self.deliver()
        self.assertFalse(self.to(self.send(), self.therapist.partner_id))

    def test_subject_says_nothing_of_what_the_practice_does(self):
        self.service.name = "Psychotherapy"
        mail = self.told(self.book())
        file = mail.attachment_ids.raw.decode()
        words = f"{mail.subject} {mail.body_html} {file}"
        self.assertNotIn("sychotherapy", words)

    def test_practice_writes_the_messages_itself(self):
        template = self.env.ref("psynamica_booking.mail_confirmed")
        template.write(
            {
                "subject": "See you {{ object._when() }}",
                "body_html": "<p>Dear <t t-out='object._greeted()'/>, bring tea.</p>",
            }
        )
        mail = self.told(self.book())
        self.assertTrue(mail.subject.startswith("See you Monday"))
        self.assertIn(f"Dear {self.client.name}, bring tea.", mail.body_html)

    def test_absence_is_followed_up(self):
        booking = self.book()
        self.told(booking)
        booking.with_user(self.therapist).action_no_show()
        self.assertIn("missed", self.told(booking).subject)

    def test_therapist_hears_of_an_absence_that_somebody_else_noted(self):
        booking = self.book()
        self.told(booking)
        booking.action_no_show()
        mail = self.to(self.send(), self.therapist.partner_id)
        self.assertIn("After an absence", mail.subject)
