# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a Zoom account has more sessions at a time than it can hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

# Zoom, support, "Hosting concurrent meetings": a licensed user hosts two meetings at a
# time, a Basic user one.  A plan we may not read counts as Basic: one warning too many
# is a smaller harm than a client before a closed door.
_MOST_AT_ONCE = {"licensed": 2}
_MOST_OTHERWISE = 1


class Span(NamedTuple):
    """From a moment to a moment, the end not included."""

    start_at: datetime
    stop_at: datetime


def most_at_once(plan: str | None) -> int:
    """Return how many meetings an account of this plan can hold at a time."""
    return _MOST_AT_ONCE.get(plan or "", _MOST_OTHERWISE)


def clash(session: Span, others: Iterable[Span], most: int) -> list[Span]:
    """Return who else is on when there are first too many; [] when there never are.

    Back to back is no overlap.

    :param others: the other sessions of the same account
    :param most: how many the account can hold at a time
    """
    near = [
        other
        for other in others
        if max(other.start_at, session.start_at) < min(other.stop_at, session.stop_at)
    ]
    # The number of sessions that are on rises only where one begins.
    moments = {max(other.start_at, session.start_at) for other in near}
    for moment in sorted(moments):
        present = [other for other in near if other.start_at <= moment < other.stop_at]
        if len(present) >= most:
            return sorted(present)
    return []
