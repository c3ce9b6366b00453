# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Therapists' hours: written by the grid, read by the free slots."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..services.weekly_hours import week_type
from .booking_case import ZONE, BookingCase, BookingHttpCase

MORNING = {"day": 0, "begin": "09:00", "end": "12:00", "mode": "online"}
LUNCH = {"day": 0, "begin": "13:00", "end": "15:30", "mode": "in_person"}


class HoursCase(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newcomer = new_test_user(
            cls.env,
            "nora",
            "psynamica_booking.group_therapist",
            name="Nora",
            tz=ZONE,
        )
        cls.service.user_ids += cls.newcomer

    def hours(self, user=None):
        return self.env["psynamica.booking.hours"].with_user(user or self.therapist)

    def free(self, user, service=None, weeks=1):
        """Return the free wall times of a Monday, in UTC as the service offers them."""
        service = service or self.service
        start = self.monday(0, weeks=weeks)
        found = service.with_user(self.manager).free_slots(
            service.id,
            user.id,
            fields.Datetime.to_string(start),
            fields.Datetime.to_string(start + timedelta(days=1)),
        )
        return [fields.Datetime.to_datetime(slot["start"]) for slot in found]


@tagged("post_install", "-at_install")
class TestWeeklyHours(HoursCase):
    def test_hours_are_shown_as_they_are(self):
        shown = self.hours().hours_of()
        self.assertEqual(shown["zone"], ZONE)
        self.assertTrue(shown["is_own"])
        self.assertIn(
            {"day": 4, "begin": "09:00", "end": "13:00", "mode": "both"},
            shown["blocks"],
        )
        self.assertEqual(len(shown["blocks"]), 5)

    def test_saved_hours_decide_what_is_free(self):
        self.hours().save_hours(self.therapist.id, [MORNING, LUNCH])
        online = self.free(self.therapist)
        self.assertEqual(online[0], self.monday(9))
        self.assertEqual(online[-1], self.monday(11))
        in_person = self.service.copy({"name": "Visit", "location": "in_person"})
        self.assertEqual(self.free(self.therapist, in_person)[0], self.monday(13))

    def test_first_change_makes_an_own_schedule(self):
        standard = self.env.company.resource_calendar_id
        before = len(standard.attendance_ids)
        shown = self.hours(self.newcomer).hours_of()
        self.assertFalse(shown["is_own"])
        saved = self.hours(self.newcomer).save_hours(False, [MORNING])
        self.assertTrue(saved["is_own"])
        self.assertEqual(saved["blocks"], [MORNING])
        own = self.newcomer._booking_calendar()
        self.assertNotEqual(own, standard)
        self.assertEqual(len(standard.attendance_ids), before)
        self.assertEqual(self.newcomer.resource_ids.calendar_id, own)

    def test_own_schedule_is_meant_on_the_therapists_clock(self):
        self.env.company.resource_calendar_id.tz = "UTC"
        shown = self.hours(self.newcomer).hours_of()
        self.assertEqual((shown["zone"], shown["zone_to_be"]), ("UTC", ZONE))
        self.hours(self.newcomer).save_hours(False, [MORNING])
        self.assertEqual(self.free(self.newcomer)[0], self.monday(9))

    def test_second_change_keeps_the_own_schedule(self):
        self.hours(self.newcomer).save_hours(False, [MORNING])
        own = self.newcomer._booking_calendar()
        self.hours(self.newcomer).save_hours(False, [LUNCH])
        self.assertEqual(self.newcomer._booking_calendar(), own)
        self.assertEqual(len(self.newcomer.resource_ids), 1)

    def test_shared_schedule_of_two_is_not_changed_for_the_other(self):
        shared = self.therapist._booking_calendar()
        self.colleague.sudo().resource_ids.calendar_id = shared
        self.hours().save_hours(False, [MORNING])
        self.assertEqual(self.colleague._booking_calendar(), shared)
        self.assertEqual(len(shared.attendance_ids), 5)

    def test_end_of_the_day(self):
        late = {"day": 0, "begin": "20:00", "end": "00:00", "mode": "both"}
        saved = self.hours().save_hours(False, [late])
        self.assertEqual(saved["blocks"], [late])
        self.assertEqual(self.free(self.therapist)[-1], self.monday(23))

    def test_no_hours_at_all(self):
        saved = self.hours().save_hours(False, [])
        self.assertEqual(saved["blocks"], [])
        self.assertEqual(self.free(self.therapist), [])

    def test_time_zone_of_the_hours(self):
        saved = self.hours().save_hours(False, [MORNING], "America/New_York")
        self.assertEqual(saved["zone"], "America/New_York")
        for name in ("Mars/Olympus", "../etc/passwd", 7):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.hours().save_hours(False, [MORNING], name)

    def test_hours_that_cannot_be_are_refused_in_words(self):
        overlapping = {**LUNCH, "begin": "11:00"}
        for blocks in (
            [MORNING, overlapping],
            [{**MORNING, "end": "08:00"}],
            [{**MORNING, "begin": ""}],
            [{**MORNING, "begin": "25:00"}],
            [{**MORNING, "begin": None}],
            [{**MORNING, "day": 7}],
            [{**MORNING, "mode": "sometimes"}],
            [{"day": 0}],
            ["nonsense"],
            [MORNING] * 100,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.hours().save_hours(False, blocks)
        self.assertEqual(len(self.hours().hours_of()["blocks"]), 5)

    def test_two_weeks_by_turns_are_kept_apart(self):
        calendar = self.therapist._booking_calendar()
        calendar.sudo().switch_calendar_type()
        shown = self.hours().hours_of()
        self.assertTrue(shown["is_alternating"])
        self.assertEqual({block["week"] for block in shown["blocks"]}, {0, 1})
        week = week_type(self.monday(9).date())
        blocks = [{**MORNING, "week": week}, {**LUNCH, "week": 1 - week}]
        saved = self.hours().save_hours(False, blocks, is_alternating=True)
        self.assertTrue(saved["is_alternating"])
        self.assertCountEqual(saved["blocks"], blocks)
        visit = self.service.copy({"name": "Visit", "location": "in_person"})
        self.assertEqual(self.free(self.therapist)[0], self.monday(9))
        self.assertEqual(self.free(self.therapist, visit), [])
        self.assertEqual(self.free(self.therapist, weeks=2), [])
        after = self.free(self.therapist, visit, weeks=2)
        self.assertEqual(after[0], self.monday(13, weeks=2))

    def test_two_weeks_as_saved_here_are_right_for_odoos_own_screen(self):
        blocks = [{**MORNING, "week": 1}, {**LUNCH, "week": 0}, {**MORNING, "week": 0}]
        self.hours().save_hours(False, blocks, is_alternating=True)
        calendar = self.therapist._booking_calendar().sudo()
        calendar._check_attendance_ids()
        before = calendar.attendance_ids.mapped("week_type")
        calendar._onchange_attendance_ids()
        self.assertEqual(calendar.attendance_ids.mapped("week_type"), before)

    def test_two_weeks_become_one_only_when_that_is_asked_for(self):
        self.therapist._booking_calendar().sudo().switch_calendar_type()
        saved = self.hours().save_hours(False, [MORNING])
        self.assertFalse(saved["is_alternating"])
        self.assertEqual(saved["blocks"], [MORNING])
        for week in (None, 2, "x"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.hours().save_hours(
                    False, [{**MORNING, "week": week}], is_alternating=True
                )


@tagged("post_install", "-at_install")
class TestSingleDays(HoursCase):
    def day(self, **values):
        return {"first": self.monday(12).date().isoformat(), **values}

    def test_time_off_closes_whole_days(self):
        saved = self.hours().add_time_off(False, self.day(name="Travelling"))
        self.assertEqual(self.free(self.therapist), [])
        [shown] = saved["time_off"]
        self.assertEqual(shown["name"], "Travelling")
        self.assertEqual((shown["begin"], shown["end"]), ("", ""))
        self.assertEqual(shown["first"], shown["last"])
        self.assertTrue(self.free(self.colleague))

    def test_time_off_closes_hours(self):
        self.hours().add_time_off(False, self.day(begin="09:00", end="12:00"))
        self.assertEqual(self.free(self.therapist)[0], self.monday(12))

    def test_time_off_is_removed(self):
        saved = self.hours().add_time_off(False, self.day())
        left = self.hours().remove_time_off(False, saved["time_off"][0]["id"])
        self.assertEqual(left["time_off"], [])
        self.assertTrue(self.free(self.therapist))

    def test_booked_sessions_are_counted(self):
        self.book()
        saved = self.hours().add_time_off(False, self.day())
        self.assertEqual(saved["booked"], 1)

    def test_time_off_without_an_own_schedule(self):
        saved = self.hours(self.newcomer).add_time_off(False, self.day())
        self.assertFalse(saved["is_own"])
        self.assertEqual(len(saved["time_off"]), 1)
        self.assertEqual(self.free(self.newcomer), [])
        kept = self.hours(self.newcomer).save_hours(False, [MORNING])
        self.assertEqual(len(kept["time_off"]), 1)
        self.assertEqual(self.free(self.newcomer), [])

    def test_extra_hours(self):
        self.hours().add_opening(
            False, self.day(begin="19:00", end="21:00", mode="online")
        )
        self.assertIn(self.monday(19), self.free(self.therapist))
        [shown] = self.hours().hours_of()["openings"]
        self.assertEqual((shown["begin"], shown["end"]), ("19:00", "21:00"))
        self.hours().remove_opening(False, shown["id"])
        self.assertNotIn(self.monday(19), self.free(self.therapist))

    def test_holiday_of_the_practice_closes_for_all(self):
        self.hours(self.manager).add_holiday(self.therapist.id, self.day(name="May 1"))
        self.assertEqual(self.free(self.therapist), [])
        self.assertEqual(self.free(self.colleague), [])
        [shown] = self.hours(self.colleague).hours_of()["holidays"]
        self.assertEqual(shown["name"], "May 1")
        self.hours(self.manager).remove_holiday(self.therapist.id, shown["id"])
        self.assertTrue(self.free(self.colleague))

    def test_nonsense_is_refused_in_words(self):
        hours = self.hours()
        for values in (
            {},
            {"first": "never"},
            {"first": None},
            self.day(last="2020-01-01"),
            self.day(begin="12:00", end="11:00"),
            {"first": "9999-12-31"},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                hours.add_time_off(False, values)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            hours.add_opening(False, self.day(begin="19:00", end="", mode="both"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            hours.add_opening(False, self.day(begin="19:00", end="20:00", mode="x"))


@tagged("post_install", "-at_install")
class TestWhoseHours(HoursCase):
    def refused(self, method, by, *args):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            getattr(self.hours(by), method)(*args)

    def test_therapists_change_their_own_only(self):
        other = self.colleague.id
        self.refused("hours_of", self.therapist, other)
        self.refused("save_hours", self.therapist, other, [MORNING])
        self.refused("add_time_off", self.therapist, other, {})
        self.refused("remove_time_off", self.therapist, other, 1)
        self.refused("add_opening", self.therapist, other, {})
        self.refused("remove_opening", self.therapist, other, 1)
        self.refused("add_holiday", self.therapist, False, {})
        self.refused("remove_holiday", self.therapist, False, 1)

    def test_reception_and_strangers_change_none(self):
        stranger = new_test_user(self.env, "sven", "base.group_user")
        for user in (self.reception, stranger, self.env.ref("base.public_user")):
            self.refused("hours_of", user, False)
            self.refused("save_hours", user, self.therapist.id, [])

    def test_somebody_elses_days_are_not_removed_by_their_number(self):
        day = {"first": self.monday(12).date().isoformat()}
        saved = self.hours(self.colleague).add_time_off(False, day)
        self.hours().remove_time_off(False, saved["time_off"][0]["id"])
        self.assertEqual(len(self.hours(self.colleague).hours_of()["time_off"]), 1)

    def test_managers_change_everybodys(self):
        shown = self.hours(self.manager).hours_of(self.therapist.id)
        names = [one["name"] for one in shown["therapists"]]
        self.assertIn(self.colleague.name, names)
        saved = self.hours(self.manager).save_hours(self.therapist.id, [MORNING])
        self.assertEqual(saved["blocks"], [MORNING])
        self.assertEqual(self.free(self.therapist)[0], self.monday(9))

    def test_other_practices_hours_are_out_of_reach(self):
        company = self.env["res.company"].create({"name": "Another practice"})
        far = new_test_user(
            self.env,
            "far",
            "psynamica_booking.group_therapist",
            company_id=company.id,
            company_ids=company.ids,
        )
        self.refused("hours_of", self.manager, far.id)


@tagged("post_install", "-at_install")
class TestHoursOnScreen(BookingHttpCase):
    def walk(self, tour):
        """Go through a tour of the therapist's hours."""
        self.therapist.odoobot_state = "disabled"
        self.start_tour("/odoo/booking-hours", tour, login=self.therapist.login)

    def test_therapist_changes_the_week_by_keyboard(self):
        self.walk("psynamica_hours")
        blocks = (
            self.env["psynamica.booking.hours"]
            .with_user(self.therapist)
            .hours_of()["blocks"]
        )
        monday = [block for block in blocks if block["day"] == 0]
        friday = [block for block in blocks if block["day"] == 4]
        self.assertEqual(
            [(block["begin"], block["end"]) for block in monday],
            [("08:00", "12:00"), ("14:00", "18:00")],
        )
        self.assertEqual(monday[1]["mode"], "in_person")
        self.assertEqual(
            [(block["begin"], block["end"]) for block in friday],
            [("08:00", "12:00"), ("14:00", "18:00")],
        )
        saturday = [block for block in blocks if block["day"] == 5]
        self.assertFalse(saturday)

    def test_two_weeks_by_turns_on_the_screen(self):
        self.session = None  # of HTTP, before the log-in
        self.walk("psynamica_hours_turns")
        shown = self.env["psynamica.booking.hours"].with_user(self.therapist).hours_of()
        mondays = [block["week"] for block in shown["blocks"] if block["day"] == 0]
        fridays = [block["week"] for block in shown["blocks"] if block["day"] == 4]
        self.assertEqual(mondays, [shown["this_week"]])
        self.assertEqual(fridays, [0, 1])

    def test_single_days_on_the_screen(self):
        self.session = None  # of HTTP, before the log-in
        self.walk("psynamica_hours_days")
        shown = self.env["psynamica.booking.hours"].with_user(self.therapist).hours_of()
        [off] = shown["time_off"]
        self.assertEqual(
            (off["first"], off["last"], off["name"]),
            ("2035-05-07", "2035-05-11", "Conference"),
        )
        self.assertFalse(shown["openings"])
