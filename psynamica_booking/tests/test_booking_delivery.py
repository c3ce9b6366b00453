# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages that do not arrive: the therapist is asked, once, and the state says so."""

import smtplib
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .booking_messages_case import MessagesCase

GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestBookingDelivery(MailCase, MessagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()

    def handed_over(self, booking, partner=None):
        """Return the Message-ID of the mail, which is sent and deleted."""
        self.deliver()
        mail = self.to(self.send(), partner or self.client)
        key = mail.message_id
        message = mail.mail_message_id
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mail.send()
        self.assertFalse(mail.exists())
        self.assertFalse(message.exists())
        self.env.invalidate_all()
        return key

    def refused(self, booking, partner=None):
        """Have the mail refused by the server."""
        self.deliver()
        mail = self.to(self.send(), partner or self.client)
        with (
            self.mock_mail_gateway(mail_unlink_sent=True),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self.send_email_mocked.side_effect = smtplib.SMTPRecipientsRefused({})
            mail.send()
        self.env.invalidate_all()
        return mail

    def report(self, key, address, action="failed", with_headers=True):
        """Have a delivery report come in as mail servers write it (RFC 3464)."""
        report = MIMEMultipart("report", report_type="delivery-status")
        report["From"] = "MAILER-DAEMON@mx.client.test"
        report["To"] = f"{self.alias_bounce}@{self.alias_domain}"
        report["Subject"] = "Undelivered Mail Returned to Sender"
        report["Message-Id"] = f"<{key.strip('<>')[:20]}.{action}@mx.client.test>"
        report.attach(MIMEText("This is the mail system."))
        status = MIMEBase("message", "delivery-status")
        about_all, about_one = EmailMessage(), EmailMessage()
        about_all["Reporting-MTA"] = "dns; mx.client.test"
        about_one["Final-Recipient"] = f"rfc822; {address}"
        about_one["Action"] = action
        about_one["Status"] = "5.1.1"
        status.set_payload([about_all, about_one])
        report.attach(status)
        if with_headers:
            headers = MIMEText(f"Message-Id: {key}\nSubject: X\n\n")
            headers.replace_header("Content-Type", "text/rfc822-headers")
            report.attach(headers)
        with mute_logger(GATEWAY):
            self.env["mail.thread"].message_process(None, report.as_string())
        self.env.invalidate_all()

    def asked(self, booking, user=None):
        user = user or self.therapist
        return booking.activity_ids.filtered(lambda a: a.user_id == user)

    def state(self, booking, kind="confirmed"):
        """Return what became of the message to the client."""
        return booking.message_due_ids.filtered(
            lambda m: m.participant_id and m.kind == kind
        ).mapped("state")

    def test_mail_that_comes_back_asks_the_therapist_once(self):
        booking = self.book()
        key = self.handed_over(booking)
        self.assertEqual(self.state(booking), ["sent"])
        self.report(key, self.client.email)
        self.assertIn("came back", self.asked(booking).summary)
        self.assertEqual(self.state(booking), ["undelivered"])
        booking._move(self.monday(12))
        self.report(self.handed_over(booking), self.client.email)
        self.assertEqual(len(self.asked(booking)), 1)
        self.assertEqual(self.state(booking, "moved"), ["undelivered"])

    def test_report_without_the_mails_headers_asks_by_the_address(self):
        booking = self.book()
        key = self.handed_over(booking)
        self.report(key, self.client.email, with_headers=False)
        self.assertEqual(len(self.asked(booking)), 1)

    def test_report_from_a_forwarded_address_asks_by_the_mail(self):
        booking = self.book()
        self.report(self.handed_over(booking), "elsewhere@forward.test")
        self.assertEqual(len(self.asked(booking)), 1)

    def test_each_therapist_of_coming_sessions_is_asked_once(self):
        first = self.book()
        second = self.book(self.monday(14))
        other = self.book(user=self.colleague, start=self.monday(15))
        self.deliver()
        self.send()
        self.report("<other@mail.test>", self.client.email)
        self.assertEqual(len(self.asked(first)), 1)
        self.assertFalse(self.asked(second))
        self.assertEqual(len(self.asked(other, self.colleague)), 1)

    def test_cancellation_that_comes_back_asks_though_nothing_is_to_come(self):
        booking = self.book()
        self.handed_over(booking)
        booking._cancel("practice")
        key = self.handed_over(booking)
        self.report(key, self.client.email, with_headers=False)
        self.assertEqual(len(self.asked(booking)), 1)

    def test_nobody_is_asked_about_sessions_of_long_ago(self):
        booking = self.book()
        self.handed_over(booking)
        booking._cancel("practice")
        booking.message_due_ids.sent_at = fields.Datetime.to_datetime("2026-01-01")
        self.report("<other@mail.test>", self.client.email)
        self.assertFalse(self.asked(booking))

    def test_delayed_mail_asks_nobody(self):
        booking = self.book()
        self.report(self.handed_over(booking), self.client.email, action="delayed")
        self.assertFalse(self.asked(booking))
        self.assertEqual(self.state(booking), ["sent"])

    def test_therapists_mail_that_comes_back_is_not_the_clients(self):
        booking = self.book()
        own = self.therapist.partner_id
        self.report(self.handed_over(booking, own), own.email)
        self.assertIn("did not reach you", self.asked(booking).summary)
        self.assertEqual(self.state(booking), ["sent"])

    def test_refused_mail_asks_the_therapist(self):
        booking = self.book()
        mail = self.refused(booking)
        self.assertEqual(mail.state, "exception")
        self.assertEqual(self.state(booking), ["undelivered"])
        self.assertIn("could not be sent", self.asked(booking).summary)

    def test_refused_mail_that_is_sent_after_all_is_sent(self):
        booking = self.book()
        mail = self.refused(booking)
        mail.mark_outgoing()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            mail.send()
        self.assertEqual(self.state(booking), ["sent"])

    def test_client_without_an_address_was_not_told(self):
        self.client.email = False
        booking = self.book()
        self.deliver()
        self.assertFalse(self.to(self.send(), self.client))
        self.assertEqual(self.state(booking), ["undelivered"])
        self.assertIn("no e-mail address", self.asked(booking).summary)
