# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The link to a client's page: who gets in, and what it tells others."""

from __future__ import annotations

from odoo.tests import tagged

from odoo.addons.psynamica_booking.services.month import write_start

from .session_page_case import SessionPageCase


@tagged("post_install", "-at_install")
class TestSessionLink(SessionPageCase):
    STEPS = ("", "/move", "/cancel", "/room", "/appointment.ics")

    def test_unknown_token_leads_nowhere(self):
        known = self.booked_client().token
        for token in ("x", "A" * 32, known[:-1], known + "A", "%00", "é" * 32):
            for step in self.STEPS:
                answer = self.get(f"/session/{token}{step}")
                self.assertIn(answer.status_code, (404, 429), token)

    def test_trying_links_is_slowed_down(self):
        answers = [self.get(f"/session/{'B' * 31}{n % 10}") for n in range(40)]
        self.assertEqual(answers[-1].status_code, 429)
        self.assertIn("Retry-After", answers[-1].headers)
        self.page(self.booked_client())  # the link of a session works all the same

    def test_looking_changes_nothing_in_the_database(self):
        place = self.booked_client(start=self.soon(minutes=10))
        later = self.booked_client(self.client_two)
        self.deliver()
        before = self.database()
        for token in (place.token, later.token):
            for step in (
                *self.STEPS,
                f"/move?start={write_start(self.monday(14))}",
                "/cancel?reason=x",
                "?done=cancelled",
            ):
                for method in ("GET", "HEAD"):
                    answer = self.get(f"/session/{token}{step}", method=method)
                    self.assertIn(answer.status_code, (200, 303))
        self.assertEqual(self.database(), before)

    def test_nothing_is_changed_without_the_token_of_the_browser(self):
        place = self.booked_client(start=self.soon(minutes=10))
        later = self.booked_client(self.client_two)
        self.deliver()
        written = {"start": write_start(self.monday(14)), "reason": "x"}
        before = self.database()
        for token in (place.token, later.token):
            for step in ("/move", "/cancel", "/room"):
                for csrf in ({}, {"csrf_token": "forged"}):
                    answer = self.get(
                        f"/session/{token}{step}", method="POST", data=written | csrf
                    )
                    self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.database(), before)

    def test_address_stays_secret(self):
        place = self.booked_client()
        self.deliver()
        for step in ("", "/move", "/cancel", "/appointment.ics"):
            headers = self.get(f"/session/{place.token}{step}").headers
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["Cache-Control"], "no-store")

    def test_nobody_frames_the_page(self):
        place = self.booked_client()
        self.env.company.booking_embed_hosts = "https://practice.example"
        for query in ("", "?embed=1"):
            headers = self.get(f"/session/{place.token}{query}").headers
            self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_token_is_in_no_log(self):
        place = self.booked_client()
        with self.assertLogs() as logs:
            for step in self.STEPS:
                self.get(f"/session/{place.token}{step}")
            self.get(f"/session/{place.token}/cancel", method="POST", data={"a": "b"})
            self.get(
                f"/session/{place.token}/cancel",
                method="POST",
                data={"csrf_token": "forged"},
            )
        text = "\n".join(logs.output)
        self.assertIn("/session/", text)
        self.assertIn('"POST /session/***', text)
        self.assertNotIn(place.token, text)
