# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A series of sessions as one rule of a calendar file.

Odoo keeps a series as rows and a rule that made them.  The rows are the truth: some
were deleted since, and the rule counts from a moment of its own.  So the rule that a
client gets is built from both, and only given out when it yields exactly the rows.
Otherwise the caller sends single sessions.

Rules are wall time (RFC 5545, 3.3.10): "Tuesdays at ten" stays at ten when the clocks
change, which moments in UTC cannot say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import NamedTuple

from dateutil.rrule import rrulestr

from .ics_zone import known_zone

# Parts that say how far a rule goes: the rows say that.
_BOUNDS = ("COUNT=", "UNTIL=")


class SeriesRule(NamedTuple):
    """What stands in a calendar file for a series.

    :param rule: the value of RRULE
    :param excluded: aware; moments of the rule at which there is no session
    """

    rule: str
    excluded: tuple[datetime, ...]


def describe(slots: Iterable[datetime], zone: str, rule: str) -> SeriesRule | None:
    """Return the rule and the exceptions that yield exactly `slots`.

    :param slots: aware moments at which the series has its sessions by its rule
    :param zone: IANA name of the zone in which the wall clock shows the same hour
    :param rule: as Odoo stores it: the value of RRULE, a DTSTART line before it or not
    :return: None for fewer than two slots, or when the rule does not give them all
    """
    wall = known_zone(zone)
    pattern = _without_bounds(rule)
    moments = sorted(set(slots))
    if len(moments) < 2 or not wall or not pattern:
        return None
    local = [moment.astimezone(wall).replace(tzinfo=None) for moment in moments]
    try:
        given = rrulestr(pattern, dtstart=local[0]).between(
            local[0], local[-1], inc=True
        )
    except ValueError:
        return None
    if not set(local) <= set(given):
        return None
    until = moments[-1].astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    free = sorted(set(given) - set(local))
    return SeriesRule(
        rule=f"{pattern};UNTIL={until}",
        excluded=tuple(moment.replace(tzinfo=wall) for moment in free),
    )


def _without_bounds(rule: str) -> str:
    value = rule.strip().splitlines()[-1] if rule.strip() else ""
    parts = value.removeprefix("RRULE:").split(";")
    return ";".join(part for part in parts if part and not part.startswith(_BOUNDS))
