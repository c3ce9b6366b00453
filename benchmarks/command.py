# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all benchmarks have in common as programs."""

import argparse
import contextlib
import signal
import sys

from devtools import say


def main(measure):
    """Runs ``measure(options)``, which gives a Result, and prints it; the exit code.

    The last line printed is the JSON; with ``--json`` it is the only one on standard
    output. ``options.rounds`` is ``None`` or the number of rounds asked for.
    A goal that is not reached is no failure: it was measured.
    """
    signal.signal(signal.SIGTERM, _leave)
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    parser.add_argument("--rounds", type=int, help="how often everything is measured")
    options = parser.parse_args()
    try:
        # Servers and databases tell about themselves on standard output.
        with contextlib.redirect_stdout(sys.stderr):
            result = measure(options)
    except say.DevError as error:
        say.failure(error)
        return 1
    if not options.json:
        _show(result)
    print(result.as_json(), flush=True)
    return 0


def _leave(number, _frame):
    """A polite end from outside runs the same clean-up as Ctrl-C."""
    raise SystemExit(128 + number)


def _show(result):
    for one in result.comparisons:
        figures = one.as_dict()
        words = "{what}: {ours} {unit}, {peer_name}: {peer} {unit}".format(**figures)
        if figures["ratio"] is not None:
            words += f", {figures['ratio']} ×"
        if one.holds is not None:
            words += f" (goal {figures['goal']}: {'holds' if one.holds else 'MISSED'})"
        print(f"    {words}")
