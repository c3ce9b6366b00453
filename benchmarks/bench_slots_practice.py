# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One month of free slots of 20 therapists who have 10 000 events together.

The peer is resource_booking, with the same people, hours and events in a database of
its own; both find the same starts.
"""

import sys

from benchmarks import command, slot_results
from benchmarks.slot_practice import Shape

SHAPES = (Shape(therapists=20, years=1),)
TIMES_FASTER = 8


def measure(options):
    """The :class:`Result`."""
    return slot_results.measure("slots_practice", SHAPES, TIMES_FASTER, options)


if __name__ == "__main__":
    sys.exit(command.main(measure))
