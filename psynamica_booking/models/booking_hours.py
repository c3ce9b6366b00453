# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist's weekly hours as the hours screen reads and writes them.

Hours are kept in Odoo's own working schedules.  Schedules are shared by default, so a
therapist who changes hours for the first time gets an own one.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..services.time_zone import visitor_zone
from ..services.weekly_hours import Block, week_type

MOST_BLOCKS = 140  # ten a day of two weeks
NOON = 12
WEEKS = (0, 1)
SECTION = 100  # of the lines of one week, between those of Odoo's own screen


class BookingHours(models.AbstractModel):
    _name = "psynamica.booking.hours"
    _description = "Hours of a therapist"

    @api.model
    def hours_of(self, user_id=False):
        """Return all that the hours screen shows of a therapist.

        :param user_id: False: the current user
        :return: dict of plain values; times as "HH:MM" on the therapist's clock
        :raises AccessError: of somebody else, for whoever is no manager
        """
        user = self._therapist(user_id)
        calendar = user._booking_calendar()
        return {
            "user_id": user.id,
            "name": user.name,
            "therapists": self._therapists(),
            "is_manager": self._is_manager(),
            "zone": user._booking_zone(),
            "zone_to_be": self._zone_to_be(user, calendar),
            "is_own": self._is_own(calendar),
            "is_alternating": calendar.two_weeks_calendar,
            "this_week": self._this_week(user),
            "blocks": self._blocks_of(calendar),
            **self._exceptions_of(user),
        }

    @api.model
    def save_hours(self, user_id, blocks, zone=None, is_alternating=False):
        """Replace a therapist's weekly hours.

        :param blocks: list of {"day": 0–6, "begin", "end", "mode"}; an end of "00:00"
            is the end of the day; with "week": 0–1 where two weeks take turns
        :param zone: IANA name, None: as before
        :param is_alternating: two weeks take turns
        :return: as `hours_of`
        :raises AccessError: of somebody else, for whoever is no manager
        :raises UserError: there are no such hours
        """
        user = self._therapist(user_id)
        lines = self._checked(blocks, bool(is_alternating))
        values = {
            "two_weeks_calendar": bool(is_alternating),
            "attendance_ids": [Command.clear()]
            + [Command.create(one) for one in self._sections(is_alternating)]
            + [Command.create(self._attendance(block)) for block in lines],
        }
        if zone:
            values["tz"] = self._checked_zone(zone)
        calendar = user._booking_calendar()
        if self._is_own(calendar):
            calendar.write(values)
        else:
            self._make_own(user, calendar, values)
        return self.hours_of(user.id)

    # Whose

    @api.model
    def _therapist(self, user_id):
        """Return the user whose hours are meant, as whoever may change them.

        :raises AccessError: they are none of the current user's business
        """
        user = self.env["res.users"].browse(user_id or self.env.uid).exists()
        is_own = user == self.env.user
        may_own = self.env.user.has_group("psynamica_booking.group_therapist")
        is_near = user._is_internal() and user.sudo().company_id in self.env.companies
        if (is_own and may_own) or (self._is_manager() and is_near):
            return user.sudo()
        raise AccessError(
            self.env._("Therapists change their own hours, managers everybody's.")
        )

    @api.model
    def _is_manager(self):
        return self.env.user.has_group("psynamica_booking.group_manager")

    @api.model
    def _therapists(self):
        """Return whose hours the current user may choose from."""
        if not self._is_manager():
            return []
        services = self.env["psynamica.booking.service"].sudo()
        giving = services.search(
            [("company_id", "in", self.env.companies.ids)]
        ).user_ids.filtered("active")
        users = (giving | self.env.user).sorted("name")
        return [{"id": user.id, "name": user.name} for user in users]

    # Reading

    @api.model
    def _this_week(self, user):
        """Return which of the two weeks that take turns it is for `user`, 0 or 1."""
        today = fields.Date.context_today(self.with_context(tz=user._booking_zone()))
        return week_type(today)

    def _blocks_of(self, calendar):
        attendances = calendar.attendance_ids.filtered(
            lambda a: (
                a.day_period != "lunch"
                and not a.display_type
                and a.hour_from < a.hour_to
            )
        ).sorted(lambda a: (a.week_type or "", a.dayofweek, a.hour_from))
        return [
            {
                "day": int(attendance.dayofweek),
                "begin": _clock(attendance.hour_from),
                "end": _clock(attendance.hour_to),
                "mode": attendance.booking_mode or "both",
                **week,
            }
            for attendance in attendances
            for week in self._weeks_of(attendance, calendar.two_weeks_calendar)
        ]

    def _weeks_of(self, attendance, is_alternating):
        """Return {"week": 0 or 1} for each week these hours are of, or just {}."""
        if not is_alternating:
            return [{}]
        weeks = [int(attendance.week_type)] if attendance.week_type else WEEKS
        return [{"week": week} for week in weeks]

    def _zone_to_be(self, user, calendar):
        """Return the zone that is meant by what is entered now.

        A shared schedule is often in the zone of whoever installed Odoo.
        """
        if self._is_own(calendar) or not visitor_zone(user.tz):
            return user._booking_zone()
        return user.tz

    def _is_own(self, calendar):
        """Return whether this schedule is one therapist's alone."""
        resources = self.env["resource.resource"].sudo().with_context(active_test=False)
        used = resources.search_count([("calendar_id", "=", calendar.id)], limit=2)
        companies = self.env["res.company"].sudo()
        is_standard = companies.search_count(
            [("resource_calendar_id", "=", calendar.id)], limit=1
        )
        return used == 1 and not is_standard

    # Writing

    def _checked(self, blocks, is_alternating):
        """Return the blocks, as `services.weekly_hours.Block`.

        :raises UserError: they overlap, or are none
        """
        try:
            if len(blocks) > MOST_BLOCKS:
                raise ValueError("too many")
            found = [
                Block(
                    int(block["day"]),
                    _hours(block["begin"]),
                    _hours(block["end"]) or 24.0,
                    block["mode"],
                    int(block["week"]) if is_alternating else None,
                )
                for block in blocks
            ]
        except (KeyError, TypeError, ValueError):
            raise UserError(
                self.env._("Each time of day has a beginning and a later end.")
            ) from None
        found.sort(key=lambda block: (*_day_of(block), block.minute_from))
        for one, other in zip(found, found[1:], strict=False):
            if _day_of(one) == _day_of(other) and other.minute_from < one.minute_to:
                raise UserError(self.env._("Two times of one day overlap."))
        return found

    def _checked_zone(self, name):
        zone = visitor_zone(name)
        field = self.env["resource.calendar"]._fields["tz"]
        known = field.get_values(self.env)
        if not zone or zone.key not in known:
            raise ValidationError(self.env._("This time zone is not known."))
        return zone.key

    def _sections(self, is_alternating):
        """Return the lines under which Odoo lists each of two weeks; else none."""
        names = (self.env._("First week"), self.env._("Second week"))
        return [
            {
                "name": names[week],
                "display_type": "line_section",
                "week_type": str(week),
                "sequence": week * SECTION,
                "dayofweek": "0",
                "day_period": "morning",
                "hour_from": 0,
                "hour_to": 0,
            }
            for week in WEEKS
            if is_alternating
        ]

    def _attendance(self, block):
        days = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        names = dict(days._description_selection(self.env))
        return {
            "name": names[str(block.weekday)],
            "dayofweek": str(block.weekday),
            "hour_from": block.hour_from,
            "hour_to": block.hour_to,
            "day_period": _part_of_day(block),
            "booking_mode": block.mode,
            **self._place_of(block),
        }

    def _place_of(self, block):
        if block.week_type is None:
            return {}
        number = block.weekday * 10 + round(block.hour_from / 3) + 1
        return {
            "week_type": str(block.week_type),
            "sequence": block.week_type * SECTION + number,
        }

    def _make_own(self, user, pattern, values):
        """Give `user` an own schedule instead of the shared one."""
        calendar = (
            self.env["resource.calendar"]
            .sudo()
            .create(
                {
                    "name": self.env._("Hours of %(name)s", name=user.name),
                    "company_id": user.company_id.id,
                    "tz": self._zone_to_be(user, pattern),
                    **values,
                    # Nothing is there to be cleared.
                    "attendance_ids": values["attendance_ids"][1:],
                }
            )
        )
        resource = self._resource(user)
        if resource:
            resource.calendar_id = calendar
        else:
            self._make_resource(user, calendar)

    def _resource(self, user):
        """Return the resource by which this therapist's time is known, if any."""
        resources = user.resource_ids.filtered(
            lambda r: r.active and r.company_id == user.company_id
        )
        return resources.sorted("id")[:1].sudo()

    def _make_resource(self, user, calendar):
        resources = self.env["resource.resource"].sudo()
        return resources.create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": user.company_id.id,
                "calendar_id": calendar.id,
                "tz": calendar.tz,
            }
        )


def _day_of(block):
    return (block.week_type or 0, block.weekday)


def _clock(hours):
    """Return "HH:MM"; the end of the day is "00:00", as browsers have it."""
    minutes = round(hours * 60) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _hours(text):
    """Return hours since midnight.

    :raises ValueError: that is no time of day
    """
    moment = fields.Datetime.to_datetime(f"2000-01-01 {text[:5]}:00")
    return moment.hour + moment.minute / 60


def _part_of_day(block):
    if block.hour_to <= NOON + 1:
        return "morning"
    return "afternoon" if block.hour_from >= NOON else "full_day"
