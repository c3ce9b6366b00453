# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days that are not as every week: time off, extra hours, holidays of the practice."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services.time_zone import visitor_zone
from ..services.wall_clock import moment_at
from ..services.weekly_hours import MODES
from .booking import PLANNED

FAR = timedelta(days=3660)
LAST_SECOND = timedelta(seconds=1)  # core's own time off ends at 23:59:59


class BookingHours(models.AbstractModel):
    _inherit = "psynamica.booking.hours"

    @api.model
    def add_time_off(self, user_id, values):
        """Add time off of a therapist.

        :param values: {"first", "last": dates, "begin", "end": "HH:MM" or "", "name"};
            without times, whole days
        :return: as `hours_of`, and "booked": how many sessions are booked meanwhile
        :raises UserError: it ends before it begins
        """
        user = self._therapist(user_id)
        start, stop = self._span(values, user._booking_zone())
        resource = self._resource_for_time_off(user)
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": self._name_of(values),
                "resource_id": resource.id,
                "company_id": user.company_id.id,
                "date_from": start,
                "date_to": stop,
                "time_type": "leave",
            }
        )
        booked = self._booked_within([("user_id", "=", user.id)], start, stop)
        return {**self.hours_of(user.id), "booked": booked}

    @api.model
    def remove_time_off(self, user_id, leave_id):
        """Remove time off of a therapist; returns as `hours_of`."""
        user = self._therapist(user_id)
        self._time_off_of(user).filtered(lambda one: one.id == leave_id).unlink()
        return self.hours_of(user.id)

    @api.model
    def add_opening(self, user_id, values):
        """Add hours of a single day.

        :param values: {"first": date, "begin", "end": "HH:MM", "mode"}
        :return: as `hours_of`
        :raises UserError: it ends before it begins
        """
        user = self._therapist(user_id)
        if not values.get("begin") or not values.get("end"):
            raise UserError(self.env._("Extra hours have a beginning and an end."))
        if values.get("mode") not in ("both", *MODES):
            raise UserError(self.env._("Please choose online, in person, or both."))
        day = {**values, "last": values.get("first")}
        start, stop = self._span(day, user._booking_zone())
        self.env["psynamica.booking.opening"].sudo().create(
            {
                "user_id": user.id,
                "start": start,
                "stop": stop,
                "mode": values["mode"],
            }
        )
        return self.hours_of(user.id)

    @api.model
    def remove_opening(self, user_id, opening_id):
        """Remove hours of a single day; returns as `hours_of`."""
        user = self._therapist(user_id)
        self._openings_of(user).filtered(lambda one: one.id == opening_id).unlink()
        return self.hours_of(user.id)

    @api.model
    def add_holiday(self, user_id, values):
        """Add a holiday of the whole practice, for managers.

        :param user_id: whose hours are shown
        :param values: as for `add_time_off`
        :return: as `add_time_off`
        """
        user = self._for_practice(user_id)
        start, stop = self._span(values, user._booking_zone())
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": self._name_of(values),
                "calendar_id": False,
                "resource_id": False,
                "company_id": user.company_id.id,
                "date_from": start,
                "date_to": stop,
                "time_type": "leave",
            }
        )
        of_company = [("company_id", "=", user.company_id.id)]
        booked = self._booked_within(of_company, start, stop)
        return {**self.hours_of(user.id), "booked": booked}

    @api.model
    def remove_holiday(self, user_id, leave_id):
        """Remove a holiday of the whole practice; returns as `hours_of`."""
        user = self._for_practice(user_id)
        self._holidays_of(user).filtered(lambda one: one.id == leave_id).unlink()
        return self.hours_of(user.id)

    def _for_practice(self, user_id):
        if not self._is_manager():
            raise AccessError(self.env._("Managers change the practice's holidays."))
        return self._therapist(user_id)

    # Reading

    def _exceptions_of(self, user):
        zone = ZoneInfo(user._booking_zone())
        return {
            "time_off": [_shown_leave(one, zone) for one in self._time_off_of(user)],
            "holidays": [_shown_leave(one, zone) for one in self._holidays_of(user)],
            "openings": [
                {
                    "id": one.id,
                    "mode": one.mode,
                    **_shown(one.start, one.stop, zone),
                }
                for one in self._openings_of(user)
            ],
        }

    def _time_off_of(self, user):
        """Return the coming time off of this therapist."""
        resource = self._resource(user)
        if not resource:
            return self.env["resource.calendar.leaves"]
        return self._leaves([("resource_id", "=", resource.id)])

    def _holidays_of(self, user):
        """Return the coming holidays of this therapist's practice."""
        calendar = user._booking_calendar()
        return self._leaves(
            [
                ("resource_id", "=", False),
                ("calendar_id", "in", (False, calendar.id)),
                ("company_id", "in", (False, user.company_id.id)),
            ]
        )

    def _leaves(self, domain):
        now = fields.Datetime.now()
        coming = [("date_to", ">", now), ("time_type", "=", "leave")]
        return self.env["resource.calendar.leaves"].sudo().search(domain + coming)

    def _openings_of(self, user):
        now = fields.Datetime.now()
        domain = [("user_id", "=", user.id), ("stop", ">", now)]
        return self.env["psynamica.booking.opening"].sudo().search(domain)

    # Writing

    def _resource_for_time_off(self, user):
        """Return this therapist's resource, made when there is none."""
        return self._resource(user) or self._make_resource(
            user, user._booking_calendar()
        )

    def _name_of(self, values):
        return (values.get("name") or "").strip()[:200] or self.env._("Time off")

    def _span(self, values, zone_name):
        """Return start and stop, naive UTC, of what was entered.

        :raises UserError: it ends before it begins, or is no date
        """
        zone = visitor_zone(zone_name) or ZoneInfo("UTC")
        try:
            first = date.fromisoformat(values["first"])
            last = date.fromisoformat(values.get("last") or values["first"])
            start = moment_at(datetime.combine(first, _time(values, "begin")), zone)
            stop = _end(last, values, zone)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise UserError(
                self.env._("Please enter a day, and times if any.")
            ) from None
        soon = datetime.now(timezone.utc) + FAR
        if not start < stop < soon:
            raise UserError(self.env._("It ends before it begins, or is too far off."))
        return start.replace(tzinfo=None), stop.replace(tzinfo=None)

    def _booked_within(self, domain, start, stop):
        """Return how many sessions take place then."""
        return (
            self.env["psynamica.booking"]
            .sudo()
            .search_count(
                [
                    *domain,
                    ("state", "in", PLANNED),
                    ("start", "<", stop),
                    ("stop", ">", start),
                ]
            )
        )


def _time(values, name):
    text = values.get(name)
    return time.fromisoformat(text[:5]) if text else time.min


def _end(last, values, zone):
    """Return the end: a time of the last day, or the whole of it."""
    text = (values.get("end") or "")[:5]
    if text not in ("", "00:00"):
        return moment_at(datetime.combine(last, time.fromisoformat(text)), zone)
    next_day = datetime.combine(last + timedelta(days=1), time.min)
    return moment_at(next_day, zone)


def _shown(start, stop, zone):
    """Return days and times on the clock of `zone`; no times for whole days."""
    begin, end = (
        moment.replace(tzinfo=timezone.utc).astimezone(zone) for moment in (start, stop)
    )
    is_whole = begin.time() == time.min and end.time() in (time.min, time(23, 59, 59))
    last = end - LAST_SECOND if end.time() == time.min else end
    return {
        "first": begin.date().isoformat(),
        "last": last.date().isoformat(),
        "begin": "" if is_whole else begin.strftime("%H:%M"),
        "end": "" if is_whole else end.strftime("%H:%M"),
    }


def _shown_leave(leave, zone):
    times = _shown(leave.date_from, leave.date_to, zone)
    return {"id": leave.id, "name": leave.name or "", **times}
