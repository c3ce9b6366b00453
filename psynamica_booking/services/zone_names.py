# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people call a time zone: by its place, in their own language."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import babel.dates
from babel import Locale


@lru_cache(maxsize=4096)
def city_name(name: str, locale: Locale) -> str:
    """Return the place a zone is named after.

    :param name: of a zone there is
    """
    if name == "UTC":
        return name
    try:
        return babel.dates.get_timezone_location(name, locale, return_city=True)
    except LookupError:  # newer than what Odoo's libraries know
        return name.rsplit("/", 1)[-1].replace("_", " ")


def zone_label(zone: ZoneInfo, locale: Locale, at: datetime) -> str:
    """Return place and offset: Berlin (GMT+01:00).

    :param at: aware; when the offset is looked at
    """
    if zone.key == "UTC":
        return zone.key
    offset = babel.dates.get_timezone_gmt(at.astimezone(zone), "long", locale=locale)
    return f"{city_name(zone.key, locale)} ({offset})"
