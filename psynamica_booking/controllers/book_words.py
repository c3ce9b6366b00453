# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days, times and zones as the visitor writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import babel.dates
import pytz
from babel import Locale

from odoo.api import Environment
from odoo.tools.misc import babel_locale_parse

from odoo.addons.psynamica_zoom.controllers.public_page import clock_pattern

from ..services.zone_names import city_name, zone_label


class Words(NamedTuple):
    """How one visitor reads moments.

    :param week_start: ISO weekday on which weeks begin
    """

    locale: Locale
    zone: ZoneInfo
    clock: str
    week_start: int

    @classmethod
    def of(cls, env: Environment, lang: str, zone: ZoneInfo) -> Words:
        """Return the words of a language, with the clock the practice chose for it."""
        data = env["res.lang"]._get_data(code=lang)
        return cls(
            locale=babel_locale_parse(lang),
            zone=zone,
            clock=clock_pattern(data),
            week_start=int(data.week_start or 7),
        )

    def day(self, day: date) -> str:
        """Return a day without its year, as it stands alone: Tuesday, November 24."""
        return _first_upper(self._day(day))

    def month(self, day: date) -> str:
        """Return a month with its year: November 2026."""
        return _first_upper(
            babel.dates.format_skeleton("yMMMM", day, locale=self.locale)
        )

    def weekdays(self) -> list[tuple[str, str]]:
        """Return short and long names of the weekdays, in the order of the week."""
        short = babel.dates.get_day_names("abbreviated", "stand-alone", self.locale)
        long = babel.dates.get_day_names("wide", "stand-alone", self.locale)
        order = [(self.week_start - 1 + index) % 7 for index in range(7)]
        return [(short[index], long[index]) for index in order]

    def time(self, moment: datetime, zone: ZoneInfo | None = None) -> str:
        """Return the time on the wall of `zone` (default: the visitor's).

        :param moment: aware
        """
        zone = zone or self.zone
        return babel.dates.format_time(
            moment.astimezone(zone), self.clock, tzinfo=zone, locale=self.locale
        )

    def when(self, start: datetime, zone: ZoneInfo | None = None) -> str:
        """Return day and time, as they stand alone: Tuesday, November 24, 10:00.

        :param start: naive UTC, or aware
        """
        return _first_upper(self.on(start, zone))

    def on(self, start: datetime, zone: ZoneInfo | None = None) -> str:
        """Return the same inside a sentence, where Russian days begin small.

        :param start: naive UTC, or aware
        """
        zone = zone or self.zone
        moment = _aware(start)
        day = self._day(moment.astimezone(zone).date())
        return f"{day}, {self.time(moment, zone)}"

    def span(self, start: datetime, minutes: int, zone: ZoneInfo | None = None) -> str:
        """Return all of it: Tuesday, November 24, 2026, 10:00 – 10:50.

        :param start: naive UTC, or aware
        """
        zone = zone or self.zone
        begin = _aware(start)
        day = babel.dates.format_date(
            begin.astimezone(zone).date(), "full", self.locale
        )
        end = self.time(begin + timedelta(minutes=minutes), zone)
        return _first_upper(f"{day}, {self.time(begin, zone)} – {end}")

    def city(self, zone: ZoneInfo | None = None) -> str:
        """Return the place a zone is named after, in the visitor's language."""
        return city_name((zone or self.zone).key, self.locale)

    def zone_label(self, start: datetime) -> str:
        """Return the visitor's zone in words, as it is then: Berlin (GMT+01:00).

        :param start: naive UTC, or aware
        """
        return zone_label(self.zone, self.locale, _aware(start))

    def _day(self, day: date) -> str:
        return babel.dates.format_date(day, _day_pattern(self.locale), self.locale)


def zone_choices(locale: Locale, now: datetime) -> list[tuple[str, str]]:
    """Return the names of the zones of the world and how they are called, in order.

    :param now: aware; for the offsets
    """
    return _zone_choices(locale, now.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=16)
def _zone_choices(locale: Locale, now: datetime) -> list[tuple[str, str]]:
    choices = []
    for name in pytz.common_timezones:
        if "/" not in name or name.startswith(("US/", "Canada/")):
            continue  # the same zones under older names
        zone = ZoneInfo(name)
        choices.append((zone_label(zone, locale, now), name))
    return [
        (name, label)
        for label, name in sorted([*choices, ("UTC", "UTC")], key=lambda c: c[0])
    ]


@lru_cache(maxsize=64)
def _day_pattern(locale: Locale) -> str:
    """Return the long way to write a day, without a year at its end."""
    full = babel.dates.get_date_format("full", locale).pattern
    return re.sub(r"(.)(?:\s*'[^']*')?[,\s]*y.*$", r"\1", full)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
