# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Our meetings as they are at Zoom against what they should be.

Who is right is decided by what Zoom was told last: a meeting that differs from it was
changed at Zoom by its host, and only people may decide about that, for a client knows
the time in the calendar.  What Zoom was told last and does not have is told again.

Compared are time and length.  Topic and settings are the host's to change at Zoom: a
client's appointment is the same under another name.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

_CLOCK_STEP = timedelta(seconds=1)  # Odoo's moments have whole seconds, cut off


class Verdict(enum.Enum):
    LEFT_ALONE = "left_alone"  # a delivery is at work on it, or a person was asked
    AGREES = "agrees"
    MISSING = "missing"  # it was never made
    DELETED = "deleted"  # it was there, and its host has deleted it
    MOVED = "moved"  # its host has changed time or length
    UNDELIVERED = "undelivered"  # it is not what was wanted before the last change
    LOST = "lost"  # made, but the row does not know it
    UNWANTED = "unwanted"  # nobody wants it any more
    ORPHAN = "orphan"  # no row knows it, or the row has another


class Times(NamedTuple):
    """When a meeting begins (aware) and how long it lasts; None = not known."""

    start_at: datetime | None
    minutes: int | None


class Row(NamedTuple):
    """One of our rows.

    :param zoom_id: "" when it knows of no meeting
    :param unique: the row's own part of its marker
    :param is_wanted: Zoom should have a meeting for it
    :param is_busy: somebody else is at work on it: whatever is found says nothing
    :param desired: None unless `is_wanted`
    :param told: what Zoom was told last
    :param told_before: what Zoom was told before that
    """

    key: int
    zoom_id: str
    unique: str
    is_wanted: bool
    is_busy: bool
    desired: Times | None
    told: Times | None
    told_before: Times | None


class Found(NamedTuple):
    """One meeting at Zoom.

    :param unique: of a marker of this database; "" for what is not ours
    :param is_over: its planned time has passed: too late to delete it
    """

    zoom_id: str
    unique: str
    times: Times
    is_over: bool = False


class Finding(NamedTuple):
    """:param key: of the row; None for a meeting without one"""

    verdict: Verdict
    key: int | None
    found: Found | None = None


class Hint(NamedTuple):
    """What one notification says about a meeting.

    :param happened_at: aware; None when Zoom does not say
    :param is_deleted: None = it says nothing about that
    """

    happened_at: datetime | None
    is_deleted: bool | None
    times: Times


def compare(rows: Sequence[Row], meetings: Iterable[Found]) -> list[Finding]:
    """Return what is to be said about each row and about each meeting of ours.

    :param rows: those that should be at Zoom, and those that markers at Zoom name
    :param meetings: all upcoming ones of the account
    """
    there = {meeting.zoom_id: meeting for meeting in meetings}
    known = {row.zoom_id for row in rows}
    spare: dict[str, list[Found]] = {}
    for meeting in there.values():
        if meeting.unique and meeting.zoom_id not in known:
            spare.setdefault(meeting.unique, []).append(meeting)
    findings = []
    for row in rows:
        others = spare.pop(row.unique, [])
        finding = _of_row(row, there.get(row.zoom_id), others)
        findings.append(finding)
        rest = [one for one in others if one is not finding.found]
        findings += _strays(rest, row.is_busy)
    for others in spare.values():
        findings += _strays(others, False)
    return findings


def judge(row: Row, meeting: Found | None) -> Verdict:
    """Return what is to be said about a row whose meeting was asked for.

    :param meeting: None = Zoom has none under this row's number
    """
    if row.is_busy:
        return Verdict.LEFT_ALONE
    if not row.is_wanted:
        return Verdict.UNWANTED if meeting else Verdict.AGREES
    if meeting is None:
        return Verdict.DELETED if row.zoom_id else Verdict.MISSING
    if row.desired and _is_same(meeting.times, row.desired):
        return Verdict.AGREES
    ours = [times for times in (row.told, row.told_before) if times]
    if not row.told or any(_is_same(meeting.times, times) for times in ours):
        return Verdict.UNDELIVERED
    return Verdict.MOVED


def from_hints(
    told: Times | None, told_at: datetime | None, hints: Iterable[Hint]
) -> Times | None:
    """Return what a meeting is now, by notifications alone; None = deleted.

    For want of the permission to read it.  What happened before Zoom was told last was
    overwritten by that, and includes the echo of what was told.

    :param told: what Zoom was told last
    :param told_at: aware
    """
    news = [hint for hint in hints if hint.happened_at]
    if told_at:
        news = [one for one in news if one.happened_at > told_at + _CLOCK_STEP]
    start_at, minutes = told or Times(None, None)
    is_deleted = False
    for hint in sorted(news, key=lambda hint: hint.happened_at):
        if hint.is_deleted is not None:
            is_deleted = hint.is_deleted
        start_at = hint.times.start_at or start_at
        minutes = hint.times.minutes or minutes
    return None if is_deleted else Times(start_at, minutes)


def _of_row(row: Row, meeting: Found | None, others: Sequence[Found]) -> Finding:
    verdict = judge(row, meeting)
    if verdict in (Verdict.MISSING, Verdict.DELETED):
        living = [one for one in others if not one.is_over]
        if living:
            return Finding(Verdict.LOST, row.key, living[0])
    if verdict is Verdict.UNWANTED and meeting and meeting.is_over:
        return Finding(Verdict.AGREES, row.key, meeting)
    return Finding(verdict, row.key, meeting)


def _strays(meetings: Iterable[Found], is_busy: bool) -> list[Finding]:
    verdict = Verdict.LEFT_ALONE if is_busy else Verdict.ORPHAN
    return [Finding(verdict, None, one) for one in meetings if not one.is_over]


def _is_same(one: Times, other: Times) -> bool:
    """Return whether two times agree, as far as both are known, to the minute.

    Zoom's own pages know no seconds.
    """
    if one.minutes and other.minutes and one.minutes != other.minutes:
        return False
    if not (one.start_at and other.start_at):
        return True
    return _minute(one.start_at) == _minute(other.start_at)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
