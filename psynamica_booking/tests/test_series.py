# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Series: planned, booked, moved and cancelled; the clients are told once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..models.booking_making import SlotTaken
from ..services.repetition import Repetition
from .booking_case import ZONE, BookingCase

WEEK = timedelta(weeks=1)


class SeriesCase(BookingCase):
    def setUp(self):
        super().setUp()
        self.first = self.book()

    def wizard(self, by=None, **values):
        action = self.first.with_user(by or self.therapist).action_repeat()
        form = Form(
            self.env[action["res_model"]]
            .with_user(by or self.therapist)
            .with_context(**action["context"])
        )
        for name, value in values.items():
            form[name] = value
        return form

    def series(self, times=4):
        self.wizard(times=times).save().action_book()
        return self.first._following()

    def wall(self, booking):
        """Return what the practice's clock shows at the start."""
        moment = booking.start.replace(tzinfo=ZoneInfo("UTC"))
        return moment.astimezone(ZoneInfo(ZONE))


@tagged("post_install", "-at_install")
class TestBookingASeries(SeriesCase):
    def test_series_of_ten(self):
        self.assertEqual(len(self.wizard().save().line_ids), 9)
        bookings = self.series(times=10)
        self.assertEqual(len(bookings), 10)
        self.assertEqual(len(bookings.event_id), 10)
        self.assertEqual(len(set(bookings.mapped("series"))), 1)
        self.assertEqual(bookings.partner_id, self.client)
        self.assertEqual({self.wall(one).hour for one in bookings}, {10})
        self.assertEqual({self.wall(one).weekday() for one in bookings}, {0})
        links = {p._join_url() for p in bookings.participant_ids}
        self.assertEqual(len(links), 10)

    def test_sessions_are_no_tasks_about_what_was_on_the_screen(self):
        opened = {"active_model": self.first._name, "active_id": self.first.id}
        self.first = self.first.with_context(**opened)
        wizard = self.wizard(times=3).save().with_context(**opened)
        wizard.action_book()
        events = (self.first._following() - self.first).event_id
        self.assertEqual(len(events), 2)
        self.assertFalse(events.activity_ids)
        self.assertFalse(any(events.mapped("res_id")))
        self.assertFalse(self.first.activity_ids)

    def test_clients_are_told_once_of_all(self):
        self.commit()
        self.first.message_due_ids.state = "sent"
        bookings = self.series(times=4)
        rows = (bookings - self.first).message_due_ids.filtered(
            lambda m: m.kind == "confirmed" and m.participant_id
        )
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows.also_ids, bookings[2:])
        self.assertEqual(len(rows._also_when()), 2)
        self.assertEqual(len(rows._files()), 3)

    def test_mail_names_all_sessions(self):
        bookings = self.series(times=4)
        row = bookings[1].message_due_ids.filtered(
            lambda m: m.kind == "confirmed" and m.participant_id
        )
        template = self.env.ref("psynamica_booking.mail_confirmed")
        body = row._rendered(template)["body_html"]
        for when in row._also_when():
            self.assertIn(when, body)

    def test_each_session_has_its_own_reminders(self):
        bookings = self.series(times=3)
        for booking in bookings:
            self.assertIn("remind_day", self.messages(booking))

    def test_same_hour_on_the_clock_over_the_change(self):
        """Berlin puts its clock forward on 28 March 2027, at 2:00."""
        winter = datetime(2027, 3, 22, 10, tzinfo=ZoneInfo(ZONE))
        start = winter.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        self.first = self.book(start, client=self.client_two)
        bookings = self.series(times=3)
        self.assertEqual([self.wall(one).hour for one in bookings], [10, 10, 10])
        gaps = [bookings[n + 1].start - bookings[n].start for n in (0, 1)]
        self.assertEqual(gaps, [WEEK - timedelta(hours=1), WEEK])
        self.assertEqual(bookings[1].event_id.start, bookings[1].start)

    def test_every_two_weeks_until_a_day(self):
        until = self.first.start.date() + timedelta(weeks=4)
        wizard = self.wizard(every_weeks="2", ends="until", until=until).save()
        self.assertEqual(len(wizard.line_ids), 2)
        wizard.action_book()
        starts = self.first._following().mapped("start")
        self.assertEqual(
            [self.wall(one).date() for one in self.first._following()],
            [self.wall(self.first).date() + timedelta(weeks=n) for n in (0, 2, 4)],
        )
        self.assertEqual(len(starts), 3)

    def test_busy_time_is_listed_and_left_out(self):
        self.book(self.monday(10, weeks=2), client=self.client_two)
        wizard = self.wizard(times=4).save()
        standings = wizard.line_ids.mapped("standing")
        self.assertEqual(standings, ["taken", "free", "free"])
        self.assertEqual(wizard.line_ids.mapped("is_booked"), [False, True, True])
        wizard.action_book()
        self.assertEqual(len(self.first._following()), 3)

    def test_busy_time_cannot_be_forced(self):
        self.book(self.monday(10, weeks=2), client=self.client_two)
        wizard = self.wizard(times=4).save()
        wizard.line_ids[0].is_booked = True
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_book()
        self.assertEqual(self.first._following(), self.first)

    def test_time_taken_since_the_list_was_made_is_refused(self):
        wizard = self.wizard(times=3).save()
        self.book(self.monday(10, weeks=2), client=self.client_two)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_book()

    def test_holiday_is_skipped_and_made_up_for(self):
        day = self.monday(0, weeks=2)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": False,
                "date_from": day,
                "date_to": day + timedelta(days=1),
            }
        )
        wizard = self.wizard(times=3).save()
        self.assertEqual(
            wizard.line_ids.mapped("standing"), ["holiday", "free", "free"]
        )
        wizard.action_book()
        self.assertEqual(
            [self.wall(one).date() for one in self.first._following()],
            [self.wall(self.first).date() + timedelta(weeks=n) for n in (0, 2, 3)],
        )

    def test_outside_the_hours_the_practice_chooses(self):
        self.first = self.book(self.monday(20), client=self.client_two)
        form = self.wizard(times=3)
        wizard = form.save()
        self.assertEqual(wizard.line_ids.mapped("standing"), ["outside", "outside"])
        self.assertEqual(wizard.line_ids.mapped("is_booked"), [False, False])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_book()
        wizard.line_ids[1].is_booked = True
        wizard.action_book()
        self.assertEqual(len(self.first._following()), 2)

    def test_nonsense_makes_an_empty_list(self):
        for values in ({"times": 0}, {"times": 10**6}, {"times": 1}):
            self.assertFalse(self.wizard(**values).save().line_ids)
        past = fields.Date.today() - timedelta(days=30)
        self.assertFalse(self.wizard(ends="until", until=past).save().line_ids)

    def test_series_of_a_year_keeps_zooms_daily_limit(self):
        bookings = self.series(times=52)
        self.deliver()
        self.assertEqual(len(bookings), 52)
        made = len(self.sim.meetings(alive=True))
        self.assertLess(made, 6)
        states = set(bookings.event_id.mapped("video_state"))
        self.assertEqual(states, {"ready", "later"})
        self.assertEqual(bookings[-1].event_id.video_state, "later")

    def test_repetition_is_planned_without_booking(self):
        planned = self.first._plan_series(Repetition(times=3))
        self.assertEqual(len(planned), 2)
        self.assertEqual(self.first._following(), self.first)
        self.assertFalse(self.first.series)


@tagged("post_install", "-at_install")
class TestChangingASeries(SeriesCase):
    def setUp(self):
        super().setUp()
        self.bookings = self.series(times=4)
        self.commit()
        self.bookings.message_due_ids.state = "sent"

    def mover(self, booking, scope, start):
        action = booking.with_user(self.therapist).action_move()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.therapist)
            .with_context(**action["context"])
        )
        form.scope = scope
        form.other_time = start
        return form.save()

    def told(self, kind):
        return self.bookings.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind == kind and m.participant_id
        )

    def test_this_and_the_next_move_together(self):
        links = self.bookings.participant_ids.mapped(lambda p: p._join_url())
        second = self.bookings[1]
        self.mover(second, "following", second.start + timedelta(hours=2)).action_move()
        hours = [self.wall(one).hour for one in self.bookings]
        self.assertEqual(hours, [10, 12, 12, 12])
        starts = self.bookings.mapped("start")
        self.assertEqual(self.bookings.event_id.mapped("start"), starts)
        after = self.bookings.participant_ids.mapped(lambda p: p._join_url())
        self.assertEqual(after, links)
        self.assertEqual(self.told("moved").booking_id, second)
        self.assertEqual(self.told("moved").also_ids, self.bookings[2:])

    def test_only_this_moves(self):
        second = self.bookings[1]
        self.mover(second, "this", second.start + timedelta(hours=2)).action_move()
        hours = [self.wall(one).hour for one in self.bookings]
        self.assertEqual(hours, [10, 12, 10, 10])

    def test_series_moves_onto_its_own_places(self):
        starts = self.bookings.mapped("start")
        self.bookings[0]._move_following(starts[1])
        self.assertEqual(self.bookings.mapped("start")[:3], starts[1:])
        self.bookings[0]._move_following(starts[0])
        self.assertEqual(self.bookings.mapped("start"), starts)

    def test_nothing_moves_when_one_place_is_taken(self):
        self.book(self.monday(12, weeks=3), client=self.client_two)
        before = self.bookings.mapped("start")
        with self.assertRaises(SlotTaken) as caught, self.env.cr.savepoint():
            self.bookings[0]._move_following(before[0] + timedelta(hours=2))
        self.assertIn("not free", str(caught.exception))
        self.bookings.invalidate_recordset()
        self.assertEqual(self.bookings.mapped("start"), before)

    def test_this_and_the_next_are_cancelled(self):
        self.deliver()
        self.bookings[2].with_user(self.therapist).action_cancel_following()
        self.deliver()
        states = self.bookings.mapped("state")
        self.assertEqual(states, ["confirmed", "confirmed", "cancelled", "cancelled"])
        told = self.told("cancelled")
        self.assertEqual(told.booking_id, self.bookings[2])
        self.assertEqual(told.also_ids, self.bookings[3])
        self.assertEqual(len(self.sim.meetings(alive=True)), 2)

    def test_only_this_is_cancelled(self):
        self.bookings[1].with_user(self.therapist).action_cancel()
        states = self.bookings.mapped("state")
        self.assertEqual(states.count("cancelled"), 1)
        self.assertEqual(self.bookings[0].following_count, 2)


@tagged("post_install", "-at_install")
class TestUntoldSeries(SeriesCase):
    def test_others_are_told_of_when_the_first_is_cancelled_at_once(self):
        self.first.message_due_ids.state = "sent"
        bookings = self.series(times=4)
        bookings[1]._cancel("practice")
        rows = bookings.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind == "confirmed" and m.participant_id
        )
        self.assertEqual(rows.booking_id, bookings[2])
        self.assertEqual(rows.also_ids, bookings[3])

    def test_nothing_is_told_of_a_series_that_is_cancelled_at_once(self):
        self.first.message_due_ids.state = "sent"
        bookings = self.series(times=4)
        bookings[1].with_user(self.therapist).action_cancel_following()
        rows = bookings.message_due_ids.filtered(
            lambda m: m.state == "due" and m.participant_id
        )
        self.assertFalse(rows)
