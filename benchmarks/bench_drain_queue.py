# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""300 meetings of 20 therapists by jobs: one server and two, on one database.

Each therapist has a Zoom account of their own, and Zoom takes 200 ms an answer. The
peer is our own scheduled action on one server. All servers share this one machine, so
two are only faster as far as it has processors for both: the figure says what sharing
the work costs.
"""

import contextlib
import functools
import sys

from benchmarks import command, rounds
from benchmarks.result import (
    Comparison,
    Result,
    at_least,
    below,
    for_information,
)
from devtools import queue_drain
from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

THERAPISTS = 20
EACH = 15
LATENCY_S = 0.2
ROUNDS = 2
LONGEST_S = 600
SIDES = {
    "scheduled action": {},
    "jobs, 1 server": {"queue": True},
    "jobs, 2 servers": {"queue": True, "hosts": 2},
}


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        drains = {name: _started(cleanup, **wanted) for name, wanted in SIDES.items()}
        rates = rounds.medians(
            rounds.interleaved(
                {name: functools.partial(_drain, one) for name, one in drains.items()},
                count,
                warm_up=0,
            )
        )
        refused = sum(_refused(drain) for drain in drains.values())
    cron, one, two = (rates[name] for name in SIDES)
    comparisons = (
        Comparison(
            "one server", "meetings/s", one, cron, "the scheduled action", at_least(0.8)
        ),
        Comparison(
            "two servers",
            "meetings/s",
            two,
            one,
            "jobs on one server",
            for_information(),
        ),
        Comparison(
            "refused as too fast", "calls", refused, 0, "none", below(1, "calls")
        ),
    )
    detail = {
        "meetings": THERAPISTS * EACH,
        "therapists": THERAPISTS,
        "latency_ms": LATENCY_S * 1000,
    }
    return Result("drain --queue", comparisons, count, detail)


def _started(cleanup, **wanted):
    """A practice of its own, ready to be drained; *cleanup* ends it."""
    stack = cleanup.enter_context(start_stack(log_level="warn", **wanted))
    sim = SimClient(stack.simulator_url, str(stack.ca_file))
    cleanup.callback(sim.close)
    drain = queue_drain.Drain(stack, sim, THERAPISTS, queue_drain.AN_ACCOUNT_EACH)
    cleanup.enter_context(drain)
    if "queue" in wanted:
        drain.wait_for_runner()
    sim.latency(LATENCY_S)
    sim.settings(create_is_medium=True)
    return drain


def _drain(drain):
    before = drain.ready()
    drain.begin(THERAPISTS * EACH)
    took_s = drain.wait_until(lambda: not drain.left(), LONGEST_S, "tell Zoom")
    assert drain.ready() == before + THERAPISTS * EACH
    return THERAPISTS * EACH / took_s


def _refused(drain):
    """How many calls Zoom refused because they came too fast."""
    calls = drain.sim.calls(path="/v2/.*")
    return sum(call["status"] == 429 for call in calls)


if __name__ == "__main__":
    sys.exit(command.main(measure))
