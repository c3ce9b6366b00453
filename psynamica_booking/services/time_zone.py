# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The visitor's time zone, as a browser names it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# Files beside the zones that are no place on earth: what this server is set to.
_NO_ZONES = {"Factory", "localtime", "posixrules"}

# Browsers keep a zone's first name for ever (CLDR: "canonical" identifiers); a machine
# without the tz database's `backward` file knows the present one only.
_PRESENT_NAMES = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Catamarca": "America/Argentina/Catamarca",
    "America/Cordoba": "America/Argentina/Cordoba",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Jujuy": "America/Argentina/Jujuy",
    "America/Louisville": "America/Kentucky/Louisville",
    "America/Mendoza": "America/Argentina/Mendoza",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}


def visitor_zone(name: object) -> ZoneInfo | None:
    """Return the zone of this name, None when there is none.

    :param name: anything a stranger may send; it never becomes part of a path
    """
    if not isinstance(name, str):
        return None
    for candidate in (name, _PRESENT_NAMES.get(name)):
        if candidate in _known_names():
            return ZoneInfo(candidate)
    return None


def offset_differs(zone_a: ZoneInfo, zone_b: ZoneInfo, at: datetime) -> bool:
    """Return whether the clocks of the two zones differ at this moment.

    :param at: aware
    """
    return at.astimezone(zone_a).utcoffset() != at.astimezone(zone_b).utcoffset()


@lru_cache(maxsize=1)
def _known_names() -> frozenset[str]:
    # Asked once: the answer is read from the disk each time.
    return frozenset(available_timezones() - _NO_ZONES)
