# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attacks on join links; each is a row of docs/threat_model.md."""

import base64
import re
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo.exceptions import ValidationError
from odoo.fields import Command, Datetime
from odoo.http import root
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.psynamica_zoom.controllers import join as controller
from odoo.addons.psynamica_zoom.controllers.unknown_links import (
    MOST,
    WINDOW_S,
    UnknownLinks,
)
from odoo.addons.psynamica_zoom.tests.test_join_controller import JoinCase

# How programs that look at links in mails and chats name themselves.
BOTS = (
    "Mozilla/5.0 (compatible; Microsoft SafeLinks)",
    "Slackbot-LinkExpanding 1.0",
    "WhatsApp/2.23",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
)
UNKNOWN = "A" * 32


class JoinAttack(JoinCase):
    def setUp(self):
        super().setUp()
        self.now = 1000.0
        links = UnknownLinks(clock=lambda: self.now)
        self.startPatcher(patch.object(controller, "_unknown_links", links))

    def zoom_session(self, **values):
        self.connect(self.therapist)
        event = self.book(video_choice="zoom", **values)
        self.deliver()
        return event

    def contents(self):
        """Return all rows of all tables, as text."""
        self.env.cr.flush()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = {}
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "SELECT md5(coalesce(string_agg(t::text, E'\\n'"
                    " ORDER BY t::text), '')) FROM %s t",
                    SQL.identifier(table),
                )
            )
            found[table] = self.env.cr.fetchone()
        return found

    def token(self, event):
        return event._video_join_url().rpartition("/")[2]


@tagged("post_install", "-at_install")
class TestGuessing(JoinAttack):
    def test_token_is_too_long_to_be_guessed(self):
        event = self.book(video_choice="builtin")
        links = [event._video_join_url(one) for one in (None, *event.attendee_ids)]
        self.assertEqual(len(set(links)), 3)
        for link in links:
            token = link.rpartition("/")[2]
            self.assertGreaterEqual(len(base64.urlsafe_b64decode(token)) * 8, 128)

    def test_part_of_a_token_leads_nowhere(self):
        event = self.book(video_choice="builtin")
        token = self.token(event)
        for guess in (
            *(token[:-1], token + "A", token.swapcase(), token[:16], "%" + token[1:]),
            *(token[:-1] + "_", token[:-1] + "%25", f" {token}", f"{token}%00"),
        ):
            with self.subTest(guess=guess[:3]):
                answer = self.open(f"/video/join/{guess}")
                self.assertEqual(answer.status_code, 404)

    def test_unknown_links_are_limited(self):
        for _try in range(MOST):
            self.assertEqual(self.open(f"/video/join/{UNKNOWN}").status_code, 404)
        answer = self.open(f"/video/join/{UNKNOWN}")
        self.assert_page(answer, "Too many links that lead nowhere", 429)
        self.assertEqual(answer.headers["Retry-After"], str(WINDOW_S))
        self.now += WINDOW_S
        self.assertEqual(self.open(f"/video/join/{UNKNOWN}").status_code, 404)

    def test_a_known_link_is_never_limited(self):
        event = self.book(video_choice="builtin")
        cancelled = self.book(video_choice="builtin")
        gone = cancelled._video_join_url()
        cancelled.unlink()
        for _try in range(MOST + 5):
            self.open(f"/video/join/{UNKNOWN}")
        for _try in range(MOST + 5):
            self.assertEqual(self.join(event).status_code, 200)
        self.assert_page(self.open(gone), "This session was cancelled")

    def test_the_limit_is_the_clients_own_behind_a_proxy(self):
        forwarded = {"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "http"}

        def opened(address):
            headers = forwarded | {"X-Forwarded-For": address}
            return self.open(f"/video/join/{UNKNOWN}", headers=headers).status_code

        with patch.dict(config.options, proxy_mode=True):
            for _try in range(MOST):
                opened("192.0.2.1")
            self.assertEqual(opened("192.0.2.1"), 429)
            self.assertEqual(opened("192.0.2.2"), 404)

    def test_a_client_does_not_choose_its_address_without_a_proxy(self):
        for number in range(MOST):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            self.open(f"/video/join/{UNKNOWN}", headers=headers)
        self.assertEqual(self.open(f"/video/join/{UNKNOWN}").status_code, 429)


@tagged("post_install", "-at_install")
class TestLeaks(JoinAttack):
    def test_referer(self):
        """Neither Zoom nor the pages' own links are told the address with the token."""
        event = self.zoom_session()
        answers = [self.join(event), self.open(f"/video/join/{UNKNOWN}")]
        event.video_choice = "builtin"
        answers.append(self.join(event))
        for answer in answers:
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        token = self.token(event)
        self.assertNotIn(token, answers[0].headers["Location"])
        for address in html.fromstring(answers[2].content).xpath("//@href | //@src"):
            self.assertNotIn(token, address)
            self.assertNotRegex(address, "^(https?:)?//")

    def test_redirect_kept_in_a_cache(self):
        event = self.zoom_session()
        answer = self.join(event)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        event.action_archive()
        self.assert_page(self.join(event), "This session was cancelled")

    def test_link_of_a_cancelled_session(self):
        event = self.zoom_session()
        meeting = self.sim.meetings(alive=True)[0]
        event.action_archive()
        self.assert_leads_to_no_room(self.join(event), meeting)
        link = event._video_join_url()
        event.unlink()
        self.assert_leads_to_no_room(self.open(link), meeting)

    def test_link_of_a_past_session(self):
        event = self.zoom_session()
        meeting = self.sim.meetings(alive=True)[0]
        event.write(
            {
                "start": Datetime.now() - timedelta(hours=4),
                "stop": Datetime.now() - timedelta(hours=3),
            }
        )
        self.assert_leads_to_no_room(self.join(event), meeting)

    def assert_leads_to_no_room(self, answer, meeting):
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("Location", answer.headers)
        self.assertNotIn(str(meeting["id"]), answer.text)
        self.assertNotIn("join_videocall", answer.text)

    def test_link_in_a_frame(self):
        builtin = self.book(video_choice="builtin")
        for answer in (self.join(builtin), self.open(f"/video/join/{UNKNOWN}")):
            policy = answer.headers["Content-Security-Policy"]
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")

    def test_foreign_address_from_zoom(self):
        """What Zoom answers is believed only when it leads to Zoom."""
        self.connect(self.therapist)
        event = self.book(video_choice="zoom")
        self.sim.fault(
            method="POST",
            path="/v2/users/me/meetings",
            status=201,
            json={"id": 98765432101, "join_url": "https://evil.example/j/1"},
        )
        self.deliver()
        answer = self.join(event)
        self.assertNotIn("evil.example", str(answer.headers) + answer.text)

    @mute_logger(controller.__name__)
    def test_address_that_injects_a_header(self):
        for url in ("https://a.example/\r\nX-Injected: 1", "https://a.example/\nX: 1"):
            with self.assertRaises(ValidationError):
                self.book(video_choice="custom", video_custom_url=url)
            with self.assertRaises(ValidationError):
                self.therapist.video_custom_link = url
            with self.resolved(kind="redirect", url=url):
                answer = self.open("/video/join/whatever")
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("X-Injected", answer.headers)


@tagged("post_install", "-at_install")
class TestBots(JoinAttack):
    def every_link(self):
        self.connect(self.therapist)
        events = [
            self.book(video_choice="zoom"),
            self.book(video_choice="builtin"),
            self.book(video_choice="custom", video_custom_url="https://a.example/"),
            self.book(timedelta(hours=-9), video_choice="builtin"),
        ]
        self.deliver()
        waiting = self.book(video_choice="zoom")
        roomless = self.book(video_choice="builtin")
        roomless.access_token = False
        cancelled = self.book(video_choice="builtin")
        cancelled.action_archive()
        for event in (*events, waiting, roomless, cancelled):
            yield event._video_join_url()
            yield event._video_join_url(event.attendee_ids[:1])

    def test_opening_a_link_changes_nothing(self):
        links = [*self.every_link(), f"{self.base_url()}/video/join/{UNKNOWN}"]
        before = self.contents()
        self.assertGreater(len(before), 100)
        for link in links:
            for agent in BOTS:
                self.open(link, headers={"User-Agent": agent})
            self.open(link, method="HEAD")
        after = self.contents()
        self.assertEqual({t for t in before if before[t] != after[t]}, set())

    def test_the_comparison_sees_a_change(self):
        before = self.contents()
        self.client.name = "Somebody else"
        self.assertNotEqual(self.contents()["res_partner"], before["res_partner"])

    def test_other_methods(self):
        event = self.book(video_choice="builtin")
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            with mute_logger("odoo.http"):
                answer = self.open(event._video_join_url(), method=method)
            self.assertIn(answer.status_code, (400, 405))


@tagged("post_install", "-at_install")
class TestOtherPeople(JoinAttack):
    def test_portal_user_of_another_client(self):
        event = self.zoom_session()
        other = new_test_user(self.env, "other@portal.test", "base.group_portal")
        self.log_in(other)
        self.assert_page(
            self.host(event), "This link does not lead to a session", status=404
        )
        session = root.session_store.get(self.session.sid)
        self.assertEqual(session.uid, other.id)
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": "calendar.event",
                    "method": "read",
                    "args": [event.ids, ["videocall_location"]],
                    "kwargs": {},
                }
            },
        )
        self.assertNotIn("/video/join/", answer.text)
        self.assertIn("error", answer.json())

    def test_host_link_of_any_number(self):
        self.log_in(self.therapist)
        for number in (0, 2**31 - 1, 2**31, 2**63, 10**40, "-1", "1e3", "x"):
            with self.subTest(number=number):
                answer = self.open(f"/video/host/{number}")
                self.assertEqual(answer.status_code, 404)

    def test_host_link_of_a_colleagues_session(self):
        """Who does not take part is not led in, and learns nothing of Zoom."""
        event = self.zoom_session()
        self.log_in(self.colleague)
        answer = self.host(event)
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(re.search("zak=|/s/[0-9]+", str(answer.headers)))

    def test_link_of_one_client_shows_nothing_of_another(self):
        other = self.env["res.partner"].create(
            {"name": "Boris Canary-Name", "email": "canary-boris@client.test"}
        )
        event = self.book(
            video_choice="builtin",
            name="canary-topic",
            description="canary-notes",
            partner_ids=[
                Command.set((self.therapist.partner_id | self.client | other).ids)
            ],
        )
        own = event.attendee_ids.filtered(lambda a: a.partner_id == self.client)
        answer = self.open(event._video_join_url(own))
        self.assertNotIn("canary", answer.text.lower())
