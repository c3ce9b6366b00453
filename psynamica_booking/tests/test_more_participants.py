# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A second person in a session of a couple, more in a group, and no more than fit."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.booking_making import SlotTaken
from .booking_case import BookingCase


@tagged("post_install", "-at_install")
class TestMoreParticipants(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.couple = cls.service.copy({"kind": "couple", "capacity": 2})
        cls.third = cls.env["res.partner"].create(
            {"name": "Tom", "email": "tom@client.test"}
        )

    def form(self, booking, user=None):
        own = booking.with_user(user or self.therapist)
        action = own.action_add_participant()
        model = self.env[action["res_model"]].with_user(user or self.therapist)
        return Form(model.with_context(**action["context"]))

    def add(self, booking, partner, user=None, email=None):
        form = self.form(booking, user)
        form.partner_id = partner
        if email:
            form.email = email
        form.save().action_add()
        self.env.invalidate_all()
        return booking.participant_ids.filtered(lambda p: p.partner_id == partner)

    def calendar(self, booking, *partners):
        """Have the therapist add people in the calendar."""
        event = booking.event_id.with_user(self.therapist)
        event.write({"partner_ids": [Command.link(one.id) for one in partners]})
        self.env.cr.precommit.run()

    def test_second_person_has_an_own_link_mail_language_and_zone(self):
        booking = self.book(service=self.couple)
        self.client_two.lang = "en_US"
        added = self.add(booking, self.client_two)
        self.assertEqual((added.lang, added.tz), ("en_US", "America/New_York"))
        self.assertIn(self.client_two, booking.event_id.partner_ids)
        links = booking.participant_ids.with_user(self.therapist).mapped("own_link")
        self.assertEqual(len(set(links)), 2)
        for link in links:
            self.assertIn("/video/join/", link)
        rows = booking.message_due_ids.filtered(lambda m: m.participant_id == added)
        self.assertIn("confirmed", rows.mapped("kind"))
        self.commit()
        self.deliver()
        self.assertEqual(len(self.sim.meetings(alive=True)), 1)

    def test_address_of_a_new_person_is_kept(self):
        booking = self.book(service=self.couple)
        nobody = self.env["res.partner"].create({"name": "New"})
        self.assertEqual(self.form(booking).places_left, 1)
        self.add(booking, nobody, email="new@client.test", user=self.reception)
        self.assertEqual(nobody.email, "new@client.test")
        self.assertEqual(booking.client_count, 2)

    def test_full_is_said_and_nobody_is_added(self):
        booking = self.book(service=self.couple)
        self.add(booking, self.client_two)
        with self.assertRaisesRegex(UserError, "no place left.*has 2 places"):
            self.add(booking, self.third)
        self.assertEqual(booking.client_count, 2)
        single = self.book(self.monday(14))
        with self.assertRaisesRegex(UserError, "is for one client"):
            self.add(single, self.third)

    def test_whoever_takes_part_is_not_added_again(self):
        booking = self.book(service=self.couple)
        with self.assertRaisesRegex(UserError, "already"):
            self.add(booking, self.client)

    def test_place_that_was_given_up_is_free(self):
        booking = self.book(service=self.couple)
        second = self.add(booking, self.client_two)
        booking._cancel("practice", participant=booking.participant_ids - second)
        self.assertEqual(booking.client_link, second.own_link)
        self.assertFalse((booking.participant_ids - second).own_link)
        self.add(booking, self.third)
        self.assertEqual(booking.client_count, 2)
        with self.assertRaises(SlotTaken):
            self.add(booking, self.client)

    def test_who_gave_up_can_come_after_all(self):
        booking = self.book(service=self.couple)
        second = self.add(booking, self.client_two)
        booking._cancel("practice", participant=second)
        self.assertEqual(self.add(booking, self.client_two), second)
        self.assertEqual(second.state, "booked")
        self.assertTrue(second.own_link)

    def test_group_is_full_for_the_practice_too(self):
        group = self.service.copy({"kind": "group", "capacity": 2})
        booking = self.book(service=group)
        self.add(booking, self.client_two)
        with self.assertRaises(SlotTaken):
            self.book(service=group, client=self.third)
        self.assertEqual(booking.client_count, 2)

    def test_request_stays_one(self):
        self.couple.confirmation = "therapist"
        [participant] = self.env["psynamica.booking"]._book(
            self.couple,
            self.therapist,
            self.monday(10),
            [{"partner_id": self.client.id}],
            source="public",
        )
        booking = participant.booking_id
        added = self.add(booking, self.client_two)
        rows = booking.message_due_ids.filtered(lambda m: m.participant_id == added)
        self.assertEqual(rows.mapped("kind"), ["requested"])
        self.assertFalse(added.own_link)
        booking.with_user(self.therapist).action_confirm()
        self.assertTrue(added.own_link)

    def test_session_that_is_over_takes_nobody(self):
        booking = self.book(service=self.couple)
        form = self.form(booking)
        form.partner_id = self.client_two
        booking.with_user(self.therapist).action_cancel()
        with self.assertRaisesRegex(UserError, "does not take place"):
            form.save().action_add()

    def test_colleague_adds_nobody(self):
        booking = self.book(service=self.couple)
        form = self.env["psynamica.booking.add"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            booking.with_user(self.colleague).action_add_participant()
        with self.assertRaises(AccessError):
            form.create(
                {"booking_id": booking.id, "partner_id": self.third.id}
            ).action_add()

    def test_nobody_is_invited_by_the_calendar_as_well(self):
        """Nor by a therapist without Zoom, whose room is there at once."""
        mails = self.env["mail.mail"].search([])
        at_practice = self.service.copy({"location": "in_person"})
        for service in (self.couple, at_practice):
            start = self.monday(10 if service == self.couple else 14)
            booking = self.book(start, service=service, user=self.colleague)
            self.assertTrue(booking.event_id)
        self.add(
            self.book(self.monday(16), service=self.couple, user=self.colleague),
            self.client_two,
            user=self.colleague,
        )
        self.commit()
        more = self.env["mail.mail"].search([]) - mails
        self.assertEqual(more.mapped("subject"), [])

    def test_calendar_adds_who_fits(self):
        booking = self.book(service=self.couple)
        self.calendar(booking, self.client_two)
        self.assertEqual(booking.client_count, 2)
        added = booking.participant_ids[-1]
        self.assertEqual(added.tz, "America/New_York")
        with self.assertRaisesRegex(UserError, "no place left"):
            self.calendar(booking, self.third)

    def test_calendar_may_put_another_in_the_place(self):
        booking = self.book(service=self.couple)
        self.add(booking, self.client_two)
        people = self.therapist.partner_id | self.client | self.third
        booking.event_id.with_user(self.therapist).write(
            {"partner_ids": [Command.set(people.ids)]}
        )
        self.env.cr.precommit.run()
        self.assertEqual(booking._clients(), self.client | self.third)

    def test_fewer_places_send_nobody_away(self):
        booking = self.book(service=self.couple)
        self.add(booking, self.client_two)
        self.couple.write({"kind": "single", "capacity": 1})
        booking.event_id.with_user(self.therapist).write({"start": self.monday(14)})
        self.env.cr.precommit.run()
        self.assertEqual(booking.client_count, 2)

    def absences(self, booking):
        return {
            (m.participant_id.partner_id, m.state)
            for m in booking.message_due_ids
            if m.kind == "no_show" and m.participant_id
        }

    def test_one_of_two_did_not_come_and_came_after_all(self):
        booking = self.book(service=self.couple)
        self.add(booking, self.client_two)
        one, two = booking.participant_ids.with_user(self.therapist)
        with self.assertRaises(UserError):
            one.action_absent()  # it has not begun
        booking.write(
            {"start": self.monday(10, weeks=-3), "stop": self.monday(11, weeks=-3)}
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            one.with_user(self.colleague).action_absent()
        one.action_absent()
        self.assertEqual((one.state, two.state), ("no_show", "booked"))
        self.assertEqual((booking.state, booking.no_show_count), ("confirmed", 1))
        self.assertEqual(self.absences(booking), {(self.client, "due")})
        one.action_present()
        self.assertEqual((one.state, booking.no_show_count), ("booked", 0))
        self.commit()
        self.env.ref("psynamica_booking.ir_cron_messages").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.absences(booking), {(self.client, "dropped")})
        one.action_absent()
        two.action_absent()
        self.assertEqual((booking.state, booking.no_show_count), ("no_show", 2))
        two.action_present()
        self.assertEqual((booking.state, booking.no_show_count), ("done", 1))
