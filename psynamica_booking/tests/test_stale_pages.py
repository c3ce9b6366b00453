# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms of pages open too long, or of other sites: asked again, never done."""

from __future__ import annotations

from odoo.tests import tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .book_page_case import WRITTEN
from .session_page_case import SessionPageCase

TOLD = "This page was open too long."


@tagged("post_install", "-at_install")
class TestStalePages(SessionPageCase):
    def again(self, answer):
        """Return the page that asks once more."""
        self.assertEqual(answer.status_code, 400, answer.text[:2000])
        page = self.page_of(answer)
        self.assertIn(TOLD, self.text(page))
        return page

    def nothing_changes(self, send):
        """Return the answer to a form that is sent from another visit."""
        self.another_visitor()
        before = self.database()
        answer = send()
        after = self.database()
        changed = {name for name, rows in after.items() if rows != before[name]}
        self.assertFalse(changed)
        return answer

    def test_choosing_a_time_is_asked_again_and_then_done(self):
        page = self.times_page()
        button = self.buttons(page)[write_start(self.monday(10))]
        form = button.getparent().getparent().getparent()
        again = self.again(self.nothing_changes(lambda: self.send(form, button)))
        [form] = again.xpath("//main//form")
        self.follow(self.send(form))
        self.assertEqual(self.bookings("held").start, self.monday(10))

    def test_what_was_written_into_the_form_is_kept(self):
        page = self.form_page()
        again = self.again(self.nothing_changes(lambda: self.fill(page)))
        form = self.form_of(again)
        for name in ("name", "email", "phone"):
            self.assertEqual(form.fields[name], WRITTEN[name])
        self.assertTrue(again.xpath("//input[@name='agree']/@checked"))
        self.assertEqual(self.send(form).status_code, 303)
        self.assertEqual(self.booked().partner_id.name, "Nina Sommer")

    def test_form_sent_already_leads_to_its_session(self):
        page = self.form_page()
        first = self.fill(page).headers["Location"]
        self.another_visitor()
        self.assertEqual(self.fill(page).headers["Location"], first)
        self.booked()

    def test_token_of_somebody_else_or_none_books_nothing(self):
        start = write_start(self.monday(10))
        theirs = self.times_page().xpath("//input[@name='csrf_token']/@value")[0]
        for step in ("hold", "book"):
            for token in (theirs, "", "x", "1o2", "é"):
                sent = WRITTEN | {"step": step, "start": start, "csrf_token": token}
                self.again(
                    self.nothing_changes(
                        lambda sent=sent: self.get(
                            "/book/talk", data=sent, method="POST"
                        )
                    )
                )

    def test_token_in_the_address_is_none(self):
        self.times_page()
        token = self.times_page().xpath("//input[@name='csrf_token']/@value")[0]
        sent = WRITTEN | {"step": "book", "start": write_start(self.monday(10))}
        path = f"/book/talk?csrf_token={token}"
        self.again(self.get(path, data=sent, method="POST"))
        self.assertFalse(self.bookings("held", "requested", "confirmed"))

    def test_moving_is_asked_again_and_then_done(self):
        place = self.booked_client()
        page = self.page(place, f"/move?start={write_start(self.monday(12))}")
        form = self.form_to(page, "/move")
        again = self.again(self.nothing_changes(lambda: self.send(form)))
        self.assertIn("12:00 PM", self.text(again))
        self.follow(self.send(self.form_to(again, "/move")))
        self.assertEqual(place.booking_id.start, self.monday(12))

    def test_cancelling_is_asked_again_with_its_reason_and_then_done(self):
        place = self.booked_client()
        form = self.form_to(self.page(place, "/cancel"), "/cancel")
        again = self.again(
            self.nothing_changes(lambda: self.send(form, reason="I am <ill>"))
        )
        form = self.form_to(again, "/cancel")
        self.assertEqual(form.fields["reason"], "I am <ill>")
        self.assertEqual(place.booking_id.state, "confirmed")
        self.follow(self.send(form))
        self.assertEqual(place.booking_id.cancel_reason, "I am <ill>")

    def test_asking_for_another_room_is_asked_again_and_then_done(self):
        place = self.booked_client(start=self.soon(minutes=10))
        self.deliver()
        form = self.form_to(self.page(place), "/room")
        again = self.again(self.nothing_changes(lambda: self.send(form)))
        self.follow(self.send(self.form_to(again, "/room")))
        self.assertTrue(place.booking_id.room_renewed_at)

    def test_confirming_by_mail_is_asked_again_and_then_done(self):
        self.service.company_id.booking_confirm_email = True
        self.fill(self.form_page())
        waits = self.env["psynamica.booking.pending"].sudo().search([])
        page = self.look(f"/booking/confirm/{waits.token}")
        form = self.form_to(page, "/booking/confirm")
        again = self.again(self.nothing_changes(lambda: self.send(form)))
        self.assertEqual(
            self.send(self.form_to(again, "/booking/confirm")).status_code, 303
        )
        self.booked()
