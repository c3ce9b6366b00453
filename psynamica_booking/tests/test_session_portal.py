# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client who is logged in finds the own sessions."""

from __future__ import annotations

from odoo import fields
from odoo.tests import tagged

from .session_page_case import SessionPageCase


@tagged("post_install", "-at_install")
class TestPortal(SessionPageCase):
    def setUp(self):
        super().setUp()
        self.portal_user = self.env["res.users"].create(
            {
                "name": self.client.name,
                "login": "pavel@client.test",
                "password": "pavel@client.test",
                "partner_id": self.client.id,
                "group_ids": [
                    fields.Command.set([self.env.ref("base.group_portal").id])
                ],
            }
        )

    def my_sessions(self):
        self.log_in(self.portal_user)
        return self.look("/my/sessions")

    def test_next_and_past_sessions_lead_to_their_pages(self):
        place = self.booked_client()
        past = self.booked_client(start=self.soon(days=-2))
        self.deliver()
        page = self.my_sessions()
        links = page.xpath("//main//a/@href")
        for one in (place, past):
            self.assertTrue(any(link.endswith(one.token) for link in links))
        self.assertIn(place._join_url(), links)
        self.look(next(link for link in links if link.endswith(place.token)))

    def test_only_the_own_sessions_are_there(self):
        mother = self.env["res.partner"].create({"name": "Practice client GmbH"})
        (self.client | self.client_two).parent_id = mother
        mine, other = (
            self.booked_client(),
            self.booked_client(self.client_two, start=self.monday(14)),
        )
        self.service.write({"kind": "couple", "capacity": 2})
        both = self.booked_client(self.client, self.client_two, start=self.monday(12))
        self.deliver()
        text = self.get_logged_in()
        self.assertIn(mine.token, text)
        self.assertIn(both[0].token, text)
        self.assertNotIn(other.token, text)
        self.assertNotIn(both[1].token, text)
        self.assertNotIn("Olga", text)

    def get_logged_in(self):
        self.log_in(self.portal_user)
        return self.get("/my/sessions").text

    def test_home_counts_them(self):
        self.booked_client()
        self.log_in(self.portal_user)
        answer = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["session_count"]}
        )
        self.assertEqual(answer["session_count"], 1)
        self.assertIn("/my/sessions", self.get("/my/home").text)

    def test_login_is_needed(self):
        self.assertIn(self.get("/my/sessions").status_code, (302, 303))

    def test_client_reads_no_booking_by_rpc(self):
        place = self.booked_client()
        for model in ("psynamica.booking", "psynamica.booking.participant"):
            with self.assertRaisesRegex(Exception, "not allowed|access"):
                self.env[model].with_user(self.portal_user).search_read([])
        with self.assertRaisesRegex(Exception, "not allowed|access"):
            place.with_user(self.portal_user).action_remove()
