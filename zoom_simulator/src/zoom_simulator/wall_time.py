# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Moments as people at a meeting's place read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from .entities import Meeting


def local(moment: float, zone: str) -> datetime:
    """Return Unix seconds as an aware moment in a zone."""
    return datetime.fromtimestamp(moment, ZoneInfo(zone))


def in_words(meeting: Meeting) -> str:
    """Return when a meeting is planned, in its own zone."""
    if meeting.start_at is None:
        return "now (instant meeting)"
    at = local(meeting.start_at, meeting.timezone)
    return f"{at:%A}, {at.day} {at:%B %Y}, {at:%H:%M}"


def for_field(meeting: Meeting) -> str:
    """Return the planned start as `datetime-local` fields take it."""
    if meeting.start_at is None:
        return ""
    return local(meeting.start_at, meeting.timezone).strftime("%Y-%m-%dT%H:%M")
