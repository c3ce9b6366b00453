# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is changed in the calendar after a session is over, and by whom it is given."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.booking_making import SlotTaken
from .booking_case import BookingCase


class CalendarCase(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.couple = cls.service.copy({"kind": "couple", "capacity": 2})

    def change(self, booking, **values):
        """Have the therapist change the event, and commit."""
        booking.event_id.with_user(self.therapist).write(values)
        self.commit()

    def drag(self, booking, start):
        self.change(booking, start=start, stop=start + (booking.stop - booking.start))

    def attend(self, booking, *partners):
        return self.change(
            booking, partner_ids=[Command.link(partner.id) for partner in partners]
        )

    def due(self, booking):
        """Return whom something is to be told, and what."""
        rows = booking.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind not in ("remind_day", "remind_hour")
        )
        return {(row.participant_id.partner_id, row.kind) for row in rows}

    def sent(self, booking):
        """Send what is due and forget it."""
        booking.message_due_ids.filtered(lambda m: m.state == "due").state = "sent"


@tagged("post_install", "-at_install")
class TestCalendarAfterwards(CalendarCase):
    def over(self, service=None, *more):
        """Return a session of which everybody was told, and that is over."""
        booking = self.book(service=service or self.service)
        self.commit()
        if more:
            self.attend(booking, *more)
        self.sent(booking)
        self.enterContext(freeze_time(booking.stop + timedelta(days=1)))
        return booking

    def test_a_session_that_is_over_and_dragged_ahead_takes_place_again(self):
        booking = self.over()
        booking.with_user(self.therapist).action_done()
        start = booking.start + timedelta(days=7)
        self.drag(booking, start)
        self.assertEqual((booking.state, booking.start), ("confirmed", start))
        self.assertTrue(booking.moved_from)
        self.assertIn((self.client, "moved"), self.due(booking))

    def test_a_missed_session_that_is_dragged_ahead_is_missed_no_more(self):
        booking = self.over()
        booking.with_user(self.therapist).action_no_show()
        self.sent(booking)
        self.drag(booking, booking.start + timedelta(days=7))
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.participant_ids.state, "booked")
        self.assertEqual(self.due(booking), {(self.client, "moved")})

    def test_a_session_that_was_longer_stays_over_and_nobody_is_told(self):
        booking = self.over()
        booking.with_user(self.therapist).action_no_show()
        self.sent(booking)
        self.change(booking, stop=booking.stop + timedelta(minutes=10))
        self.assertEqual(booking.minutes, 60)
        self.assertEqual(booking.state, "no_show")
        self.assertEqual(booking.participant_ids.state, "no_show")
        self.assertFalse(self.due(booking))

    def test_who_did_not_come_to_a_session_that_was_longer_stays_absent(self):
        booking = self.over(self.couple, self.client_two)
        first = booking.participant_ids[0]
        first.with_user(self.therapist).action_absent()
        self.sent(booking)
        self.change(booking, stop=booking.stop + timedelta(minutes=10))
        self.assertEqual(first.state, "no_show")
        self.assertNotIn((first.partner_id, "confirmed"), self.due(booking))

    def test_each_is_told_once_that_they_were_missed(self):
        booking = self.over(self.couple, self.client_two)
        first, second = booking.participant_ids
        first.with_user(self.therapist).action_absent()
        self.sent(booking)
        second.with_user(self.therapist).action_absent()
        self.assertEqual(booking.state, "no_show")
        self.assertEqual(self.due(booking), {(second.partner_id, "no_show")})


@tagged("post_install", "-at_install")
class TestOtherOrganiser(CalendarCase):
    def hand_over(self, service):
        booking = self.book(service=service)
        self.commit()
        self.change(booking, user_id=self.colleague.id)
        return booking

    def test_the_other_one_attends_in_the_place_of_the_first(self):
        booking = self.hand_over(self.service)
        self.assertEqual(booking.user_id, self.colleague)
        self.assertEqual(
            booking.event_id.partner_ids, self.colleague.partner_id | self.client
        )

    def test_the_first_one_becomes_no_client_of_the_other(self):
        booking = self.hand_over(self.couple)
        self.assertEqual(booking.participant_ids.partner_id, self.client)


@tagged("post_install", "-at_install")
class TestRequestConfirmed(CalendarCase):
    def requested(self):
        self.service.confirmation = "therapist"
        return self.book(source="public").with_user(self.therapist)

    def test_not_at_a_time_that_is_taken_meanwhile(self):
        booking = self.requested()
        self.env["calendar.event"].with_user(self.therapist).create(
            {"name": "Supervision", "start": booking.start, "stop": booking.stop}
        )
        self.commit()
        with self.assertRaises(SlotTaken):
            booking.action_confirm()

    def test_not_when_its_time_is_over(self):
        booking = self.requested()
        after = fields.Datetime.add(booking.start, minutes=1)
        with freeze_time(after), self.assertRaisesRegex(UserError, "is over"):
            booking.action_confirm()

    def test_groups_are_booked_at_once(self):
        with self.assertRaisesRegex(ValidationError, "at once"):
            self.service.write(
                {"kind": "group", "capacity": 8, "confirmation": "therapist"}
            )


@tagged("post_install", "-at_install")
class TestLongerThanTheService(CalendarCase):
    """A session keeps its own length when it is moved."""

    def long(self):
        booking = self.book()
        self.commit()
        self.change(booking, stop=booking.start + timedelta(minutes=80))
        return booking

    def free(self, booking):
        day = self.monday(0)
        return [
            slot["start"]
            for slot in self.service.with_user(self.therapist).free_slots(
                self.service.id,
                self.therapist.id,
                fields.Datetime.to_string(day),
                fields.Datetime.to_string(day + timedelta(days=1)),
                booking.id,
            )
        ]

    def test_it_is_not_offered_where_it_does_not_fit(self):
        booking = self.long()
        self.book(start=self.monday(14))
        free = self.free(booking)
        self.assertIn(fields.Datetime.to_string(self.monday(12)), free)
        self.assertNotIn(fields.Datetime.to_string(self.monday(13)), free)

    def test_one_of_two_days_can_be_moved(self):
        booking = self.book()
        self.commit()
        self.change(booking, stop=booking.start + timedelta(days=2))
        booking._move(self.monday(9, weeks=2))
        self.assertEqual(booking.stop - booking.start, timedelta(days=2))

    def test_who_is_busy_in_its_last_minutes_is_no_substitute(self):
        booking = self.long()
        self.env["calendar.event"].with_user(self.colleague).create(
            {"name": "Away", "start": self.monday(11), "stop": self.monday(12)}
        )
        self.commit()
        self.assertEqual(booking._possible_substitutes(), [(self.colleague, "busy")])

    def test_it_is_not_moved_onto_another_event(self):
        booking = self.long()
        self.env["calendar.event"].with_user(self.therapist).create(
            {"name": "Away", "start": self.monday(14), "stop": self.monday(15)}
        )
        self.commit()
        with self.assertRaises(SlotTaken):
            booking._move(self.monday(13))


@tagged("post_install", "-at_install")
class TestOtherPlace(CalendarCase):
    """Booked sessions take place where their service does."""

    def test_another_link(self):
        self.service.write({"location": "custom", "custom_url": "https://old.test"})
        booking = self.book()
        self.service.custom_url = "https://new.test"
        self.assertEqual(booking.event_id.video_custom_url, "https://new.test")

    def test_no_video_any_more(self):
        booking = self.book()
        self.assertEqual(booking.event_id.video_provider, "zoom")
        self.service.write({"location": "in_person", "address": "Linden Street 5"})
        self.assertFalse(booking.event_id.video_provider)
        self.assertEqual(booking.event_id.location, "Linden Street 5")
        self.assertFalse(booking.participant_ids._join_url())

    def test_what_was_chosen_for_one_session_stays(self):
        self.service.write({"location": "in_person", "address": "Linden Street 5"})
        here, there = self.book(), self.book(start=self.monday(14))
        self.commit()
        self.change(there, location="Room 2", video_choice="builtin")
        self.service.address = "Linden Street 6"
        self.assertEqual(here.event_id.location, "Linden Street 6")
        self.assertEqual(there.event_id.location, "Room 2")
        self.assertEqual(there.event_id.video_provider, "builtin")

    def test_nothing_is_written_when_nothing_changes(self):
        booking = self.book()
        self.commit()
        self.change(booking, video_choice="builtin")
        self.service.write({"location": "zoom", "address": "Linden Street 5"})
        self.assertEqual(booking.event_id.video_choice, "builtin")

    def test_what_is_over_stays(self):
        booking = self.book()
        booking.state = "done"
        self.service.write({"location": "in_person", "address": "Linden Street 5"})
        self.assertEqual(booking.event_id.video_provider, "zoom")


@tagged("post_install", "-at_install")
class TestWhoLeaves(CalendarCase):
    def test_gets_no_link_with_the_cancellation(self):
        booking = self.book(service=self.couple)
        self.commit()
        self.attend(booking, self.client_two)
        leaver = booking.participant_ids.filtered(
            lambda p: p.partner_id == self.client_two
        )
        self.change(booking, partner_ids=[Command.unlink(self.client_two.id)])
        self.assertEqual(leaver.state, "cancelled")
        file = leaver._calendar_file(is_cancelled=True).decode()
        self.assertIn("METHOD:CANCEL", file)
        self.assertNotIn("/video/join", file.replace("\r\n ", ""))
