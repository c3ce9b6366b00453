# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One client is given out as a file, or erased: looked for in the whole database."""

import base64
import io
import json
import zipfile
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .booking_people_case import BookingPeopleCase

NAME = "Canarina Vogelsang"
EMAIL = "canarina@vogelsang.test"
PHONE = "+49 30 5550142"
SAID = "canary-of-what-was-said-4d1e"
WORDS = (NAME, EMAIL, PHONE, SAID)


class EraseCase(BookingPeopleCase):
    def setUp(self):
        super().setUp()
        self.person = self.env["res.partner"].create(
            {"name": NAME, "email": EMAIL, "phone": PHONE, "tz": "Europe/Prague"}
        )
        self.coming = self.session_of(self.person, start=self.monday(12))
        self.over = self.session_of(self.person, start=self.monday(14))
        day = fields.Datetime.now().replace(microsecond=0) - timedelta(days=3)
        past = {"start": day, "stop": day + timedelta(minutes=50)}
        self.over._mirrored_event().write(dict(past))  # which adds to it
        self.over.write({**past, "state": "done"})
        self.commit()

    def session_of(self, person, **values):
        """Return a booking of which much was said, with its mails made."""
        booking = self.book(client=person, note=f"note {SAID}", **values)
        place = booking.participant_ids.filtered(lambda p: p.partner_id == person)
        place.write({"given_name": NAME, "given_phone": PHONE})
        self.answered(place, f"answer {SAID}")
        booking.message_due_ids.filtered("participant_id").words = SAID
        booking.message_post(body=f"chatter {SAID} {NAME}")
        booking.activity_schedule(
            "mail.mail_activity_data_todo", summary=SAID, user_id=self.therapist.id
        )
        booking.message_subscribe(partner_ids=person.ids)
        event = booking.event_id.with_user(self.therapist)
        event.write({"name": f"Session with {NAME}", "description": f"<p>{SAID}</p>"})
        event.message_post(body=f"event {SAID}")
        self.env["ir.attachment"].create(
            {
                "name": f"{SAID}.txt",
                "raw": b"x",
                "res_model": booking._name,
                "res_id": booking.id,
            }
        )
        self.commit()
        return booking

    def wizard(self, person=None, user=None, **values):
        wizard = self.env["psynamica.booking.erase"].with_user(user or self.manager)
        person = person or self.person
        return wizard.create({"partner_id": person.id, **values})

    def erase(self, **values):
        wizard = self.wizard(**values)
        wizard.action_erase()
        self.deliver()
        return wizard

    def where(self, *words):
        """Return the tables in which one of the words is, beside the contact itself."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        found = set()
        for (table,) in self.env.cr.fetchall():
            for word in words:
                self.env.cr.execute(
                    SQL(
                        "SELECT count(*) FROM %s t WHERE t::text LIKE %s",
                        SQL.identifier(table),
                        f"%{word}%",
                    )
                )
                if self.env.cr.fetchone()[0]:
                    found.add(table)
        return sorted(found - {"res_partner"})

    def send_messages(self):
        """Have the messages made that are due; they wait in Odoo's own queue."""
        self.env.ref("psynamica_booking.ir_cron_messages").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self):
        """Return the mails that wait to be sent to this client."""
        mails = self.env["mail.mail"].search([("state", "=", "outgoing")])
        return mails.filtered(
            lambda one: (
                self.person in one.recipient_ids or EMAIL in (one.email_to or "")
            )
        )


@tagged("post_install", "-at_install")
class TestErase(EraseCase):
    def test_nothing_of_the_client_is_left(self):
        self.deliver()
        self.send_messages()
        self.assertTrue(self.mails())
        said = {"psynamica_booking", "psynamica_booking_answer", "calendar_event"}
        said |= {
            "psynamica_booking_message",
            "mail_message",
            "mail_activity",
            "ir_attachment",
            "calendar_attendee",
        }
        self.assertLessEqual(said, set(self.where(*WORDS)))
        self.erase(tell=False)
        self.assertEqual(self.where(*WORDS), [])

    def test_sessions_stay_without_a_name(self):
        places = (self.coming | self.over).participant_ids
        tokens = places.sudo().mapped("token")
        self.erase()
        self.assertEqual(self.over.state, "done")
        nobody = places.partner_id
        self.assertEqual(len(nobody), 1)
        self.assertFalse(nobody.active)
        self.assertNotEqual(nobody, self.person)
        self.assertEqual(self.over.partner_id, nobody)
        self.assertFalse([nobody.email, nobody.phone, nobody.tz] != [False] * 3)
        self.assertEqual(self.over.event_id.name, self.service.name)
        self.assertEqual(self.over.event_id.partner_ids, self.therapist.partner_id)
        for token in tokens:
            self.assertFalse(self.env["psynamica.booking.participant"]._of_token(token))

    def test_coming_sessions_are_cancelled_and_deleted_at_zoom(self):
        self.deliver()
        before = set(self.at_zoom())
        number = self.meeting_of(self.coming.event_id).zoom_id
        self.assertIn(number, before)
        self.erase()
        self.assertEqual(
            (self.coming.state, self.coming.cancelled_by),
            (
                "cancelled",
                "practice",
            ),
        )
        self.assertFalse(self.coming.event_id.active)
        self.assertEqual(before - set(self.at_zoom()), {number})

    def test_the_client_is_told_once_and_the_mail_deletes_itself(self):
        self.deliver()
        self.send_messages()
        self.mails().unlink()
        self.erase(tell=True)
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn(EMAIL, mail.email_to)
        self.assertFalse(mail.recipient_ids)
        self.assertTrue(mail.auto_delete)
        self.send_messages()
        self.assertEqual(self.mails(), mail)
        mail.unlink()  # what happens when it was sent
        self.assertEqual(self.where(*WORDS), [])

    def test_the_client_is_not_told(self):
        self.deliver()
        self.send_messages()
        self.erase(tell=False)
        self.send_messages()
        self.assertFalse(self.mails())

    def test_the_proof_tells_when_zoom_has_deleted_the_meetings(self):
        self.deliver()
        before = len(self.sim.meetings(alive=True))
        wizard = self.wizard()
        wizard.action_erase()
        self.assertEqual((wizard.erased_meetings, wizard.meetings_left), (1, 1))
        self.deliver()
        wizard.action_look_again()
        self.assertEqual((wizard.erased_meetings, wizard.meetings_left), (1, 0))
        self.assertEqual(len(self.sim.meetings(alive=True)), before - 1)
        with self.assertRaises(AccessError):
            wizard.read(["meeting_ids"])

    def test_the_proof(self):
        wizard = self.wizard()
        self.assertEqual(
            (wizard.booking_count, wizard.coming_count, wizard.answer_count), (2, 1, 2)
        )
        self.assertEqual(wizard.note_count, 2)
        wizard.action_erase()
        self.assertFalse(wizard.partner_id)
        proof = wizard.audit_id
        self.assertEqual((proof.kind, proof.user_id), ("erased", self.manager))
        self.assertEqual((wizard.erased_bookings, wizard.erased_answers), (2, 2))
        self.assertEqual((wizard.erased_notes, wizard.erased_cancelled), (2, 1))
        self.assertGreaterEqual(wizard.erased_messages, 4)
        self.assertEqual(wizard.erased_at, proof.at)
        for booking in self.coming | self.over:
            rows = self.env["psynamica.booking.audit"].search(
                [("booking_id", "=", booking.id)]
            )
            self.assertIn("erased", rows.mapped("kind"))

    def test_other_clients_stay(self):
        self.erase()
        self.assertEqual(self.booking.partner_id, self.client)
        self.assertEqual(self.booking.state, "confirmed")
        self.assertEqual(self.participant.answer_ids, self.answer)

    def test_links_to_deleted_sessions_say_no_more_whose_they_were(self):
        links = self.env["psynamica.video.closed.link"].sudo()
        self.coming.event_id.video_series = "the-series"
        self.coming.event_id.unlink()
        mine = links.search([("partner_id", "=", self.person.id)])
        self.assertTrue(mine.series)
        self.erase()
        self.assertFalse(mine.partner_id or mine.series)

    def test_others_in_the_session_keep_theirs(self):
        couple = self.service.copy({"kind": "couple", "capacity": 2})
        booking = self.book(
            start=self.monday(15), client=self.client_two, service=couple, note="both"
        )
        booking._add_clients([{"partner_id": self.person.id}])
        theirs = booking.participant_ids.filtered(
            lambda p: p.partner_id == self.client_two
        )
        answer = self.answered(theirs, "kept")
        self.answered(booking.participant_ids - theirs, SAID)
        self.commit()
        self.deliver()
        self.send_messages()
        wizard = self.erase(tell=False)
        self.assertEqual(wizard.audit_id.bookings, 3)
        self.assertEqual((booking.state, booking.note), ("confirmed", "both"))
        self.assertTrue(booking.event_id.active)
        self.assertEqual(booking.participant_ids.answer_ids, answer)
        self.assertIn(self.client_two, booking.event_id.partner_ids)
        self.assertNotIn(self.person, booking.event_id.partner_ids)
        self.assertEqual(self.where(*WORDS), [])

    def test_links_and_forms_go_too(self):
        self.env["psynamica.booking.link"].create(
            {"partner_id": self.person.id, "service_id": self.service.id}
        )
        self.env["psynamica.booking.new"].with_user(self.reception).create(
            {"partner_id": self.person.id, "note": SAID}
        )
        exported = self.wizard()
        exported.action_export()
        self.assertIn("psynamica_booking_erase", self.where("client-data"))
        self.erase(tell=False)
        self.assertEqual(self.where("client-data", *WORDS), [])
        self.assertFalse(
            self.env["psynamica.booking.link"].search(
                [("partner_id", "=", self.person.id)]
            )
        )

    def test_privacy_lookup_finds_nothing_of_bookings_afterwards(self):
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("privacy_lookup is not installed")
        self.assertIn("psynamica.booking.participant", self.looked_up())
        self.erase(tell=False)
        left = self.looked_up()
        self.assertEqual([name for name in left if "psynamica" in name], [])
        self.assertNotIn("calendar.attendee", left)

    def looked_up(self):
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": NAME, "email": EMAIL}
        )
        wizard.action_lookup()
        return wizard.line_ids.mapped("res_model")

    def test_the_contact_can_be_deleted_afterwards(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.person.unlink()
        self.erase()
        self.person.unlink()
        self.assertTrue(self.over.exists())

    def test_a_second_time_there_is_nothing(self):
        self.erase()
        with self.assertRaises(UserError):
            self.wizard().action_erase()


@tagged("post_install", "-at_install")
class TestExport(EraseCase):
    def unpacked(self, wizard):
        packed = io.BytesIO(base64.b64decode(wizard.with_context(bin_size=False).file))
        with zipfile.ZipFile(packed) as archive:
            self.assertEqual(archive.namelist(), ["client-data.json"])
            return json.loads(archive.read("client-data.json"))

    def test_everything_is_in_the_file(self):
        self.deliver()
        self.send_messages()
        wizard = self.wizard()
        wizard.action_export()
        data = self.unpacked(wizard)
        self.assertEqual(data["client"]["email"], EMAIL)
        sessions = {one["reference"]: one for one in data["sessions"]}
        self.assertEqual(
            set(sessions), set((self.coming | self.over).mapped("reference"))
        )
        coming = sessions[self.coming.reference]
        self.assertEqual(coming["start"], f"{self.coming.start.isoformat()}Z")
        self.assertEqual(coming["note"], f"note {SAID}")
        self.assertEqual(coming["given_name"], NAME)
        self.assertEqual(coming["answers"][0]["value"], f"answer {SAID}")
        self.assertEqual(coming["answers"][0]["question"], self.question.name)
        self.assertIn("confirmed", [one["kind"] for one in coming["messages"]])
        self.assertIs(coming["is_late"], False)
        self.assertIsNone(coming["cancelled_at"])
        self.assertEqual(sessions[self.over.reference]["state"], "done")

    def test_nothing_of_others_is_in_the_file(self):
        self.service.write({"kind": "couple", "capacity": 2})
        self.coming._add_clients([{"partner_id": self.client_two.id}])
        theirs = self.coming.participant_ids[-1]
        self.answered(theirs, "what the other said")
        wizard = self.wizard()
        wizard.action_export()
        text = json.dumps(self.unpacked(wizard))
        self.assertNotIn("what the other said", text)
        self.assertNotIn(self.client_two.name, text)
        self.assertEqual(text.count(f"note {SAID}"), 1)  # of the session alone
        self.assertNotIn(self.participant.sudo().token, text)

    def test_it_holds_no_tokens(self):
        wizard = self.wizard()
        wizard.action_export()
        text = json.dumps(self.unpacked(wizard))
        for place in (self.coming | self.over).participant_ids.sudo():
            self.assertNotIn(place.token, text)

    def test_it_is_written_down(self):
        self.wizard().action_export()
        rows = self.env["psynamica.booking.audit"].search([("kind", "=", "exported")])
        self.assertEqual(rows.booking_id, self.coming | self.over)
        self.assertEqual(rows.user_id, self.manager)
        whole = rows.filtered(lambda row: not row.booking_id)
        self.assertEqual((whole.bookings, whole.answers), (2, 2))


@tagged("post_install", "-at_install")
class TestEraseAccess(EraseCase):
    def test_managers_only(self):
        for role, user in self.people.items():
            if role in ("manager", "administrator"):
                self.assertTrue(self.wizard(user=user))
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(user=user)
        wizard = self.wizard()
        for role in ("therapist", "reception", "administrator"):
            for name in ("action_erase", "action_export"):
                with self.subTest(role=role, name=name):
                    with self.assertRaises(AccessError):
                        getattr(wizard.with_user(self.people[role]), name)()
        self.assertEqual(self.coming.partner_id, self.person)

    def test_files_of_others_are_closed(self):
        wizard = self.wizard()
        wizard.action_export()
        other = self.people["administrator"]
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["file"])

    def test_the_proof_is_not_written_by_hand(self):
        row = self.env["psynamica.booking.audit"].search([], limit=1)
        before = row.read()
        wizard = self.wizard(audit_id=row.id)
        wizard.write({"erased_at": self.start, "erased_bookings": 99})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.read(), before)

    def test_sessions_of_other_companies_are_counted_and_stay(self):
        other = self.env["res.company"].create({"name": "Another practice"})
        host = new_test_user(
            self.env,
            "olaf",
            "psynamica_booking.group_therapist",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        service = self.service.copy(
            {"company_id": other.id, "user_ids": [Command.set(host.ids)]}
        )
        theirs = self.book(client=self.person, user=host, service=service)
        self.commit()
        wizard = self.wizard()
        self.assertEqual((wizard.booking_count, wizard.elsewhere_count), (2, 1))
        wizard.action_erase()
        self.assertEqual(theirs.partner_id, self.person)
        self.assertEqual(theirs.state, "confirmed")

    def test_buttons_on_the_contact(self):
        for role, shown in (
            ("manager", {"booking_count", "action_open_bookings"}),
            ("therapist", {"booking_count", "action_open_bookings"}),
            ("internal", set()),
        ):
            user = self.people[role]
            arch = self.env["res.partner"].with_user(user).get_view(view_type="form")
            found = {word for word in shown | {"fa-shield"} if word in arch["arch"]}
            expected = shown | ({"fa-shield"} if role == "manager" else set())
            self.assertEqual(found, expected, role)
        person = self.person.with_user(self.therapist)
        self.assertEqual(person.booking_count, 2)
        self.assertEqual(person.with_user(self.colleague).booking_count, 0)
        action = person.action_open_bookings()
        found = self.env["psynamica.booking"].with_user(self.therapist)
        self.assertEqual(found.search(action["domain"]), self.coming | self.over)

    def test_the_form_shows_what_there_is(self):
        wizard = self.env["psynamica.booking.erase"].with_user(self.manager)
        form = Form(wizard.with_context(default_partner_id=self.person.id))
        self.assertEqual((form.booking_count, form.coming_count), (2, 1))
        self.assertTrue(form.tell)
