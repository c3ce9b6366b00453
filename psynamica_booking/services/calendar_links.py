# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses that open a calendar on the web with an entry filled in.

Neither vendor documents them as an interface; both have kept them for years, and their
own "add to calendar" buttons use them.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from .periods import as_utc

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


class Entry(NamedTuple):
    """What the calendar is to hold.

    :param start: aware, as is `stop`
    :param place: an address or a link, perhaps nothing
    """

    title: str
    start: datetime
    stop: datetime
    place: str = ""
    text: str = ""


def google_link(entry: Entry) -> str:
    """Return the address that adds this entry to Google's calendar."""
    times = (as_utc(moment) for moment in (entry.start, entry.stop))
    fields = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": "/".join(f"{moment:%Y%m%dT%H%M%SZ}" for moment in times),
        "details": entry.text,
        "location": entry.place,
    }
    return f"{_GOOGLE}?{urlencode(fields)}"


def outlook_link(entry: Entry) -> str:
    """Return the address that adds this entry to Outlook's calendar on the web."""
    fields = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": entry.title,
        "startdt": f"{as_utc(entry.start):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{as_utc(entry.stop):%Y-%m-%dT%H:%M:%SZ}",
        "body": entry.text,
        "location": entry.place,
    }
    return f"{_OUTLOOK}?{urlencode(fields)}"
