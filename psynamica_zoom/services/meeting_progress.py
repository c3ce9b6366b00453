# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a meeting has run, from notifications in any order, also told twice.

Zoom names each run by its own uuid, so that an `ended` that comes ten seconds after
the next `started` ends the run it means.  Source: Zoom, webhooks, ordering is not
guaranteed; `meeting.started` and `meeting.ended`.

Only moments: who was there is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MOST_RUNS = 20  # of one meeting; a host who goes in and out more often is not followed

#: uuid → [began, ended], moments as text that sorts by time; "" = not known
Runs = Mapping[str, list[str]]


class Run(NamedTuple):
    """One run; moments as they were given, "" = not known."""

    started_at: str
    ended_at: str


def noted(
    runs: Runs, uuid: str, started_at: str, ended_at: str
) -> dict[str, list[str]]:
    """Return `runs` with what one notification says.

    What was known stays: a notification that comes late takes nothing back.

    :param started_at: "" when the notification does not say
    :param ended_at: "" of a run that has not ended yet
    """
    known = dict(runs)
    if uuid not in known and len(known) >= MOST_RUNS:
        return known
    before = known.get(uuid, ["", ""])
    known[uuid] = [
        min(filter(None, (before[0], started_at)), default=""),
        max(before[1], ended_at),
    ]
    return known


def in_order(runs: Runs) -> list[Run]:
    """Return the runs, the earliest first."""
    told = [Run(*pair) for pair in runs.values()]
    return sorted(told, key=lambda run: (run.started_at or run.ended_at, run.ended_at))


def running(runs: Runs) -> Run | None:
    """Return the run that is on.

    Only the latest can be: one host cannot be in the same meeting twice, so of an
    earlier one the `ended` was lost.
    """
    told = in_order(runs)
    return told[-1] if told and not told[-1].ended_at else None
