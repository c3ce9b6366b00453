# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which events get a video room by themselves."""

from __future__ import annotations

from typing import Literal

Rule = Literal["others", "always", "never"]


def wants_room(
    rule: Rule, *, other_attendees: int, allday: bool, is_past: bool
) -> bool:
    """Return whether an event gets a room without being asked for one.

    :param rule: the user's choice: with other people, always, never
    :param other_attendees: how many besides the organiser
    :raises ValueError: there is no such rule
    """
    if rule not in ("others", "always", "never"):
        raise ValueError("there is no such rule")
    if allday or is_past or rule == "never":
        return False
    return rule == "always" or other_attendees > 0
