# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create, move, rename and delete one event with two attendees, commit included.

As a therapist connected to Zoom; in the same database without our addons; and with
google_calendar connected to a stand-in that answers at once or after 300 ms. Each step
is a transaction of its own, as each click is. In our database the delivery runs after
the creation, outside the measured time, so that what is moved exists at Zoom.
"""

import contextlib
import statistics
import sys
from datetime import timedelta

from benchmarks import (
    calendar_work,
    command,
    google_peer,
    odoo_inside,
    rounds,
    simulated_zoom,
)
from benchmarks.result import Comparison, Result, at_most, for_information, times_faster
from devtools import databases, toolchain

ROUNDS = 25
WARM_UP = 3
SLOW_MS = 300
STEPS = ("create", "move", "rename", "delete")


class Calendar:
    """One therapist's calendar in one database."""

    def __init__(self, odoo, database):
        self._odoo = odoo
        self.database = database
        self.took_ms = {step: [] for step in STEPS}
        self.queries = {step: [] for step in STEPS}
        with odoo.transaction(database) as env:
            (user,), client = calendar_work.people(env)
            self.user_id, self._client_id = user.id, client.id
            self._start = calendar_work.in_days(env, 3)

    def go_through(self, between=lambda: None):
        """Does the four steps; the milliseconds of all."""
        event_id = self._step("create", self._create)
        between()
        self._step("move", self._move, event_id)
        self._step("rename", self._rename, event_id)
        self._step("delete", self._delete, event_id)
        return sum(figures[-1] for figures in self.took_ms.values())

    def _step(self, name, work, *values):
        found = []

        def transaction():
            with self._odoo.transaction(
                self.database, self.user_id, **calendar_work.QUIET
            ) as env:
                found.append(work(env, *values))

        before = self._odoo.queries()
        self.took_ms[name].append(rounds.seconds(transaction) * 1000)
        self.queries[name].append(self._odoo.queries() - before)
        return found[0]

    def _create(self, env):
        values = calendar_work.session(env.user, self._client_id, self._start)
        return env["calendar.event"].create(values).id

    def _move(self, env, event_id):
        start = self._start + timedelta(hours=1)
        values = {"start": start, "stop": start + timedelta(minutes=50)}
        env["calendar.event"].browse(event_id).write(values)

    def _rename(self, env, event_id):
        env["calendar.event"].browse(event_id).write({"name": "Another"})

    def _delete(self, env, event_id):
        env["calendar.event"].browse(event_id).unlink()


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        templates = (
            databases.prepared(tools, "demo", with_demo=True),
            databases.foundation(tools, with_demo=True),
            google_peer.database(tools),
        )
        copies = [enter(databases.copy_of(tools, one, "bench")) for one in templates]
        zoom = enter(simulated_zoom.running(tools))
        fast = enter(google_peer.stand_in(tools, 0))
        slow = enter(google_peer.stand_in(tools, SLOW_MS))
        odoo = enter(odoo_inside.opened(tools))
        ours, without, google = (Calendar(odoo, one) for one in copies)
        with odoo.transaction(ours.database) as env:
            zoom.connect(env, env["res.users"].browse(ours.user_id))
        with odoo.transaction(google.database) as env:
            google_peer.connect(env, env["res.users"].browse(google.user_id))
        found = rounds.interleaved(
            {
                "ours": lambda: ours.go_through(lambda: _deliver(odoo, ours)),
                "without": without.go_through,
                "fast": lambda: _reaching(fast, google),
                "slow": lambda: _reaching(slow, google),
            },
            count,
            warm_up=WARM_UP,
        )
        _check(odoo, zoom, google, count + WARM_UP)
    return _result(rounds.medians(found), ours, without, count)


def _deliver(odoo, calendar):
    """Lets Zoom be told, as the scheduled action does."""
    with odoo.transaction(calendar.database) as env:
        env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()


def _reaching(stand_in, calendar):
    with stand_in():
        return calendar.go_through()


def _check(odoo, zoom, google, times):
    """Both sides did what they are timed for: somebody else knows the events.

    :raises AssertionError: nobody was told
    """
    made = zoom.sim.calls(method="POST", path="/v2/users/me/meetings")
    assert len(made) == times, len(made)
    with odoo.transaction(google.database) as env:
        events = env["calendar.event"].with_context(active_test=False)
        told = events.search([("user_id", "=", google.user_id)])
        assert len(told) == 2 * times and all(told.mapped("google_id"))


def _result(medians, ours, without, count):
    core = "without our addons"
    comparisons = [
        Comparison(
            "create, move, rename, delete",
            "ms",
            medians["ours"],
            medians["without"],
            core,
            at_most(1.15),
        ),
        Comparison(
            f"the same, Google {SLOW_MS} ms away",
            "ms",
            medians["ours"],
            medians["slow"],
            "google_calendar",
            times_faster(10),
        ),
        Comparison(
            "the same, Google 0 ms away",
            "ms",
            medians["ours"],
            medians["fast"],
            "google_calendar",
            for_information(),
        ),
    ]
    for step in STEPS:
        took = (_typical(side.took_ms[step]) for side in (ours, without))
        comparisons.append(Comparison(step, "ms", *took, core, for_information()))
    queries = {
        step: [int(_typical(side.queries[step])) for side in (ours, without)]
        for step in STEPS
    }
    detail = {"queries_ours_and_without": queries, "latency_ms": SLOW_MS}
    return Result("calendar_save", tuple(comparisons), count, detail)


def _typical(figures):
    return statistics.median(figures[WARM_UP:])


if __name__ == "__main__":
    sys.exit(command.main(measure))
