# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers and notes go when they are older than the practice keeps them."""

from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.psynamica_booking.models import booking_retention

from .booking_people_case import ANSWER, NOTE, BookingPeopleCase


@tagged("post_install", "-at_install")
class TestBookingRetention(BookingPeopleCase):
    def setUp(self):
        super().setUp()
        self.env.company.booking_retention_months = 12

    def past(self, months, days=0, **values):
        """Return a booking with an answer and a note that ended so long ago."""
        stop = fields.Datetime.now() - relativedelta(months=months, days=days)
        booking = self.env["psynamica.booking"].create(
            {
                "service_id": self.service.id,
                "user_id": self.therapist.id,
                "start": stop - relativedelta(minutes=50),
                "stop": stop,
                "state": "done",
                "note": NOTE,
                "cancel_reason": "canary of a reason",
                **values,
            }
        )
        booking._add_clients([{"partner_id": self.client.id}], tell=False)
        self.answered(booking.participant_ids)
        return booking

    def forget(self):
        self.env.flush_all()
        self.env.ref("psynamica_booking.ir_cron_forget").method_direct_trigger()
        self.env.invalidate_all()

    def kept(self, booking):
        """Return what is still there: answer, note, reason."""
        answers = booking.participant_ids.answer_ids.mapped("value")
        return answers, booking.note, booking.cancel_reason

    def test_old_answers_and_notes_are_deleted(self):
        old, young = self.past(12, days=1), self.past(11, days=25)
        self.forget()
        self.assertEqual(self.kept(old), ([], False, False))
        self.assertEqual(self.kept(young), ([ANSWER], NOTE, "canary of a reason"))
        self.assertEqual(self.booking.note, NOTE)
        self.assertEqual(old.partner_id, self.client)

    def test_it_is_written_down_once(self):
        old = self.past(13)
        self.forget()
        self.forget()
        rows = self.env["psynamica.booking.audit"].search(
            [("booking_id", "=", old.id), ("kind", "=", "expired")]
        )
        self.assertEqual(len(rows), 1)
        self.assertEqual((rows.answers, rows.notes, rows.by), (1, 1, "system"))

    def test_each_kind_of_content_is_found_alone(self):
        noted = self.past(13, cancel_reason=False)
        reasoned = self.past(14, note=False)
        answered = self.past(15, note=False, cancel_reason=False)
        told = self.past(16, note=False, cancel_reason=False)
        (noted | reasoned | told).participant_ids.answer_ids.unlink()
        told._tell_one("no_show", told.participant_ids)
        told.message_due_ids.words = "canary of words"
        self.forget()
        for booking in (noted, reasoned, answered, told):
            self.assertEqual(self.kept(booking), ([], False, False))
        self.assertEqual(told.message_due_ids.mapped("words"), [False])

    def test_zero_keeps_everything(self):
        self.env.company.booking_retention_months = 0
        old = self.past(600)
        self.forget()
        self.assertEqual(self.kept(old)[0], [ANSWER])

    def test_each_practice_has_its_own_period(self):
        other = self.env["res.company"].create(
            {"name": "Another practice", "booking_retention_months": 36}
        )
        service = self.service.copy({"company_id": other.id})
        theirs = self.past(24, service_id=service.id)
        ours = self.past(25)
        self.forget()
        self.assertEqual(self.kept(theirs)[1], NOTE)
        self.assertFalse(self.kept(ours)[1])

    def test_batches_are_all_done(self):
        old = self.env["psynamica.booking"]
        for months in range(20, 25):
            old |= self.past(months)
        self.startPatcher(patch.object(booking_retention, "BATCH", 2))
        self.forget()
        for booking in old:
            self.assertEqual(self.kept(booking), ([], False, False))

    def test_progress_is_reported(self):
        self.past(20)
        self.past(21)
        cron = self.env.ref("psynamica_booking.ir_cron_forget")
        before = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)])
        self.forget()
        made = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)]) - before
        self.assertEqual((sum(made.mapped("done")), made[-1:].remaining), (2, 0))
