# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A booking from its making to its end, in step with the calendar and with Zoom."""

from datetime import timedelta, timezone

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.models.calendar_event import JOIN_PATH
from odoo.addons.psynamica_zoom.tests.zoom_case import CLARA

from ..models.booking_making import SlotTaken
from ..services.periods import Period
from .booking_case import BookingCase


@tagged("post_install", "-at_install")
class TestBookingLife(BookingCase):
    def test_booking_puts_a_zoom_session_into_the_calendar(self):
        booking = self.book()
        self.deliver()
        event = booking.event_id
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(event.user_id, self.therapist)
        self.assertEqual(event.partner_ids, self.therapist.partner_id | self.client)
        self.assertEqual(event.video_provider, "zoom")
        self.assertEqual(len(self.sim.meetings(alive=True)), 1)
        self.assertIn(JOIN_PATH, booking.participant_ids._join_url())
        self.assertEqual(booking.partner_id, self.client)

    def test_public_visitor_gets_a_meeting_in_the_therapists_account(self):
        public = self.env.ref("base.public_user")
        booking = (
            self.env["psynamica.booking"]
            .with_user(public)
            .sudo()
            ._book(
                self.service.with_user(public).sudo(),
                self.therapist,
                self.monday(10),
                [{"partner_id": self.client.id}],
                source="public",
            )
            .booking_id
        )
        self.deliver()
        self.assertEqual(booking.event_id.video_state, "ready")

    def test_one_slot_is_booked_once(self):
        self.book()
        with self.assertRaises(SlotTaken) as caught, self.env.cr.savepoint():
            self.book(client=self.client_two)
        nearest = caught.exception.nearest
        self.assertTrue(nearest)
        self.assertNotIn(self.monday(10), nearest)

    def test_event_made_by_hand_makes_its_slot_busy(self):
        self.plan_session(start=self.monday(10))
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            self.book()

    def test_declined_event_makes_nobody_busy(self):
        event = self.plan_session(start=self.monday(10))
        event.attendee_ids.filtered(
            lambda a: a.partner_id == self.therapist.partner_id
        ).state = "declined"
        self.assertEqual(self.book().state, "confirmed")

    def test_client_cannot_book_outside_hours_and_the_practice_can(self):
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            self.book(self.monday(20), source="public")
        self.assertEqual(self.book(self.monday(20)).state, "confirmed")

    def test_moving_keeps_the_join_link_and_the_meeting(self):
        booking = self.book()
        self.deliver()
        link = booking.participant_ids._join_url()
        [meeting] = self.sim.meetings(alive=True)
        booking._move(self.monday(12))
        self.deliver()
        self.assertEqual(booking.event_id.start, self.monday(12))
        self.assertEqual(booking.participant_ids._join_url(), link)
        [moved] = self.sim.meetings(alive=True)
        self.assertEqual(moved["id"], meeting["id"])

    def test_moving_onto_itself_by_half_an_hour_is_possible(self):
        booking = self.book()
        booking._move(self.monday(10, 30))
        self.assertEqual(booking.start, self.monday(10, 30))

    def test_cancelling_deletes_the_meeting(self):
        booking = self.book()
        self.deliver()
        booking._cancel("client", "ill")
        self.deliver()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.is_late)
        self.assertFalse(booking.event_id.active)
        self.assertEqual(self.sim.meetings(alive=True), [])

    def test_cancelling_within_the_deadline_is_late(self):
        self.service.cancel_hours = 24 * 60
        booking = self.book()
        booking._cancel("client")
        self.assertTrue(booking.is_late)
        self.assertEqual(self.figures(booking), (0, 1, 1, 0))

    def test_practice_cancels_in_time_always(self):
        self.service.cancel_hours = 24 * 60
        booking = self.book()
        booking._cancel("practice")
        self.assertFalse(booking.is_late)

    def test_cancelled_twice_is_refused_in_words(self):
        booking = self.book()
        booking._cancel("client")
        with self.assertRaises(UserError):
            booking._cancel("client")

    def test_client_moves_until_the_deadline_and_no_later(self):
        booking = self.book()
        booking._move(self.monday(12), by="client")
        self.assertEqual(booking.start, self.monday(12))
        self.service.cancel_hours = 24 * 60
        with self.assertRaises(UserError):
            booking._move(self.monday(14), by="client")

    def test_hand_over_keeps_the_link_and_makes_the_others_meeting(self):
        self.connect(self.colleague, CLARA)
        booking = self.book()
        self.deliver()
        link = booking.participant_ids._join_url()
        booking._move(booking.start, user=self.colleague)
        self.deliver()
        self.assertEqual(booking.event_id.user_id, self.colleague)
        self.assertEqual(booking.participant_ids._join_url(), link)
        self.assertEqual(len(self.sim.meetings(alive=True)), 1)

    def test_a_group_shares_a_session(self):
        group = self.service.copy({"kind": "group", "capacity": 2, "name": "Group"})
        group.user_ids = self.therapist
        first = self.book(service=group)
        second = self.book(service=group, client=self.client_two)
        self.assertEqual(first, second)
        self.assertEqual(first.client_count, 2)
        third = self.env["res.partner"].create({"name": "Third"})
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            self.book(service=group, client=third)

    def test_one_leaves_a_group_and_the_others_stay(self):
        group = self.service.copy({"kind": "group", "capacity": 3, "name": "Group"})
        group.user_ids = self.therapist
        booking = self.book(service=group)
        self.book(service=group, client=self.client_two)
        leaving = booking.participant_ids[0]
        booking._cancel("client", participant=leaving)
        self.assertEqual(booking.state, "confirmed")
        self.assertNotIn(self.client, booking.event_id.partner_ids)
        self.assertEqual(booking.client_count, 1)

    def test_late_leaver_of_a_group_is_counted(self):
        group = self.service.copy({"kind": "group", "capacity": 3, "name": "Group"})
        group.user_ids = self.therapist
        group.cancel_hours = 24 * 60
        booking = self.book(service=group)
        self.book(service=group, client=self.client_two)
        self.assertEqual(self.figures(booking), (1, 0, 0, 0))
        booking.participant_ids[0]._cancel_by_client()
        self.assertEqual(self.figures(booking), (1, 0, 1, 0))

    def test_late_leaver_by_the_calendar_is_counted(self):
        group = self.service.copy({"kind": "group", "capacity": 3, "name": "Group"})
        group.user_ids = self.therapist
        group.cancel_hours = 24 * 60
        booking = self.book(service=group)
        self.book(service=group, client=self.client_two)
        attendees = booking.event_id.attendee_ids
        attendees.filtered(lambda a: a.partner_id == self.client).do_decline()
        self.commit()
        self.assertEqual(booking.participant_ids[0].state, "cancelled")
        self.assertEqual(self.figures(booking), (1, 0, 1, 0))

    def test_absence_is_counted(self):
        booking = self.book()
        booking.with_user(self.therapist).action_no_show()
        self.assertEqual(self.figures(booking), (1, 0, 0, 1))

    def test_attendance_is_suggested_and_noted_by_people_only(self):
        booking = self.book()
        self.deliver()
        meeting = booking.event_id._video_meetings()[booking.event_id.id]
        seen = booking.with_user(self.therapist)
        self.assertFalse(seen.zoom_progress)
        start = booking.start
        late = start + timedelta(minutes=2)
        meeting._note_run("a==", str(late), "")
        seen.invalidate_recordset()
        self.assertEqual(seen.zoom_progress, "running")
        meeting._note_run("a==", str(late), str(start + timedelta(minutes=49)))
        seen.invalidate_recordset()
        self.assertEqual(seen.zoom_progress, "ended")
        self.assertIn("for you to say", seen.zoom_progress_text)
        self.assertEqual(booking.state, "confirmed")

    def test_client_who_came_late_is_noted_and_taken_back(self):
        booking = self.book()
        seen = booking.with_user(self.therapist)
        with self.assertRaises(UserError):
            seen.action_came_late()  # it has not begun
        booking.write(
            {"start": self.monday(10, weeks=-3), "stop": self.monday(11, weeks=-3)}
        )
        seen.invalidate_recordset()
        seen.action_came_late()
        self.assertTrue(booking.came_late)
        seen.action_came_in_time()
        self.assertFalse(booking.came_late)
        seen.action_came_late()
        seen.action_no_show()
        self.assertFalse(booking.came_late)
        kinds = self.env["psynamica.booking.audit"].search(
            [("booking_id", "=", booking.id), ("kind", "like", "came")]
        )
        self.assertEqual(
            kinds.sorted("id").mapped("kind"),
            ["came_late", "came_in_time", "came_late"],
        )

    def figures(self, booking):
        return (
            booking.session_count,
            booking.cancelled_count,
            booking.late_count,
            booking.no_show_count,
        )

    def test_each_state_has_a_column_but_what_is_being_filled_in(self):
        self.book()
        bookings = self.env["psynamica.booking"].with_user(self.therapist)
        bookings = bookings.with_context(read_group_expand=True)  # as the kanban asks
        found = bookings.web_read_group(
            [("state", "!=", "held")], ["state"], ["__count"]
        )
        self.assertEqual(
            [group["state"] for group in found["groups"]],
            ["requested", "confirmed", "done", "cancelled", "no_show"],
        )

    def test_request_waits_for_the_therapist(self):
        self.service.confirmation = "therapist"
        booking = self.book(source="public")
        self.assertEqual(booking.state, "requested")
        self.assertFalse(booking.event_id)
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            self.book(client=self.client_two, source="public")
        booking.with_user(self.therapist).action_confirm()
        self.deliver()
        self.assertEqual(booking.event_id.video_state, "ready")


@tagged("post_install", "-at_install")
class TestCalendarAndBooking(BookingCase):
    """Whatever is done in the calendar happens to the booking, and the other way."""

    def test_dragging_the_event_moves_the_booking(self):
        booking = self.book()
        self.commit()
        start = self.monday(15)
        booking.event_id.with_user(self.therapist).write(
            {"start": start, "stop": start + timedelta(minutes=50)}
        )
        self.commit()
        self.assertEqual(booking.start, start)
        self.assertIn(start, self.told_starts(booking))

    def test_archiving_the_event_cancels_the_booking(self):
        booking = self.book()
        self.commit()
        booking.event_id.with_user(self.therapist).action_archive()
        self.commit()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.cancelled_by, "therapist")

    def test_restoring_the_event_restores_the_booking(self):
        booking = self.book()
        booking._cancel("practice")
        self.commit()
        booking.event_id.with_user(self.therapist).action_unarchive()
        self.commit()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.participant_ids.state, "booked")

    def test_deleting_the_event_cancels_the_booking(self):
        booking = self.book()
        self.commit()
        booking.event_id.with_user(self.therapist).unlink()
        self.commit()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.event_id)

    def test_declining_therapist_cancels(self):
        booking = self.book()
        self.commit()
        attendees = booking.event_id.attendee_ids
        own = attendees.filtered(lambda a: a.partner_id == self.therapist.partner_id)
        own.with_user(self.therapist).do_decline()
        self.commit()
        self.assertEqual(booking.state, "cancelled")

    def test_declining_client_cancels(self):
        booking = self.book()
        self.commit()
        attendees = booking.event_id.attendee_ids
        attendees.filtered(lambda a: a.partner_id == self.client).do_decline()
        self.commit()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.cancelled_by, "client")

    def test_client_who_is_taken_off_has_not_cancelled(self):
        self.service.cancel_hours = 24 * 60
        booking = self.book()
        self.commit()
        booking.event_id.with_user(self.therapist).write(
            {"partner_ids": [Command.unlink(self.client.id)]}
        )
        self.commit()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.cancelled_by, "therapist")
        self.assertFalse(booking.is_late)
        self.assertFalse(booking.participant_ids.is_late)

    def test_practice_cancels_when_one_declines_and_one_is_taken_off(self):
        self.service.write({"cancel_hours": 24 * 60, "kind": "couple", "capacity": 2})
        clients = self.client | self.client_two
        booking = (
            self.env["psynamica.booking"]
            ._book(
                self.service,
                self.therapist,
                self.monday(10),
                [{"partner_id": client.id} for client in clients],
            )
            .booking_id
        )
        self.commit()
        attendees = booking.event_id.attendee_ids
        attendees.filtered(lambda a: a.partner_id == self.client).do_decline()
        booking.event_id.with_user(self.reception).sudo().write(
            {"partner_ids": [Command.unlink(self.client_two.id)]}
        )
        self.commit()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.cancelled_by, "practice")
        self.assertFalse(booking.is_late)
        late = booking.participant_ids.filtered("is_late").partner_id
        self.assertEqual(late, self.client)

    def test_client_who_declines_late_is_late(self):
        self.service.cancel_hours = 24 * 60
        booking = self.book()
        self.commit()
        attendees = booking.event_id.attendee_ids
        attendees.filtered(lambda a: a.partner_id == self.client).do_decline()
        self.commit()
        self.assertEqual(booking.cancelled_by, "client")
        self.assertTrue(booking.is_late)
        self.assertTrue(booking.participant_ids.is_late)

    def test_inviting_somebody_in_the_calendar_adds_a_participant(self):
        self.service.write({"kind": "couple", "capacity": 2})
        booking = self.book()
        self.commit()
        booking.event_id.with_user(self.therapist).write(
            {"partner_ids": [Command.link(self.client_two.id)]}
        )
        self.commit()
        self.assertIn(self.client_two, booking.participant_ids.partner_id)

    def test_other_organizer_in_the_calendar_is_the_bookings_therapist(self):
        booking = self.book()
        self.commit()
        people = self.colleague.partner_id | self.client
        booking.event_id.sudo().write(
            {"user_id": self.colleague.id, "partner_ids": [Command.set(people.ids)]}
        )
        self.commit()
        self.assertEqual(booking.user_id, self.colleague)
        self.assertEqual(booking.state, "confirmed")


@tagged("post_install", "-at_install")
class TestFreeSlots(BookingCase):
    def slots(self, user=None, ignored=None):
        start = self.monday(0)
        window = Period(
            start.replace(tzinfo=timezone.utc),
            (start + timedelta(days=1)).replace(tzinfo=timezone.utc),
        )
        user = user or self.therapist
        free = self.service._free_slots(user, window, ignored)[user.id]
        return [slot.replace(tzinfo=None) for slot in free]

    def test_day_of_a_therapist(self):
        slots = self.slots()
        self.assertEqual(slots[0], self.monday(9))
        self.assertEqual(slots[-1], self.monday(16))
        self.assertEqual(len(slots), 15)

    def test_booking_takes_its_time_and_the_pause_after_it(self):
        self.service.buffer_after = 20
        self.book(self.monday(11))
        slots = self.slots()
        self.assertNotIn(self.monday(10, 30), slots)
        self.assertNotIn(self.monday(12), slots)
        self.assertIn(self.monday(12, 30), slots)

    def test_hold_takes_the_slot_until_its_time_is_up(self):
        held = self.env["psynamica.booking"]._hold(
            self.service, self.therapist, self.monday(11)
        )
        self.assertNotIn(self.monday(11), self.slots())
        held.held_until -= timedelta(hours=1)
        self.assertIn(self.monday(11), self.slots())

    def test_time_off_closes(self):
        calendar = self.therapist.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "calendar_id": calendar.id,
                "date_from": self.monday(0),
                "date_to": self.monday(12),
            }
        )
        self.assertEqual(self.slots()[0], self.monday(12))

    def test_time_off_of_another_therapist_closes_nothing_here(self):
        resource = self.colleague.resource_ids
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "date_from": self.monday(0),
                "date_to": self.monday(23),
            }
        )
        self.assertEqual(len(self.slots()), 15)
        self.assertEqual(self.slots(self.colleague), [])

    def test_online_service_is_not_offered_in_hours_in_person(self):
        calendar = self.therapist.resource_calendar_id
        monday = calendar.attendance_ids.filtered(lambda a: a.dayofweek == "0")
        monday.booking_mode = "in_person"
        self.assertEqual(self.slots(), [])
        self.service.location = "in_person"
        self.assertEqual(len(self.slots()), 15)

    def test_number_of_questions_does_not_grow_with_the_therapists(self):
        users = self.therapist | self.colleague
        start = self.monday(0).replace(tzinfo=timezone.utc)
        window = Period(start, start + timedelta(days=31))

        def questions(of_whom):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.service._free_slots(of_whom, window)
            return self.env.cr.sql_log_count - before

        self.service._free_slots(users, window)  # rights are read once in a process
        self.assertEqual(questions(users), questions(self.therapist))
