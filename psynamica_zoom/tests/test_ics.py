# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta, timezone
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from odoo import Command
from odoo.tests import tagged

from .session_mail_case import SESSION, START, SessionMailCase

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def utc(moment):
    return moment.replace(tzinfo=timezone.utc)


def moments(vevent):
    """Return what the rule of this entry says, read as wall time in Berlin."""
    rule = vevent.rrule.value
    start = vevent.dtstart.value.replace(tzinfo=BERLIN)
    gone = {one for line in vevent.contents.get("exdate", []) for one in line.value}
    gone = {moment.replace(tzinfo=None) for moment in gone}
    naive = rrulestr(rule.split(";UNTIL")[0], dtstart=start.replace(tzinfo=None))
    until = rule.split("UNTIL=")[1].split(";")[0]
    stamps = (
        (moment, moment.replace(tzinfo=BERLIN).astimezone(timezone.utc))
        for moment in naive
    )
    within = takewhile(lambda s: s[1].strftime("%Y%m%dT%H%M%SZ") <= until, stamps)
    return [aware for moment, aware in within if moment not in gone]


@tagged("post_install", "-at_install")
class TestIcs(SessionMailCase):
    def file_for(self, event, partner, **context):
        attendee = self.of(event, partner)
        return self.parsed(
            event.with_context(
                video_attendee_id=attendee.id, **context
            )._get_ics_file()[event.id]
        )

    def invited(self, *clients, **values):
        with self.mock_mail_gateway():
            return self.plan_session(*clients, **values)

    def invited_series(self, *clients, **values):
        with self.mock_mail_gateway():
            return self.series(*clients, **values)

    def change(self, event, **values):
        with self.mock_mail_gateway():
            event.write(values)

    def move(self, event, **values):
        self.change(event, start=event.start + DAY, stop=event.stop + DAY, **values)

    # One session

    def test_one_session(self):
        alarm = self.env["calendar.alarm"].create(
            {
                "name": "Soon",
                "alarm_type": "notification",
                "interval": "minutes",
                "duration": 15,
            }
        )
        event = self.invited(self.anna, alarm_ids=[Command.set(alarm.ids)])
        calendar = self.file_of(self.mail_to(self.anna))
        entry = calendar.vevent
        link = event._video_join_url(self.of(event, self.anna))
        self.assertEqual(calendar.method.value, "REQUEST")
        self.assertEqual(entry.dtstart.value, utc(START))
        self.assertEqual(entry.dtend.value, utc(START + SESSION))
        self.assertEqual(entry.summary.value, "Talk")
        self.assertEqual(entry.url.value, link)
        self.assertEqual(entry.location.value, link)
        self.assertIn(link, entry.description.value)
        self.assertEqual(entry.organizer.value, "mailto:weber@practice.test")
        self.assertEqual(entry.organizer.params["CN"], ["Maria Weber"])
        self.assertEqual(entry.valarm.trigger.value, -timedelta(minutes=15))

    def test_a_place_stays_the_place(self):
        event = self.invited(self.anna, location="Room 2")
        self.assertEqual(
            self.file_for(event, self.anna).vevent.location.value, "Room 2"
        )

    def test_only_the_recipient_is_named(self):
        event = self.invited(self.anna, self.bob)
        self.of(event, self.anna).do_accept()
        for partner, state in ((self.anna, "ACCEPTED"), (self.bob, "NEEDS-ACTION")):
            entry = self.file_for(event, partner).vevent
            self.assertEqual(
                [one.value for one in entry.attendee_list], [f"mailto:{partner.email}"]
            )
            self.assertEqual(entry.attendee.params["PARTSTAT"], [state])

    def test_a_new_version_replaces_the_old(self):
        event = self.invited(self.anna)
        first = self.file_of(self.mail_to(self.anna)).vevent
        self.move(event)
        second = self.file_of(self.mail_to(self.anna)).vevent
        self.assertEqual(second.uid.value, first.uid.value)
        self.assertGreater(int(second.sequence.value), int(first.sequence.value))
        self.assertEqual(second.dtstart.value, utc(START + DAY))

    def test_every_event_is_another_entry(self):
        event = self.invited(self.anna)
        with self.mock_mail_gateway():
            copy = event.copy()
            other = self.plan_session(self.anna)
        uids = {one._video_uid() for one in (event, copy, other)}
        self.assertEqual(len(uids), 3)

    def test_an_event_from_before_has_a_stable_identifier(self):
        events = self.invited(self.anna) | self.invited(self.anna)
        events.sudo().video_ics_uid = False
        uids = events.mapped(lambda event: event._video_uid())
        self.assertEqual(len(set(uids)), 2)
        self.assertEqual(uids, events.mapped(lambda event: event._video_uid()))

    def test_an_all_day_event_has_dates(self):
        event = self.invited(
            self.anna,
            allday=True,
            start_date=START.date(),
            stop_date=START.date() + DAY,
        )
        entry = self.file_for(event, self.anna).vevent
        self.assertEqual(entry.dtstart.value, date(2037, 10, 13))
        self.assertEqual(
            entry.dtend.value, date(2037, 10, 15), "the day after the last"
        )

    def test_a_reminder_carries_the_same_entry(self):
        event = self.invited(self.anna)
        reminder = self.env.ref("calendar.calendar_template_meeting_reminder")
        with self.mock_mail_gateway():
            self.of(event, self.anna)._notify_attendees(reminder)
        entry = self.file_of(self.mail_to(self.anna)).vevent
        self.assertEqual(entry.uid.value, event.video_ics_uid)

    def test_core_makes_the_files_of_all_other_events(self):
        managed = self.invited(self.anna)
        other = self.invited(self.anna, video_choice="none")
        files = (managed | other)._get_ics_file()
        self.assertNotIn(b"METHOD", files[other.id])
        self.assertIn(b"METHOD:REQUEST", files[managed.id])

    # A series

    def test_a_series_is_one_entry_at_the_same_hour_all_year(self):
        event = self.invited_series(self.anna)
        entry = self.file_of(self.mail_to(self.anna)).vevent
        starts = self.sessions_of(event).mapped("start")
        self.assertEqual({start.hour for start in starts}, {8, 9}, "clocks change")
        self.assertEqual(moments(entry), [utc(start) for start in starts])
        self.assertEqual(
            entry.dtstart.params["X-VOBJ-ORIGINAL-TZID"], ["Europe/Berlin"]
        )

    def test_all_sessions_of_a_series_share_the_identifier(self):
        event = self.invited_series(self.anna)
        uids = set(self.sessions_of(event).mapped("video_ics_uid"))
        self.assertEqual(uids, {event.video_ics_uid})

    def test_deleted_and_declined_sessions_are_left_out(self):
        event = self.invited_series(self.anna)
        sessions = self.sessions_of(event)
        sessions[2].unlink()
        self.of(sessions[4], self.anna).do_decline()
        kept = [utc(sessions[number].start) for number in (0, 1, 3, 5)]
        self.assertEqual(moments(self.file_for(event, self.anna).vevent), kept)

    def test_a_guest_of_one_session_gets_one(self):
        event = self.invited_series(self.anna)
        third = self.sessions_of(event)[2]
        self.change(third, partner_ids=[Command.link(self.bob.id)])
        calendar = self.file_of(self.mail_to(self.bob))
        self.assertNotIn("rrule", calendar.vevent.contents)
        self.assertEqual(
            calendar.vevent.dtstart.value.astimezone(timezone.utc), utc(third.start)
        )

    def test_a_moved_session_replaces_its_own_date(self):
        event = self.invited_series(self.anna)
        third = self.sessions_of(event)[2]
        slot = third.start
        self.move(third)
        self.move(third)
        entry = self.file_of(self.mail_to(self.anna)).vevent
        self.assertEqual(entry.uid.value, event.video_ics_uid)
        self.assertNotIn("rrule", entry.contents)
        self.assertEqual(entry.recurrence_id.value.astimezone(BERLIN), utc(slot))
        self.assertEqual(entry.dtstart.value.astimezone(BERLIN), utc(slot + 2 * DAY))

    def test_the_file_of_the_series_tells_of_moved_sessions(self):
        event = self.invited_series(self.anna)
        sessions = self.sessions_of(event)
        slots = [utc(start) for start in sessions.mapped("start")]
        self.move(sessions[2])
        series, moved = self.file_for(event, self.anna).vevent_list
        self.assertEqual(moments(series), slots)
        self.assertEqual(moved.recurrence_id.value.astimezone(BERLIN), slots[2])
        self.assertEqual(moved.dtstart.value.astimezone(BERLIN), slots[2] + DAY)

    def test_a_series_moved_as_a_whole_stays_the_entry(self):
        event = self.invited_series(self.anna)
        first = self.file_of(self.mail_to(self.anna)).vevent
        self.move(event, recurrence_update="all_events")
        second = self.file_of(self.mail_to(self.anna)).vevent
        self.assertEqual(second.uid.value, first.uid.value)
        self.assertGreater(int(second.sequence.value), int(first.sequence.value))
        self.assertEqual(
            moments(second),
            [utc(start) for start in self.sessions_of(event).mapped("start")],
        )

    def test_a_series_moved_from_here_on_ends_the_old_entry(self):
        event = self.invited_series(self.anna)
        sessions = self.sessions_of(event)
        old, third = [utc(start) for start in sessions.mapped("start")], sessions[2]
        self.move(third, recurrence_update="future_events")
        mail = self.mail_to(self.anna)
        new = self.file_of(mail).vevent
        self.assertNotEqual(new.uid.value, event.video_ics_uid)
        self.assertEqual(moments(new), [moment + DAY for moment in old[2:]])
        ended = self.file_of(mail, "cancelled.ics")
        self.assertEqual(ended.method.value, "CANCEL")
        self.assertEqual(
            {e.uid.value for e in ended.vevent_list}, {event.video_ics_uid}
        )
        self.assertEqual(
            [e.recurrence_id.value.astimezone(BERLIN) for e in ended.vevent_list],
            old[2:],
        )
        self.assertEqual(
            [one.value for one in ended.vevent.attendee_list],
            ["mailto:anna@client.test"],
        )

    def test_a_series_that_no_rule_gives_is_sent_by_the_session(self):
        event = self.invited_series(self.anna)
        # Odoo's own rule says Tuesdays; the rows say otherwise.
        event.recurrence_id.with_context(dont_notify=True).write(
            {"tue": False, "fri": True}
        )
        entry = self.file_for(event, self.anna).vevent
        self.assertNotIn("rrule", entry.contents)
        self.assertEqual(entry.dtstart.value.astimezone(timezone.utc), utc(START))

    # Cancelling

    def cancellation(self, events, event, partner):
        file = events.sudo()._video_cancellation_file(self.of(event, partner).sudo())
        return self.parsed(file)

    def test_a_cancelled_session_is_cancelled_by_its_identifier(self):
        event = self.invited(self.anna)
        calendar = self.cancellation(event, event, self.anna)
        entry = calendar.vevent
        self.assertEqual(calendar.method.value, "CANCEL")
        self.assertEqual(entry.status.value, "CANCELLED")
        self.assertEqual(entry.uid.value, event.video_ics_uid)
        self.assertGreater(int(entry.sequence.value), event.video_sequence)

    def test_a_cancelled_session_of_a_series_leaves_the_others(self):
        event = self.invited_series(self.anna)
        third = self.sessions_of(event)[2]
        entry = self.cancellation(third, third, self.anna).vevent
        self.assertEqual(entry.recurrence_id.value.astimezone(BERLIN), utc(third.start))

    def test_a_cancelled_series_is_cancelled_as_a_whole(self):
        event = self.invited_series(self.anna)
        calendar = self.cancellation(self.sessions_of(event), event, self.anna)
        self.assertEqual(len(calendar.vevent_list), 1)
        self.assertNotIn("recurrence-id", calendar.vevent.contents)
        self.assertEqual(calendar.vevent.uid.value, event.video_ics_uid)
