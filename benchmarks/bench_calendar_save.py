# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create, move, rename and delete one event with two attendees, commit included.

As a therapist connected to Zoom; in the same database without our addons; and with
google_calendar connected to a stand-in that answers at once or after 300 ms. Each step
is a transaction of its own, as each click is. In our database the delivery runs after
the creation and after the move, outside the measured time, so that what is moved exists
at Zoom, and what is deleted has the messages that people were sent.

Once as people do it: the client is mailed, over a real SMTP connection. With Zoom the
delivery makes the mails of the invitation, when there is a link, and of the move;
google_calendar leaves mails to Google. And once with mails switched off everywhere, so
that nothing is measured but the work of saving.
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
    post_office,
    rounds,
    simulated_zoom,
)
from benchmarks.result import Comparison, Result, at_most, for_information, times_faster
from devtools import databases, toolchain

ROUNDS = 25
WARM_UP = 3
SLOW_MS = 300
STEPS = ("create", "move", "rename", "delete")
CORE, GOOGLE = "without our addons", "google_calendar"


class Calendar:
    """One therapist's calendar in one database, with mails or without."""

    def __init__(self, odoo, database, context):
        self._odoo = odoo
        self._context = context
        self.database = database
        self.took_ms = {step: [] for step in STEPS}
        self.queries = {step: [] for step in STEPS}
        with odoo.transaction(database) as env:
            prefix = "quiet" if context else "mailing"
            (user,), client = calendar_work.people(env, prefix=prefix)
            self.user_id, self._client_id = user.id, client.id
            self._start = calendar_work.in_days(env, 3)

    def go_through(self, between=lambda: None):
        """Does the four steps; the milliseconds of all."""
        event_id = self._step("create", self._create)
        between()
        self._step("move", self._move, event_id)
        between()
        self._step("rename", self._rename, event_id)
        self._step("delete", self._delete, event_id)
        return sum(figures[-1] for figures in self.took_ms.values())

    def _step(self, name, work, *values):
        found = []

        def transaction():
            with self._odoo.transaction(
                self.database, self.user_id, **self._context
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
        smtp = enter(post_office.running(tools))
        stand_ins = [enter(google_peer.stand_in(tools, ms)) for ms in (0, SLOW_MS)]
        odoo = enter(odoo_inside.opened(tools, **smtp))
        sides = {
            kind: Sides(odoo, zoom, stand_ins, copies, context)
            for kind, context in (("mailing", {}), ("quiet", calendar_work.QUIET))
        }
        contestants = {
            (kind, name): work
            for kind, side in sides.items()
            for name, work in side.contestants().items()
        }
        found = rounds.interleaved(contestants, count, warm_up=WARM_UP)
        for side in sides.values():
            side.check(count + WARM_UP)
    comparisons, detail = [], {"latency_ms": SLOW_MS}
    # First what saving itself costs: with mails the delivery makes ours, outside the
    # measured time.
    for kind, words in (("quiet", "without mails"), ("mailing", "with mails")):
        medians = {
            name: statistics.median(figures)
            for (of, name), figures in found.items()
            if of == kind
        }
        comparisons += _compared(words, medians, sides[kind])
        detail[f"queries_ours_and_without_{kind}"] = sides[kind].queries()
    # Those with a goal come first.
    comparisons.sort(key=lambda one: one.holds is None)
    return Result("calendar_save", tuple(comparisons), count, detail)


class Sides:
    """The same therapist in the three databases."""

    def __init__(self, odoo, zoom, stand_ins, copies, context):
        self._odoo = odoo
        self._zoom = zoom
        self._stand_ins = stand_ins
        self.ours, self.without, self._google = (
            Calendar(odoo, one, context) for one in copies
        )
        with odoo.transaction(self.ours.database) as env:
            user = env["res.users"].browse(self.ours.user_id)
            self._email = f"{user.login}@zoom.example"
            zoom.connect(env, user)
        with odoo.transaction(self._google.database) as env:
            google_peer.connect(env, env["res.users"].browse(self._google.user_id))

    def contestants(self):
        """What is timed, by name."""
        fast, slow = self._stand_ins
        return {
            "ours": lambda: self.ours.go_through(
                lambda: _deliver(self._odoo, self.ours)
            ),
            "without": self.without.go_through,
            "fast": lambda: _reaching(fast, self._google),
            "slow": lambda: _reaching(slow, self._google),
        }

    def queries(self):
        """Our number of queries and core's, by step."""
        return {
            step: [
                int(_typical(side.queries[step])) for side in (self.ours, self.without)
            ]
            for step in STEPS
        }

    def check(self, times):
        """Both sides did what they are timed for: somebody else knows the events.

        :raises AssertionError: nobody was told
        """
        made = self._zoom.sim.calls(
            method="POST", path="/v2/users/me/meetings", user=self._email
        )
        assert len(made) == times, len(made)
        with self._odoo.transaction(self._google.database) as env:
            events = env["calendar.event"].with_context(active_test=False)
            told = events.search([("user_id", "=", self._google.user_id)])
            assert len(told) == 2 * times and all(told.mapped("google_id"))


def _deliver(odoo, calendar):
    """Lets Zoom be told, as the scheduled action does."""
    with odoo.transaction(calendar.database) as env:
        env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()


def _reaching(stand_in, calendar):
    with stand_in():
        return calendar.go_through()


def _compared(words, medians, sides):
    all_four = f"create, move, rename, delete {words}"
    ours = medians["ours"]
    found = [
        Comparison(all_four, "ms", ours, medians["without"], CORE, at_most(1.15)),
        Comparison(
            f"{all_four}, Google {SLOW_MS} ms away",
            "ms",
            ours,
            medians["slow"],
            GOOGLE,
            times_faster(10),
        ),
        Comparison(
            f"{all_four}, Google 0 ms away",
            "ms",
            ours,
            medians["fast"],
            GOOGLE,
            for_information(),
        ),
    ]
    for step in STEPS:
        took = (_typical(side.took_ms[step]) for side in (sides.ours, sides.without))
        what = f"{step} {words}"
        found.append(Comparison(what, "ms", *took, CORE, for_information()))
    return found


def _typical(figures):
    return statistics.median(figures[WARM_UP:])


if __name__ == "__main__":
    sys.exit(command.main(measure))
