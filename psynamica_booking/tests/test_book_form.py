# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What visitors write into the booking form, who they are, and who tries too often."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.base.models.ir_http import IrHttp
from odoo.addons.psynamica_booking.models.booking_try import LIMITS
from odoo.addons.psynamica_booking.services.month import write_start

from .book_page_case import WRITTEN, BookPageCase


@tagged("post_install", "-at_install")
class TestWriting(BookPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.question_ids = [
            Command.create({"name": "What for?", "kind": "long"}),
            Command.create(
                {
                    "name": "How did you find us?",
                    "kind": "choice",
                    "options": "A friend\nThe internet",
                    "is_required": True,
                }
            ),
            Command.create(
                {
                    "name": "I have read this",
                    "kind": "consent",
                    "consent_text": "Nothing is recorded.",
                    "is_required": True,
                    "version": 3,
                }
            ),
        ]
        cls.why, cls.how, cls.read = (
            f"q{question.id}" for question in cls.service.question_ids
        )
        cls.answered = {cls.why: "Sleep\nWork", cls.how: "A friend", cls.read: "1"}

    def problem(self, tree, key):
        return "".join(tree.xpath(f"//*[@id='{key}-problem']/text()")).strip()

    def test_answers_are_kept_with_the_version_of_the_text(self):
        self.assertEqual(self.fill(self.form_page(), **self.answered).status_code, 303)
        answers = self.booked().participant_ids.answer_ids
        told = {answer.question: (answer.value, answer.version) for answer in answers}
        self.assertEqual(told["What for?"][0], "Sleep\nWork")
        self.assertEqual(told["How did you find us?"][0], "A friend")
        self.assertEqual(told["I have read this"], ("Nothing is recorded.", 3))
        self.assertIn("keeps these details", told["Agreed on the scheduling page"][0])

    def test_every_field_is_labelled(self):
        page = self.form_page()
        for field in self.form_of(page).xpath(
            ".//input[not(@type='hidden')] | .//textarea | .//select"
        ):
            labels = page.xpath(f"//label[@for='{field.get('id')}']")
            self.assertEqual(len(labels), 1, field.get("name"))

    def test_form_comes_back_with_words_at_the_fields_and_nothing_lost(self):
        page = self.form_page()
        answer = self.fill(page, email="nobody", **{self.why: "Sleep"}, agree="")
        self.assertEqual(answer.status_code, 422)
        page = self.page_of(answer)
        self.assertIn("not an e-mail address", self.problem(page, "email"))
        self.assertIn("fill this in", self.problem(page, self.how))
        self.assertIn("tick this box", self.problem(page, self.read))
        self.assertIn("tick this box", self.problem(page, "agree"))
        self.assertEqual(self.problem(page, "name"), "")
        form = self.form_of(page)
        self.assertEqual(form.fields["name"], WRITTEN["name"])
        self.assertEqual(form.fields["email"], "nobody")
        self.assertEqual(form.fields[self.why].strip(), "Sleep")
        self.assertEqual(page.xpath("//*[@id='email']/@aria-invalid"), ["true"])
        self.assertIn("left", self.text(page))
        self.assertEqual(self.fill(page, **self.answered).status_code, 303)

    def test_bad_values_are_refused(self):
        page = self.form_page()
        bad = {
            "name": ("", " ", "Buy at https://spam.test", "x" * 300),
            "email": ("", "a@b@c", "a b@c.test", "%@client.test;", "x" * 260 + "@a.b"),
            "phone": ("abc", "12", "1" * 90),
            self.how: ("", "Something else"),
            self.why: ("x" * 5000,),
        }
        for key, values in bad.items():
            for value in values:
                with self.subTest(key=key, value=value[:20]):
                    answer = self.fill(page, **self.answered | {key: value})
                    self.assertEqual(answer.status_code, 422)
                    self.assertTrue(self.problem(self.page_of(answer), key))
        self.assertFalse(self.bookings("confirmed"))

    def test_odd_characters_neither_break_nor_stay(self):
        answer = self.fill(
            self.form_page(),
            **self.answered
            | {"name": "Ni\x00na\r\n<b>S\ud800</b>".encode("utf-8", "replace")},
        )
        self.assertEqual(answer.status_code, 303)
        name = self.booked().participant_ids.given_name
        self.assertEqual(name, "Nina <b>S?</b>")

    def test_phone_must_be_told_when_the_practice_calls(self):
        self.service.location = "phone"
        answer = self.fill(self.form_page(), **self.answered, phone="")
        self.assertTrue(self.problem(self.page_of(answer), "phone"))

    def test_language_and_zone_of_the_client_are_kept(self):
        page = self.follow(self.choose())
        self.opener.cookies.set("tz", "Asia/Tokyo")
        self.fill(page, **self.answered, lang="ru_RU")
        participant = self.booked().participant_ids
        self.assertEqual(participant.lang, "ru_RU")
        self.assertEqual(participant.tz, "Asia/Tokyo")
        self.assertEqual(participant.partner_id.lang, "ru_RU")

    def test_unknown_language_is_not_taken(self):
        self.fill(self.form_page(), **self.answered, lang="xx_YY")
        self.assertEqual(self.booked().participant_ids.lang, "en_US")

    def test_program_that_fills_in_everything_books_nothing(self):
        page = self.form_page()
        [trap] = self.form_of(page).xpath(".//*[@class='pb-trap']//input")
        answer = self.fill(page, **self.answered, **{trap.get("name"): "x"})
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.bookings("confirmed"))
        again = self.page_of(answer)
        self.assertEqual(self.fill(again, **self.answered).status_code, 303)

    def test_captcha_of_odoo_is_asked(self):
        page = self.form_page()
        refuse = UserError("Suspicious activity.")
        with patch.object(
            IrHttp, "_verify_request_recaptcha_token", side_effect=refuse
        ):
            answer = self.fill(page, **self.answered)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("sure that this was sent by a person", answer.text)
        self.assertNotIn("Suspicious activity", answer.text)
        self.assertFalse(self.bookings("confirmed"))

    def test_form_loads_the_captcha_that_is_set_up_and_nothing_else_does(self):
        settings = self.env["ir.config_parameter"].sudo()
        settings.set_param("recaptcha_public_key", "public-r")
        settings.set_param("cf.turnstile_site_key", "public-t")
        http = self.env.registry["ir.http"]
        with (
            patch.object(http, "_verify_recaptcha_token", create=True),
            patch.object(http, "_verify_turnstile_token", create=True),
        ):
            answer = self.get(self.choose().headers["Location"])
            times = self.get("/book/talk")
        page = self.page_of(answer)
        self.assertEqual(page.xpath("//form/@data-recaptcha"), ["public-r"])
        self.assertEqual(page.xpath("//@data-sitekey"), ["public-t"])
        self.assertTrue(page.xpath("//input[@name='recaptcha_token_response']"))
        policy = answer.headers["Content-Security-Policy"]
        for source in page.xpath("//script[not(contains(@src, 'psynamica'))]/@src"):
            self.assertIn(source.split("/")[2], policy)
        self.assertIn("frame-src https://www.recaptcha.net", policy)
        self.assertNotIn("recaptcha", times.text)
        self.assertNotIn("frame-src", times.headers["Content-Security-Policy"])


@tagged("post_install", "-at_install")
class TestWhoItIs(BookPageCase):
    """`self.client` is Pavel, pavel@client.test, known to the practice."""

    def written_by(self, **who):
        answer = self.fill(self.form_page(), **who)
        self.assertEqual(answer.status_code, 303)
        return self.booked().participant_ids

    def test_known_client_is_recognised_and_not_changed(self):
        kept = ["name", "email", "phone", "lang", "tz"]
        before = self.client.read(kept)
        participant = self.written_by(
            name="pavel", email=" PAVEL@client.test", phone=""
        )
        self.assertEqual(participant.partner_id, self.client)
        self.assertFalse(participant.has_other_data)
        self.assertEqual(self.client.read(kept), before)

    def test_phone_that_is_new_is_told_and_not_written(self):
        participant = self.written_by(name="Pavel", email="pavel@client.test")
        self.assertEqual(participant.partner_id, self.client)
        self.assertTrue(participant.has_other_data)
        self.assertEqual(participant.given_phone, WRITTEN["phone"])
        self.assertFalse(self.client.phone)

    def test_other_name_is_a_new_contact_and_a_proposal(self):
        participant = self.written_by(name="Pavel's mother", email="pavel@client.test")
        self.assertNotEqual(participant.partner_id, self.client)
        self.assertTrue(participant.has_other_data)
        self.assertEqual(participant.likely_partner_ids, self.client)
        self.assertEqual(self.client.name, "Pavel")

    def test_part_of_an_address_is_nobody(self):
        for email in ("%@client.test", "_avel@client.test", "avel@client.test"):
            with self.subTest(email=email):
                participant = self.written_by(name="Pavel", email=email)
                self.assertNotEqual(participant.partner_id, self.client)
                self.assertFalse(participant.has_other_data)
                participant.booking_id._cancel("practice")

    def test_people_of_the_practice_are_no_clients(self):
        self.therapist.partner_id.email = "weber@practice.test"
        participant = self.written_by(name="Maria Weber", email="weber@practice.test")
        self.assertNotEqual(participant.partner_id, self.therapist.partner_id)

    def test_name_and_address_of_another_one_of_a_group_do_not_open_their_page(self):
        self.service.write({"kind": "group", "capacity": 3})
        there = self.book(client=self.client).participant_ids
        answer = self.fill(
            self.form_page(), name="Pavel", email="pavel@client.test", phone=""
        )
        [new] = self.booked().participant_ids - there
        self.assertEqual(self.led_to(answer), new)
        self.assertEqual(new.likely_partner_ids, self.client)

    def test_client_who_is_logged_in_need_not_write_it_again(self):
        user = new_test_user(
            self.env,
            "pavel",
            "base.group_portal",
            partner_id=self.client.id,
            name="Pavel",
            email=self.client.email,
        )
        self.client.phone = WRITTEN["phone"]
        self.log_in(user)
        form = self.form_of(self.form_page())
        self.assertEqual(form.fields["name"], "Pavel")
        self.assertEqual(form.fields["email"], "pavel@client.test")
        self.send(form, agree="1")
        self.assertEqual(self.booked().partner_id, self.client)

    def test_answer_does_not_tell_whether_an_address_is_known(self):
        answers = []
        for name, email in (("Pavel", "pavel@client.test"), ("Ida", "ida@client.test")):
            self.another_visitor()
            answers.append(self.fill(self.form_page(), name=name, email=email))
        seen = [
            (one.status_code, len(one.headers["Location"]), sorted(one.headers))
            for one in answers
        ]
        self.assertEqual(seen[0], seen[1])


@tagged("post_install", "-at_install")
class TestTooOften(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.cancel_hours = 0

    def try_to_book(self, number, **who):
        self.another_visitor()  # a new session does not help
        start = self.monday(9, weeks=1 + number // 10) + timedelta(
            minutes=30 * (number % 10)
        )
        page = self.follow(self.choose(start))
        return self.fill(page, **who).status_code

    def test_one_address_books_so_often_and_no_more(self):
        most = LIMITS["book"].tries
        status = [
            self.try_to_book(number, email=f"c{number}@client.test")
            for number in range(most + 1)
        ]
        self.assertEqual(status, [303] * most + [429])
        self.assertEqual(len(self.bookings("confirmed")), most)

    def test_after_an_hour_it_goes_on(self):
        most = LIMITS["email"].tries
        for number in range(most):
            self.try_to_book(number)
        self.assertEqual(self.try_to_book(most), 429)
        tries = self.env["psynamica.booking.try"].search([])
        tries.tried_at = fields.Datetime.now() - timedelta(minutes=61)
        self.assertEqual(self.try_to_book(most + 1), 303)

    def test_one_mailbox_however_it_is_written(self):
        most = LIMITS["email"].tries
        for number in range(most):
            self.try_to_book(
                number, email="NINA@client.test" if number % 2 else "nina@client.test"
            )
        self.assertEqual(self.try_to_book(most, email="Nina@Client.test"), 429)

    def test_choosing_times_is_limited_too(self):
        page = self.times_page()
        form = page.xpath("//*[@id='times']//form")[0]
        start = write_start(self.monday(10))
        status = [
            self.send(form, start=start).status_code
            for _try in range(LIMITS["hold"].tries + 1)
        ]
        self.assertEqual(status[-2:], [303, 429])

    def test_who_tries_too_often_is_told_when_to_try_again(self):
        most = LIMITS["email"].tries
        for number in range(most):
            self.try_to_book(number)
        tries = self.env["psynamica.booking.try"].search([])
        tries.tried_at = fields.Datetime.now() - timedelta(minutes=50)
        page = self.form_page(self.monday(10, weeks=3))
        answer = self.fill(page)
        self.assertEqual(answer.status_code, 429)
        self.assertAlmostEqual(int(answer.headers["Retry-After"]), 600, delta=60)
        text = self.text(self.page_of(answer))
        self.assertRegex(text, r"try again after \d+:\d\d [AP]M \(Berlin\)")
        self.assertIn("Nina Sommer", answer.text)  # what was written is kept

    def test_who_looks_too_often_is_told_when_to_look_again(self):
        form = self.times_page().xpath("//*[@id='times']//form")[0]
        start = write_start(self.monday(10))
        for _try in range(LIMITS["hold"].tries + 1):
            answer = self.send(form, start=start)
        self.assertIn("try again after", self.text(self.page_of(answer)))
        self.assertLessEqual(int(answer.headers["Retry-After"]), 3600)
        self.assertGreater(int(answer.headers["Retry-After"]), 3000)

    def test_neither_address_nor_mail_is_kept(self):
        self.fill(self.form_page())
        self.env.flush_all()
        self.env.cr.execute("SELECT key FROM psynamica_booking_try")
        keys = " ".join(key for (key,) in self.env.cr.fetchall())
        self.assertTrue(keys)
        self.assertNotRegex(keys.lower(), r"127\.0|nina")

    def test_old_tries_are_deleted(self):
        self.fill(self.form_page())
        tries = self.env["psynamica.booking.try"].search([])
        tries[0].tried_at = fields.Datetime.now() - timedelta(days=2)
        self.env["psynamica.booking.try"]._gc_tries()
        self.assertEqual(tries.exists(), tries[1:])


@tagged("post_install", "-at_install")
class TestConfirmedAddress(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.user_ids = self.therapist
        self.service.company_id.booking_confirm_email = True

    def ask(self, **who):
        """Send the form; return the mail."""
        answer = self.fill(self.form_page(), **who)
        self.assertEqual(self.text(self.follow(answer))[:11], "Please look")
        return self.env["mail.mail"].search([], order="id desc", limit=1)

    def link(self, mail):
        [link] = re.findall(r'href="[^"]*(/booking/confirm/[^"]+)"', mail.body_html)
        return link

    def test_session_is_booked_by_the_button_behind_the_link(self):
        mail = self.ask()
        self.assertEqual(mail.email_to, WRITTEN["email"])
        self.assertFalse(self.bookings("confirmed"))
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", WRITTEN["name"])])
        )
        self.another_visitor()  # another device
        page = self.look(self.link(mail))
        self.assertFalse(self.bookings("confirmed"), "a link scanner books nothing")
        [form] = page.xpath("//main//form")
        answer = self.send(form)
        participant = self.booked().participant_ids
        self.assertEqual(self.led_to(answer), participant)
        self.assertEqual(participant.partner_id.email, WRITTEN["email"])
        self.assertTrue(participant.answer_ids)
        self.assertFalse(self.env["psynamica.booking.pending"].search([]))
        self.assertEqual(self.send(form).status_code, 404, "used once")

    def test_form_sent_twice_asks_once(self):
        page = self.form_page()
        led_to = [self.fill(page).headers["Location"] for _click in range(2)]
        self.assertEqual(led_to[0], led_to[1])
        self.assertEqual(len(self.env["psynamica.booking.pending"].search([])), 1)

    def test_slot_is_kept_meanwhile_for_an_hour(self):
        self.ask()
        self.another_visitor()
        start = write_start(self.monday(10))
        self.assertNotIn(start, self.buttons(self.times_page()))
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIn(start, self.buttons(self.times_page()))

    def test_nothing_stays_when_nobody_confirms(self):
        mail = self.ask()
        self.bookings("held").held_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env["psynamica.booking"]._cron_expire_holds()
        self.assertFalse(self.env["psynamica.booking.pending"].search([]))
        self.look(self.link(mail), status=404)

    def test_mail_is_in_the_language_asked_for(self):
        template = self.env.ref("psynamica_booking.mail_confirm_address")
        template.with_context(lang="ru_RU").subject = "Подтвердите запись"
        self.assertEqual(self.ask(lang="ru_RU").subject, "Подтвердите запись")

    def test_place_in_a_group_is_confirmed_without_a_hold(self):
        self.service.write({"kind": "group", "capacity": 2})
        self.book(client=self.client_two)
        [form] = self.look(self.link(self.ask())).xpath("//main//form")
        self.assertEqual(self.send(form).status_code, 303)
        self.assertEqual(self.booked().client_count, 2)

    def test_group_that_is_full_meanwhile_is_not_joined(self):
        self.service.write({"kind": "group", "capacity": 2})
        self.book(client=self.client_two)
        [form] = self.look(self.link(self.ask())).xpath("//main//form")
        self.book()
        self.assertEqual(self.send(form).status_code, 404)
        self.assertEqual(self.booked().client_count, 2)

    def test_unknown_link_books_nothing(self):
        for token in ("x" * 32, "%00", "٢"):
            self.look(f"/booking/confirm/{token}", status=404)


@tagged("post_install", "-at_install")
class TestClientsOwnLink(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.is_published = False
        self.client.phone = "+420 222 333 444"
        self.link = (
            self.env["psynamica.booking.link"]
            .with_user(self.therapist)
            .create({"partner_id": self.client.id, "service_id": self.service.id})
        )
        self.path = self.link.url.removeprefix(self.link.get_base_url())

    def test_client_books_without_writing_who_it_is(self):
        page = self.form_page(path=self.path)
        self.assertFalse(page.xpath("//input[@name='email'] | //input[@name='name']"))
        for told in ("Pavel", "pavel@", "222"):
            self.assertNotIn(told, page.text_content())
        [form] = page.xpath("//form[.//input[@name='agree']]")
        self.assertEqual(self.send(form, agree="1").status_code, 303)
        participant = self.booked().participant_ids
        self.assertEqual(participant.partner_id, self.client)
        self.assertFalse(participant.has_other_data)
        self.assertEqual(self.client.phone, "+420 222 333 444")

    def test_clients_contact_shows_the_own_links_only(self):
        other = self.link.copy({"partner_id": self.client_two.id})
        action = self.client.with_user(self.therapist).action_booking_link()
        shown = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(shown, self.link)
        self.assertNotEqual(other.url, self.link.url)
        self.assertIn("own booking link", action["help"])

    def test_link_may_name_the_therapist(self):
        self.link.user_id = self.colleague
        page = self.look(self.path)
        self.assertNotIn("Maria", self.text(page))
        self.look(f"{self.path}/maria-weber", status=404)
        [form] = self.form_page(path=self.path).xpath("//form[.//input[@name='agree']]")
        self.send(form, agree="1")
        self.assertEqual(self.booked().user_id, self.colleague)

    def test_archived_link_opens_nothing(self):
        self.link.active = False
        self.look(self.path, status=404)
        self.look("/book/c/" + "x" * 32, status=404)

    def test_link_of_an_archived_client_or_service_opens_nothing(self):
        self.client.active = False
        self.look(self.path, status=404)
        self.client.active = True
        self.service.active = False
        self.look(self.path, status=404)

    def test_address_need_not_be_confirmed(self):
        self.service.company_id.booking_confirm_email = True
        [form] = self.form_page(path=self.path).xpath("//form[.//input[@name='agree']]")
        self.send(form, agree="1")
        self.assertEqual(self.booked().partner_id, self.client)

    def test_token_is_read_by_nobody(self):
        with self.assertRaises(AccessError):
            self.link.with_user(self.manager).read(["token"])

    def test_link_is_seen_by_who_made_it_and_the_reception(self):
        links = self.env["psynamica.booking.link"]
        self.assertIn(self.link, links.with_user(self.therapist).search([]))
        self.assertNotIn(self.link, links.with_user(self.colleague).search([]))
        self.assertIn(self.link, links.with_user(self.reception).search([]))
