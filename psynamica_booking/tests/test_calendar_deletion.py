# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The event of a booking is deleted in the calendar: one mail, with a file."""

from odoo.tests import Form, tagged

from .booking_messages_case import MessagesCase


@tagged("post_install", "-at_install")
class TestCalendarDeletion(MessagesCase):
    def setUp(self):
        super().setUp()
        self.booking = self.book()
        self.first = self.told(self.booking)

    def line(self, mail, name):
        """Return the line of the mail's calendar file that begins with this."""
        file = mail.attachment_ids.raw.decode()
        return next(li for li in file.splitlines() if li.startswith(name))

    def delete_by_dialog(self):
        """Press what the dialog's main button calls, as the therapist."""
        event = self.booking.event_id.with_user(self.therapist)
        action = event.action_unlink_event(event.partner_id.id)
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.therapist)
            .with_context(
                **{
                    name: value
                    for name, value in action["context"].items()
                    if name.startswith("default_")
                }
            ),
            action["view_id"],
        )
        self.assertTrue(dialog.is_booked)
        return dialog.save()

    def test_deleting_is_told_with_a_file_that_removes(self):
        self.booking.event_id.with_user(self.therapist).unlink()
        mail = self.told(self.booking)
        self.assertEqual(len(mail), 1)
        self.assertIn("Cancelled", mail.subject)
        self.assertIn("METHOD:CANCEL", mail.attachment_ids.raw.decode())
        self.assertEqual(self.line(mail, "UID"), self.line(self.first, "UID"))
        self.assertGreater(
            self.line(mail, "SEQUENCE"), self.line(self.first, "SEQUENCE")
        )
        self.assertFalse(any(self.booking.message_due_ids.mapped("kept_file")))

    def test_deleting_the_archived_event_leaves_the_file(self):
        self.booking._cancel("practice")
        self.booking.event_id.with_user(self.therapist).unlink()
        mail = self.told(self.booking)
        self.assertIn("METHOD:CANCEL", mail.attachment_ids.raw.decode())

    def test_dialog_sends_no_second_mail(self):
        before = self.env["mail.mail"].sudo().search([])
        self.delete_by_dialog().action_send_mail_and_delete()
        self.assertFalse(self.env["mail.mail"].sudo().search([]) - before)
        self.assertEqual(self.booking.state, "cancelled")
        mail = self.told(self.booking)
        self.assertEqual(len(mail), 1)
        self.assertIn("METHOD:CANCEL", mail.attachment_ids.raw.decode())

    def test_dialog_of_a_room_that_is_not_ours_sends_no_second_mail(self):
        self.booking.event_id.video_choice = "none"
        self.assertFalse(self.booking.event_id.video_provider)
        before = self.env["mail.mail"].sudo().search([])
        self.delete_by_dialog().action_send_mail_and_delete()
        self.assertFalse(self.env["mail.mail"].sudo().search([]) - before)
        self.assertEqual(len(self.told(self.booking)), 1)

    def test_other_events_are_told_of_by_the_dialog(self):
        event = self.plan_session()
        self.deliver()
        dialog = (
            self.env["calendar.popover.delete.wizard"]
            .with_user(self.therapist)
            .create({"calendar_event_id": event.id})
        )
        self.assertFalse(dialog.is_booked)
        before = self.env["mail.mail"].sudo().search([])
        dialog.action_send_mail_and_delete()
        mails = self.env["mail.mail"].sudo().search([]) - before
        self.assertEqual(mails.recipient_ids, self.client)
