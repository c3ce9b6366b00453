# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measuring several contestants by turns, so that a busy moment hits all of them."""

import gc
import random
import statistics
import sys
import time

ORDER = 19


def seconds(work, *values):
    """How long ``work(*values)`` takes."""
    began = time.perf_counter()
    work(*values)
    return time.perf_counter() - began


def interleaved(contestants, count, warm_up=1):
    """Each contestant's numbers: ``{name: [number of each round]}``.

    *contestants* are functions without parameters that do the work once and return a
    number. Each round runs all of them, every first in an order drawn by lot (the same
    in every run), every second in the opposite one: who comes after a contestant that
    mostly waits finds the processor's caches cold, and that should not happen to one
    more often than to another. The numbers of the first *warm_up* rounds are dropped.
    """
    found = {name: [] for name in contestants}
    names, lot = list(contestants), random.Random(ORDER)
    for number in range(warm_up + count):
        if number % 2:
            names.reverse()
        else:
            lot.shuffle(names)
        figures = turn({name: contestants[name] for name in names})
        if number >= warm_up:
            for name, figure in figures.items():
                found[name].append(figure)
        tell(f"round {number + 1} of {warm_up + count}")
    return found


def turn(contestants):
    """The number of each contestant, once, in the order given."""
    figures = {}
    for name, work in contestants.items():
        # What one leaves behind is not cleared away in another's time.
        gc.collect()
        figures[name] = work()
    return figures


def medians(found):
    """The median of each contestant's numbers."""
    return {name: statistics.median(figures) for name, figures in found.items()}


def percentile(figures, percent):
    """The smallest figure that *percent* of all do not exceed."""
    ordered = sorted(figures)
    place = -(-len(ordered) * percent // 100) - 1  # rounded up
    return ordered[max(0, int(place))]


def tell(text):
    """Says on standard error how far a benchmark is."""
    print(f"    {text}", file=sys.stderr, flush=True)
