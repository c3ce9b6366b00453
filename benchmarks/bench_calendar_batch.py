# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create 500 events in one call and move 500 in one call, commit included.

As a therapist connected to Zoom, and in the same database without our addons.
"""

import contextlib
import statistics
import sys
from datetime import timedelta

from benchmarks import calendar_work, command, odoo_inside, rounds, simulated_zoom
from benchmarks.result import Comparison, Result, at_most, at_most_more
from devtools import databases, toolchain

ROUNDS = 15
EVENTS = 500
MOST_EXTRA_QUERIES = 0.3  # an event
STEPS = ("create", "move")


class Calendar:
    """One therapist's calendar in one database."""

    def __init__(self, odoo, database):
        self._odoo = odoo
        self.database = database
        self.queries = {step: [] for step in STEPS}
        self._event_ids = []
        with odoo.transaction(database) as env:
            (user,), client = calendar_work.people(env)
            self.user_id, self._client_id = user.id, client.id
            self._start = calendar_work.in_days(env, 1)

    def create(self):
        """Makes 500 sessions; the milliseconds it took."""
        self._clear()
        return self._timed("create", self._create)

    def move(self):
        """Moves them by an hour; the milliseconds it took."""
        return self._timed("move", self._move)

    def _timed(self, step, work):
        before = self._odoo.queries()
        took_s = rounds.seconds(self._transaction, work)
        self.queries[step].append(self._odoo.queries() - before)
        return took_s * 1000

    def _transaction(self, work):
        with self._odoo.transaction(
            self.database, self.user_id, **calendar_work.QUIET
        ) as env:
            work(env)

    def _create(self, env):
        values = [
            calendar_work.session(
                env.user, self._client_id, self._start + timedelta(hours=number)
            )
            for number in range(EVENTS)
        ]
        self._event_ids = env["calendar.event"].create(values).ids

    def _move(self, env):
        start = self._start + timedelta(hours=1)
        values = {"start": start, "stop": start + timedelta(minutes=50)}
        env["calendar.event"].browse(self._event_ids).write(values)

    def _clear(self):
        self._transaction(
            lambda env: env["calendar.event"].browse(self._event_ids).unlink()
        )


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        templates = (
            databases.prepared(tools, "demo", with_demo=True),
            databases.foundation(tools, with_demo=True),
        )
        copies = [enter(databases.copy_of(tools, one, "bench")) for one in templates]
        zoom = enter(simulated_zoom.running(tools))
        odoo = enter(odoo_inside.opened(tools))
        sides = ours, without = [Calendar(odoo, one) for one in copies]
        with odoo.transaction(ours.database) as env:
            zoom.connect(env, env["res.users"].browse(ours.user_id))
        contestants = {}
        for step in STEPS:
            for name, side in zip(("ours", "without"), sides, strict=True):
                contestants[step, name] = getattr(side, step)
        # Each round creates before it moves, also when it runs in the other order.
        found = _in_pairs(contestants, count)
        _check(odoo, ours)
    return _result(rounds.medians(found), ours, without, count)


def _in_pairs(contestants, count):
    found = {name: [] for name in contestants}
    for number in range(count + 1):
        sides = ("ours", "without") if number % 2 else ("without", "ours")
        for step in STEPS:
            pair = {(step, side): contestants[step, side] for side in sides}
            for name, figure in rounds.turn(pair).items():
                if number:
                    found[name].append(figure)
        rounds.tell(f"round {number + 1} of {count + 1}")
    return found


def _check(odoo, ours):
    """:raises AssertionError: the sessions are not waiting to be told to Zoom"""
    with odoo.transaction(ours.database) as env:
        meetings = env["psynamica.zoom.meeting"]
        waiting = meetings.search_count(
            [("user_id", "=", ours.user_id), ("event_id", "!=", False)]
        )
        assert waiting == EVENTS, waiting


def _result(medians, ours, without, count):
    core = "without our addons"
    comparisons = [
        Comparison(
            f"{step} {EVENTS} events",
            "ms",
            medians[step, "ours"],
            medians[step, "without"],
            core,
            at_most(1.15),
        )
        for step in STEPS
    ]
    for step in STEPS:
        each = (
            statistics.median(side.queries[step][1:]) / EVENTS
            for side in (ours, without)
        )
        comparisons.append(
            Comparison(
                f"{step}, queries an event",
                "queries",
                *each,
                core,
                at_most_more(MOST_EXTRA_QUERIES, "queries"),
            )
        )
    return Result("calendar_batch", tuple(comparisons), count, {"events": EVENTS})


if __name__ == "__main__":
    sys.exit(command.main(measure))
