# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is known of therapists' time: read in a constant number of questions.

Hours are `resource.calendar`'s, time off too; busy is what the therapist attends and
has not declined.  The reading is here, the arithmetic in `services`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import SQL

from ..services.agenda import Agenda
from ..services.busy import BusyEvent, blocked_period, with_buffers
from ..services.periods import Period
from ..services.time_zone import visitor_zone
from ..services.weekly_hours import Block, Opening, open_periods

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)  # no zone is further from UTC
LONG_EVENT = timedelta(days=2)  # longer ones have an index of their own


@dataclass
class _Known:
    """What was read of one therapist."""

    zone: ZoneInfo = UTC
    partner: int = 0
    calendar: int = 0
    resource: int = 0
    blocks: list = field(default_factory=list)
    openings: list = field(default_factory=list)
    closed: list = field(default_factory=list)
    busy: list = field(default_factory=list)
    breaks: list = field(default_factory=list)
    starts: list = field(default_factory=list)
    seats: dict = field(default_factory=dict)


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def _agendas(self, users, first_day, last_day, ignored=None):
        """Return user id → `services.agenda.Agenda` for this service.

        :param first_day: in UTC; with `last_day`, included, what must be known
        :param ignored: a booking that is not in its own way
        """
        self.ensure_one()
        known = {user.id: _Known() for user in users}
        if not known:
            return {}
        self.env.flush_all()
        span = Period(
            datetime.combine(first_day, time(), timezone.utc) - DAY,
            datetime.combine(last_day, time(), timezone.utc) + 2 * DAY,
        )
        self._read_calendars(known)
        self._read_hours(known)
        self._read_openings(known, span)
        self._read_time_off(known, span)
        self._read_events(known, span, ignored)
        self._read_bookings(known, span, ignored)
        return {
            user_id: self._agenda(one, first_day - DAY, last_day + DAY)
            for user_id, one in known.items()
        }

    def _agenda(self, known, first_day, last_day):
        mode = "in_person" if self.location == "in_person" else "online"
        return Agenda(
            zone=known.zone,
            hours=open_periods(
                known.blocks, known.zone, first_day, last_day, mode, known.openings
            ),
            busy=known.busy,
            closed=known.closed,
            breaks=known.breaks,
            booked_starts=known.starts,
            joinable=known.seats,
        )

    def _read_calendars(self, known):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (users.id) users.id, users.partner_id, resource.id,
                       calendar.id, COALESCE(calendar.tz, 'UTC')
                  FROM res_users users
                  JOIN res_company company ON company.id = users.company_id
             LEFT JOIN resource_resource resource
                    ON resource.user_id = users.id AND resource.active
                   AND resource.company_id = users.company_id
             LEFT JOIN resource_calendar calendar
                    ON calendar.id = COALESCE(resource.calendar_id,
                                              company.resource_calendar_id)
                 WHERE users.id IN %s
              ORDER BY users.id, resource.id
                """,
                tuple(known),
            )
        )
        for user_id, partner_id, resource_id, calendar_id, zone in rows:
            one = known[user_id]
            one.partner, one.resource = partner_id, resource_id or 0
            one.calendar = calendar_id or 0
            one.zone = visitor_zone(zone) or UTC

    def _read_hours(self, known):
        by_calendar = _grouped(known, "calendar")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT calendar_id, dayofweek, hour_from, hour_to, week_type,
                       COALESCE(booking_mode, 'both'), calendar.two_weeks_calendar
                  FROM resource_calendar_attendance attendance
                  JOIN resource_calendar calendar ON calendar.id = calendar_id
                 WHERE calendar_id = ANY(%s) AND day_period != 'lunch'
                   AND display_type IS NULL AND hour_from < hour_to
                """,
                list(by_calendar),
            )
        )
        for calendar_id, day, begin, end, week, mode, two_weeks in rows:
            is_alternate = two_weeks and week in ("0", "1")
            block = Block(
                int(day),
                begin,
                min(end, 24.0),
                mode,
                int(week) if is_alternate else None,
            )
            for one in by_calendar[calendar_id]:
                one.blocks.append(block)

    def _read_openings(self, known, span):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, start, stop, mode FROM psynamica_booking_opening
                 WHERE user_id = ANY(%s) AND start < %s AND stop > %s
                """,
                list(known),
                *_naive(span),
            )
        )
        for user_id, start, stop, mode in rows:
            known[user_id].openings.append(Opening(_period(start, stop), mode))

    def _read_time_off(self, known, span):
        by_calendar = _grouped(known, "calendar")
        by_resource = _grouped(known, "resource")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT resource_id, calendar_id, date_from, date_to
                  FROM resource_calendar_leaves
                 WHERE date_from < %s AND date_to > %s AND time_type = 'leave'
                   AND (resource_id = ANY(%s) OR resource_id IS NULL)
                   AND (calendar_id = ANY(%s) OR calendar_id IS NULL)
                   AND (company_id = %s OR company_id IS NULL
                        OR resource_id IS NOT NULL)
                """,
                *_naive(span),
                list(by_resource),
                list(by_calendar),
                self.company_id.id,
            )
        )
        for resource_id, calendar_id, start, stop in rows:
            if resource_id:
                ones = by_resource[resource_id]
            else:
                ones = by_calendar[calendar_id] if calendar_id else known.values()
            for one in ones:
                one.closed.append(_period(start, stop))

    def _read_events(self, known, span, ignored):
        by_partner = _grouped(known, "partner")
        ignored_id = (ignored and ignored.sudo().event_id.id) or 0
        rows = self.env.execute_query(
            self._events_query(list(by_partner), span, ignored_id)
        )
        for partner_id, *event in rows:
            for one in by_partner[partner_id]:
                blocked = _blocked(one.zone, *event)
                if blocked:
                    one.busy.append(blocked)

    @api.model
    def _events_query(self, partner_ids, span, ignored_id):
        """Return the question for what these people attend in `span`.

        They are named by their numbers: how many events somebody has the planner knows
        of a number only, and where it had best begin depends on it.
        """
        until, since = _naive(span)
        return SQL(
            """
            SELECT attendee.partner_id, event.allday, event.start, event.stop,
                   event.start_date, event.stop_date
              FROM calendar_attendee attendee
              JOIN calendar_event event ON event.id = attendee.event_id
             WHERE attendee.partner_id = ANY(%(partner_ids)s)
               AND attendee.state != 'declined'
               AND event.active AND event.id != %(ignored_id)s
               AND COALESCE(event.show_as, 'busy') = 'busy'
               AND event.start < %(until)s AND event.stop > %(since)s
               AND (event.start > %(lately)s
                    OR event.stop - event.start > interval '2 days')
            """,
            partner_ids=partner_ids,
            ignored_id=ignored_id,
            until=until,
            since=since,
            lately=since - LONG_EVENT,
        )

    def _read_bookings(self, known, span, ignored):
        rows = self.env.execute_query(
            self._bookings_query(list(known), span, ignored.id if ignored else 0)
        )
        for user_id, start, stop, state, service_id, clients, before, after in rows:
            one = known[user_id]
            period = _period(start, stop)
            one.busy.append(period)
            one.breaks.append(with_buffers(period, before or 0, after or 0))
            if service_id != self.id:
                continue
            one.starts.append(period.start)
            if self.capacity > 1 and state == "confirmed" and self.kind == "group":
                one.seats[period.start] = max(0, self.capacity - (clients or 0))

    @api.model
    def _bookings_query(self, user_ids, span, ignored_id):
        """Return the question for what these therapists have been booked for.

        Apart for the few that last long: the planner cannot know that they are few.
        """
        until, since = _naive(span)
        return SQL(
            """
            SELECT booking.user_id, booking.start, booking.stop, booking.state,
                   booking.service_id, booking.client_count,
                   service.buffer_before, service.buffer_after
              FROM (SELECT * FROM psynamica_booking WHERE start > %(lately)s
                    UNION ALL
                    SELECT * FROM psynamica_booking
                     WHERE start <= %(lately)s AND stop - start > interval '2 days'
                   ) booking
              JOIN psynamica_booking_service service
                ON service.id = booking.service_id
             WHERE booking.user_id = ANY(%(user_ids)s) AND booking.id != %(ignored_id)s
               AND booking.start < %(until)s AND booking.stop > %(since)s
               AND (booking.state IN ('requested', 'confirmed', 'done', 'no_show')
                    OR booking.state = 'held' AND booking.held_until > %(now)s)
            """,
            user_ids=user_ids,
            ignored_id=ignored_id,
            until=until,
            since=since,
            lately=since - LONG_EVENT,
            now=self.env.cr.now(),
        )

    @api.model
    def _now(self):
        return self.env.cr.now().replace(tzinfo=timezone.utc)


def _blocked(zone, allday, start, stop, first, last):
    """Return the time an event takes that counts, None when it takes none."""
    if not allday:
        return _period(start, stop) if start < stop else None
    event = BusyEvent(all_day=True, first_day=first, last_day=last or first)
    return blocked_period(event, zone)


def _grouped(known, name):
    groups = defaultdict(list)
    for one in known.values():
        if getattr(one, name):
            groups[getattr(one, name)].append(one)
    return groups


def _naive(span):
    """Return (stop, start) of `span` as the database keeps moments."""
    return span.stop.replace(tzinfo=None), span.start.replace(tzinfo=None)


def _aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _period(start, stop):
    return Period(_aware(start), _aware(stop))
