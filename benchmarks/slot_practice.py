# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A practice whose calendars are full: the same in every database that is compared.

Nothing here belongs to ours or to a peer: users, working hours, calendar events.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from benchmarks import calendar_work, copies

ZONE = ZoneInfo("Europe/Berlin")
EVENTS = 10_000
SESSION_MINUTES = 60
GRID_MINUTES = 30
_OPENS, _CLOSES = 9, 17
_WORKDAYS = 5
_FIRST_UTC, _STARTS_A_DAY = 6, 22  # sessions begin from 6:00 to 16:30 UTC
_YEAR = 365


@dataclass(frozen=True)
class Shape:
    """How the events are spread.

    *years* of a practice of so many *therapists*, the month that is asked for in their
    last quarter.
    """

    therapists: int
    years: int
    events: int = EVENTS

    @property
    def days(self):
        """From the first event to the last."""
        return self.years * _YEAR


def next_month():
    """The month that is asked for: (its first moment, the first moment after it).

    At least two days ahead, so that nobody's shortest notice is in it.
    """
    soon = datetime.now(ZONE).date() + timedelta(days=2)
    first = (soon.replace(day=1) + timedelta(days=32)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return tuple(
        datetime(day.year, day.month, 1, tzinfo=ZONE) for day in (first, after)
    )


def fill(env, shape):
    """Makes the therapists and their events; gives (therapists, a client)."""
    users, client = calendar_work.people(env, shape.therapists)
    for user in users:
        _give_hours(env, user)
    each, rest = divmod(shape.events, shape.therapists)
    for number, user in enumerate(users):
        _fill_calendar(env, shape, user, client, number, each + (number < rest))
    return users, client


def weekly_hours(env, name):
    """A new calendar: nine to five, Monday to Friday."""
    return env["resource.calendar"].create(
        {
            "name": name,
            "tz": ZONE.key,
            "attendance_ids": [(5, 0, 0)]
            + [
                (
                    0,
                    0,
                    {
                        "name": str(day),
                        "dayofweek": str(day),
                        "hour_from": _OPENS,
                        "hour_to": _CLOSES,
                        "day_period": "full_day",
                    },
                )
                for day in range(_WORKDAYS)
            ],
        }
    )


def _give_hours(env, user):
    env["resource.resource"].create(
        {
            "name": user.name,
            "user_id": user.id,
            "resource_type": "user",
            "calendar_id": weekly_hours(env, f"Hours of {user.name}").id,
            "company_id": user.company_id.id,
            "tz": ZONE.key,
        }
    )


def _fill_calendar(env, shape, user, client, number, count):
    """Makes one event as a person does, and copies of it over the years."""
    _first, after = next_month()
    # The last quarter is still to come.
    begin = (after + timedelta(days=_YEAR // 4 - shape.days)).astimezone(timezone.utc)
    midnight = begin.replace(hour=0, tzinfo=None)
    event = env["calendar.event"].create(
        calendar_work.session(user, client.id, midnight)
    )
    start = _start(midnight, shape.days)
    stop = f"({start} + (1 + {_dice('length', 3)}) * interval '30 minutes')"
    numbers = range(number * EVENTS, number * EVENTS + count - 1)
    tokens = _tokens(env, "calendar_event")
    copied = copies.multiply(
        env.cr, "calendar_event", event.id, numbers, start=start, stop=stop, **tokens
    )
    for attendee in event.attendee_ids:
        copies.multiply(
            env.cr,
            "calendar_attendee",
            attendee.id,
            copied,
            event_id="row.id",
            **_tokens(env, "calendar_attendee"),
        )
    copies.multiply(
        env.cr,
        "calendar_event_res_partner_rel",
        event.id,
        copied,
        calendar_event_id="row.id",
    )


def _start(midnight, days):
    """SQL for the start of an event: a half hour of a day, both by chance."""
    return (
        f"(timestamp '{midnight}' + {_dice('day', days)} * interval '1 day'"
        f" + interval '{_FIRST_UTC} hours'"
        f" + {_dice('start', _STARTS_A_DAY)} * interval '30 minutes')"
    )


def _dice(word, sides):
    """SQL for a number from 0, the same for a row in every database."""
    throw = f"('x' || substr(md5('{word}' || row.id), 1, 7))::bit(28)::int"
    return f"({throw} %% {sides})"


def _tokens(env, table):
    """Columns that are unique, and SQL for them."""
    names = ("video_token", "access_token")
    env.cr.execute(
        "select column_name from information_schema.columns where table_name = %s"
        " and table_schema = current_schema and column_name = any(%s)",
        [table, list(names)],
    )
    return {name: "md5(random()::text || row.id)" for (name,) in env.cr.fetchall()}
