# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month of free days and a day of free times, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from odoo.http import request

from ..services import month as months
from ..services.month import Month
from ..services.periods import Period
from ..services.time_zone import offset_differs
from .book_offer import Offer
from .book_page import Visitor
from .book_words import Words, zone_choices

AHEAD = timedelta(days=62)  # how far the next free time is looked for
TIMES = "times"  # where the times are on the page


@dataclass
class _View:
    """One look at one month."""

    visitor: Visitor
    offer: Offer
    words: Words
    month: Month
    reach: months.Reach
    slots: dict
    chosen: date | None
    ignored: Any

    @property
    def zone(self) -> ZoneInfo:
        return self.words.zone

    def link(self, **query: object) -> str:
        return self.visitor.link(self.offer.path, **query)


def month_values(
    visitor: Visitor, offer: Offer, held: Any, *, opens_on: date | None = None
) -> dict:
    """Return what the page of an offer shows.

    Asks the database the same few questions whatever the month and however many give
    the service.

    :param held: the visitor's own hold, which is not in the visitor's way
    :param opens_on: what to show while the visitor has chosen no day or month
    """
    view = _look(visitor, offer, held, opens_on)
    days = months.by_day(view.slots, view.zone)
    first = next(iter(view.slots), None)
    later = None if view.slots else _first_later(view)
    if view.chosen not in days:
        view.chosen = _nearest_day(days, view.chosen)
    return {
        "month_title": view.words.month(view.month.first),
        "previous": _other_month(view, view.month.previous),
        "next": _other_month(view, view.month.next),
        "weekdays": view.words.weekdays(),
        "weeks": [
            [_cell(view, day, days) for day in week]
            for week in view.month.weeks(view.words.week_start)
        ],
        "chosen_day": view.words.day(view.chosen) if view.chosen else "",
        "times": [
            time_values(view.words, offer, slot, view.slots[slot])
            for slot in days.get(view.chosen, ())
        ],
        "soonest": first and time_values(view.words, offer, first, view.slots[first]),
        "later": later
        and {
            "label": view.words.on(later),
            "link": _day_link(view, later.astimezone(view.zone).date()),
        },
        "is_first_look": not request.httprequest.args.get("day"),
        "month_iso": str(view.month),
        "chosen_iso": view.chosen and view.chosen.isoformat(),
        "asked_lang": request.httprequest.args.get("lang"),
        **zone_values(view.words),
    }


def zone_values(words: Words) -> dict:
    """Return the visitor's zone, and all others to choose from."""
    choices = zone_choices(words.locale, datetime.now(timezone.utc))
    key = words.zone.key
    if key not in {name for name, _label in choices}:
        choices = [(key, words.city()), *choices]
    return {"zone": key, "zone_city": words.city(), "zone_choices": choices}


def chosen_values(
    words: Words, start: datetime, minutes: int, theirs: ZoneInfo
) -> dict:
    """Return a time that was chosen, from beginning to end, in both zones.

    :param start: aware
    :param theirs: the therapist's zone
    """
    differs = offset_differs(words.zone, theirs, start)
    return {
        "value": months.write_start(start),
        "on": words.on(start),
        "span": words.span(start, minutes),
        "minutes": minutes,
        "zone": words.zone_label(start),
        "their_span": words.span(start, minutes, theirs) if differs else "",
        "their_city": words.city(theirs) if differs else "",
    }


def time_values(words: Words, offer: Offer, slot: datetime, user_ids: list) -> dict:
    """Return one time to choose: for the visitor, and for the therapist if it differs.

    :param slot: aware
    :param user_ids: who is free then; empty = whoever gives the service
    """
    theirs = their_zone(offer, user_ids)
    differs = offset_differs(words.zone, theirs, slot)
    return {
        "value": months.write_start(slot),
        "time": words.time(slot),
        "when": words.when(slot),
        "their_time": words.time(slot, theirs) if differs else "",
        "their_city": words.city(theirs) if differs else "",
    }


def their_zone(offer: Offer, user_ids: list) -> ZoneInfo:
    """Return the zone of whoever of `user_ids` gives this; of the first one else."""
    user = offer.users.filtered(lambda one: one.id in user_ids)[:1]
    return offer.zone_of(user or offer.users[:1])


def _look(visitor: Visitor, offer: Offer, held: Any, opens_on: date | None) -> _View:
    asked = request.httprequest.args
    zone = visitor.zone or offer.zone
    horizon = timedelta(days=offer.service.horizon_days)
    reach = months.reach(offer.service._now(), horizon, zone)
    day = months.read_day(asked.get("day"))
    month = months.month_of(day) if day else months.read_month(asked.get("month"))
    is_first_look = not month
    if is_first_look and opens_on:
        day, month = opens_on, months.month_of(opens_on)
    view = _View(
        visitor=visitor,
        offer=offer,
        words=visitor.words(zone),
        month=reach.clamp(month or reach.first),
        reach=reach,
        slots={},
        chosen=day,
        ignored=held,
    )
    view.slots = _slots(view, view.month.period(zone))
    if not view.slots and is_first_look:
        _turn_to_the_first_free_month(view)
    return view


def _nearest_day(days: dict, wish: date | None) -> date | None:
    """Return the first free day from `wish` on, or the first of all."""
    later = (day for day in days if wish and day > wish)
    return next(later, next(iter(days), None))


def _turn_to_the_first_free_month(view: _View) -> None:
    later = _first_later(view)
    if not later and view.month > view.reach.first:
        # Nothing after the month that was to be shown: perhaps before it.
        view.month = view.reach.first
        view.slots = _slots(view, view.month.period(view.zone))
        later = None if view.slots else _first_later(view)
    if later:
        view.month = months.month_of(later.astimezone(view.zone).date())
        view.slots = _slots(view, view.month.period(view.zone))


def _first_later(view: _View) -> datetime | None:
    begin = view.month.period(view.zone).stop
    return next(iter(_slots(view, Period(begin, begin + AHEAD))), None)


def _slots(view: _View, window: Period) -> dict:
    return view.offer.service._public_slots(view.offer.users, window, view.ignored)


def _other_month(view: _View, month: Month) -> dict | None:
    if not view.reach.first <= month <= view.reach.last:
        return None
    return {"title": view.words.month(month.first), "link": view.link(month=month)}


def _cell(view: _View, day: date | None, days: dict) -> dict | None:
    if day is None:
        return None
    count = len(days.get(day, ()))
    return {
        "number": day.day,
        "label": view.words.day(day),
        "count": count,
        "link": _day_link(view, day) if count else "",
        "is_chosen": day == view.chosen,
    }


def _day_link(view: _View, day: date) -> str:
    return f"{view.link(day=day.isoformat())}#{TIMES}"
