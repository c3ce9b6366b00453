# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measures the free slots of a month in practices of several shapes."""

from benchmarks import rounds, slot_sides
from benchmarks.result import Comparison, Result, for_information, times_faster

ROUNDS = 15


def measure(name, shape, goal, options):
    """The :class:`Result` of one shape of practice."""
    count = options.rounds or ROUNDS
    with slot_sides.opened(shape) as (ours, peer):
        found = rounds.medians(
            rounds.interleaved(
                {"ours": ours.slots_ms, "peer": peer.slots_ms, "core": ours.busy_ms},
                count,
            )
        )
        detail = {
            "therapists": shape.therapists,
            "events": shape.events,
            "years": shape.years,
            "free_slots": len(ours.slots()),
            "queries": ours.queries,
            "queries_of_the_peer": peer.queries,
        }
    what = "the free slots of a month"
    comparisons = (
        Comparison(
            what,
            "ms",
            found["ours"],
            found["peer"],
            slot_sides.PEER,
            times_faster(goal),
        ),
        Comparison(
            what,
            "ms",
            found["ours"],
            found["core"],
            "core's _get_busy_calendar_events, which only names the events",
            for_information(),
        ),
    )
    return Result(name, comparisons, count, detail)
