# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of a time zone as calendar files describe it (RFC 5545, 3.6.5).

Made from the zone's own changes.  What vobject makes by itself takes every change for
"the nth weekday of a month", which is an hour wrong for weeks in Israel or Morocco.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from vobject.base import Component

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Change(NamedTuple):
    """One turn of the clock.

    :param at: aware
    :param wall_at: naive, what the clock showed when it was turned
    :param daylight: it went to summer time
    """

    at: datetime
    wall_at: datetime
    before: timedelta
    after: timedelta
    daylight: bool
    name: str


def describe_zone(name: str, first: datetime, last: datetime) -> Component:
    """Return the VTIMEZONE of this zone for sessions from `first` to `last`.

    :param name: IANA name
    :param first: aware
    :param last: aware
    :raises ValueError: there is no such zone
    """
    zone = known_zone(name)
    if not zone:
        raise ValueError("there is no such zone")
    component = Component("VTIMEZONE")
    component.add("tzid").value = name
    # The whole years around, so that each rule has been seen working.
    start = datetime(first.year - 1, 1, 1, tzinfo=timezone.utc)
    stop = datetime(last.year + 2, 1, 1, tzinfo=timezone.utc)
    changes = list(_changes(zone, start, stop))
    if not changes or changes[0].at > first:
        _add(component, _as_at(zone, start), "")
    for daylight in (True, False):
        turns = [change for change in changes if change.daylight is daylight]
        if rule := _yearly_rule(turns, stop.year - start.year):
            _add(component, turns[0], rule)
            continue
        for turn in turns:
            _add(component, turn, "")
    return component


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of this IANA name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _changes(zone: ZoneInfo, start: datetime, stop: datetime) -> Iterator[Change]:
    day = start
    while day < stop:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            yield _change_within(zone, day, day + _DAY)
        day += _DAY


def _change_within(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    """Return the turn of the clock after `low` and not after `high`."""
    before = _offset(zone, low)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    turned = high.replace(microsecond=0)
    after = turned.astimezone(zone)
    return Change(
        at=turned,
        wall_at=(turned + before).replace(tzinfo=None),
        before=before,
        after=_offset(zone, turned),
        daylight=bool(after.dst()),
        name=after.tzname() or "",
    )


def _as_at(zone: ZoneInfo, moment: datetime) -> Change:
    """Return what the clock shows at `moment` as if it had been turned to it then."""
    offset = _offset(zone, moment)
    local = moment.astimezone(zone)
    return Change(
        at=moment,
        wall_at=local.replace(tzinfo=None),
        before=offset,
        after=offset,
        daylight=bool(local.dst()),
        name=local.tzname() or "",
    )


def _yearly_rule(turns: list[Change], years: int) -> str:
    """Return the rule that gives exactly `turns`, one a year; "" when there is none."""
    kinds = {
        (t.wall_at.month, t.wall_at.weekday(), t.wall_at.time(), t.before, t.after)
        for t in turns
    }
    if len(turns) != years or len(kinds) != 1:
        return ""
    places = set.intersection(*(_places(turn.wall_at) for turn in turns))
    if not places:
        return ""
    first = turns[0].wall_at
    day = f"{min(places)}{_WEEKDAYS[first.weekday()]}"
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={day}"


def _places(day: datetime) -> set[int]:
    """Return which of its weekdays in the month this is: 1 = first, -1 = last."""
    last = {-1} if (day + timedelta(weeks=1)).month != day.month else set()
    return {(day.day - 1) // 7 + 1} | last


def _add(component: Component, change: Change, rule: str) -> None:
    part = component.add(Component("DAYLIGHT" if change.daylight else "STANDARD"))
    part.add("dtstart").value = change.wall_at.strftime("%Y%m%dT%H%M%S")
    part.add("tzoffsetfrom").value = _offset_text(change.before)
    part.add("tzoffsetto").value = _offset_text(change.after)
    if change.name:
        part.add("tzname").value = change.name
    if rule:
        part.add("rrule").value = rule


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _offset_text(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
