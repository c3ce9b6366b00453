# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measures the free slots of a month in practices of several shapes."""

from benchmarks import rounds, slot_sides
from benchmarks.result import Comparison, Result, for_information, times_faster

ROUNDS = 15


def measure(name, shapes, goal, options):
    """The :class:`Result` of practices of these shapes; the first is shown first."""
    count = options.rounds or ROUNDS
    comparisons, details = [], []
    with slot_sides.opened(shapes) as pairs:
        contestants = {}
        for shape, (ours, peer) in zip(shapes, pairs, strict=True):
            contestants[shape, "ours"] = ours.slots_ms
            contestants[shape, "peer"] = peer.slots_ms
            contestants[shape, "core"] = ours.busy_ms
        found = rounds.medians(rounds.interleaved(contestants, count))
        for shape, pair in zip(shapes, pairs, strict=True):
            comparisons += _comparisons(shape, found, goal)
            details.append(_detail(shape, *pair))
    comparisons.sort(key=lambda one: one.holds is None)
    return Result(name, tuple(comparisons), count, {"practices": details})


def _comparisons(shape, found, goal):
    what = f"free slots of a month, events of {shape.years} year(s)"
    ours = found[shape, "ours"]
    core = "core's _get_busy_calendar_events, which only names the events"
    yield Comparison(
        what,
        "ms",
        ours,
        found[shape, "peer"],
        slot_sides.PEER,
        times_faster(goal),
    )
    yield Comparison(what, "ms", ours, found[shape, "core"], core, for_information())


def _detail(shape, ours, peer):
    return {
        "therapists": shape.therapists,
        "events": shape.events,
        "years": shape.years,
        "free_slots": len(ours.slots()),
        "queries": ours.queries,
        "queries_of_the_peer": peer.queries,
    }
