# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One month of free slots of one therapist who has 10 000 events.

The peer is resource_booking, with the same people, hours and events in a database of
its own; both find the same starts.

Over five years these are a therapist's full days. Over one year they are far more than
one person can hold: hardly anything is free, and each event costs.
"""

import sys

from benchmarks import command, slot_results
from benchmarks.slot_practice import Shape

SHAPES = (Shape(therapists=1, years=5), Shape(therapists=1, years=1))
TIMES_FASTER = 4


def measure(options):
    """The :class:`Result`."""
    return slot_results.measure("slots_one", SHAPES, TIMES_FASTER, options)


if __name__ == "__main__":
    sys.exit(command.main(measure))
