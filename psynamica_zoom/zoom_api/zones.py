# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Time zones that Zoom knows.

Zoom: abbreviation lists, time zones.  A wall-clock time in a zone that is not on the
list may be read in another zone, which moves the meeting by hours; such a time is
sent in UTC instead (see `meeting_request`).
"""

from __future__ import annotations

_AFRICA = """
    Africa/Algiers Africa/Bangui Africa/Cairo Africa/Casablanca Africa/Djibouti
    Africa/Harare Africa/Johannesburg Africa/Khartoum Africa/Mogadishu Africa/Nairobi
    Africa/Nouakchott Africa/Tripoli Africa/Tunis
"""
_AMERICA = """
    America/Anchorage America/Araguaina America/Argentina/Buenos_Aires America/Bogota
    America/Caracas America/Chicago America/Costa_Rica America/Denver America/Edmonton
    America/El_Salvador America/Godthab America/Guatemala America/Halifax
    America/Indianapolis America/Lima America/Los_Angeles America/Managua
    America/Mazatlan America/Mexico_City America/Montevideo America/Montreal
    America/New_York America/Panama America/Phoenix America/Puerto_Rico America/Regina
    America/Santiago America/Sao_Paulo America/St_Johns America/Tegucigalpa
    America/Tijuana America/Vancouver America/Winnipeg Canada/Atlantic
"""
_ASIA = """
    Asia/Aden Asia/Almaty Asia/Amman Asia/Baghdad Asia/Bahrain Asia/Baku Asia/Bangkok
    Asia/Beirut Asia/Calcutta Asia/Dacca Asia/Damascus Asia/Dhaka Asia/Dubai
    Asia/Hong_Kong Asia/Irkutsk Asia/Jakarta Asia/Jerusalem Asia/Kabul Asia/Kamchatka
    Asia/Kathmandu Asia/Kolkata Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuwait
    Asia/Magadan Asia/Muscat Asia/Nicosia Asia/Novosibirsk Asia/Qatar Asia/Riyadh
    Asia/Saigon Asia/Seoul Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent
    Asia/Tehran Asia/Tokyo Asia/Vladivostok Asia/Yakutsk Asia/Yekaterinburg
"""
_EUROPE = """
    Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Brussels
    Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki
    Europe/Istanbul Europe/Kiev Europe/Lisbon Europe/London Europe/Luxembourg
    Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Rome
    Europe/Sofia Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich
"""
_SEAS = """
    Atlantic/Azores Atlantic/Cape_Verde Atlantic/Reykjavik Australia/Adelaide
    Australia/Brisbane Australia/Darwin Australia/Hobart Australia/Perth
    Australia/Sydney Etc/Greenwich Pacific/Apia Pacific/Auckland Pacific/Fiji
    Pacific/Honolulu Pacific/Midway Pacific/Noumea Pacific/Pago_Pago
    Pacific/Port_Moresby UTC
"""
KNOWN = frozenset(" ".join((_AFRICA, _AMERICA, _ASIA, _EUROPE, _SEAS)).split())

#: the same clock under a name that is on the list
SAME_CLOCK = {
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Nuuk": "America/Godthab",
    "America/Toronto": "America/New_York",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Tomsk": "Asia/Novosibirsk",
    "Australia/Melbourne": "Australia/Sydney",
    "Europe/Bratislava": "Europe/Prague",
    "Europe/Kyiv": "Europe/Kiev",
    "Europe/Ljubljana": "Europe/Belgrade",
    "Europe/Minsk": "Europe/Moscow",
    "Europe/Riga": "Europe/Helsinki",
    "Europe/Simferopol": "Europe/Moscow",
    "Europe/Tallinn": "Europe/Helsinki",
    "Europe/Vilnius": "Europe/Helsinki",
    "Europe/Zagreb": "Europe/Belgrade",
}


def known_as(name: str) -> str | None:
    """Return Zoom's name of this zone, None when it has none."""
    if name in KNOWN:
        return name
    return SAME_CLOCK.get(name)
