# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""2 000 due meetings of 50 therapists; Zoom takes 200 ms an answer.

Twice: each therapist with a Zoom account of their own, where nothing but our work is
the limit, against google_calendar's own loop over as many events at the same distance;
and all in one account, against the calls a second that Zoom allows it.

Each round takes a part of the meetings. google_calendar asks one after the other, so
its speed does not depend on how many there are; it is timed over fewer: see the detail.
"""

import contextlib
import statistics
import sys
import time

from benchmarks import (
    calendar_work,
    command,
    google_peer,
    odoo_inside,
    rounds,
    simulated_zoom,
)
from benchmarks.result import Comparison, Result, at_least, below
from devtools import databases, toolchain

THERAPISTS = 50
EACH = 40
LATENCY_MS = 200
ROUNDS = 4
GOOGLE_EVENTS = 60  # a round
ONE_ACCOUNT = 400  # meetings of a round in which the rate is the limit
ONE_ACCOUNT_ROUNDS = 3
# Zoom: rate limits page: creating is "medium" in one edition of the API description,
# and so 20 calls a second for an account of the plan Pro.
ALLOWED_PER_S = 20


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        ours = enter(
            databases.copy_of(
                tools, databases.prepared(tools, "demo", with_demo=True), "bench"
            )
        )
        theirs = enter(databases.copy_of(tools, google_peer.database(tools), "bench"))
        zoom = enter(simulated_zoom.running(tools))
        stand_in = enter(google_peer.stand_in(tools, LATENCY_MS))
        odoo = enter(odoo_inside.opened(tools, db_maxconn=32))
        practice = Practice(odoo, ours, zoom)
        google = Google(odoo, theirs, stand_in)
        zoom.sim.latency(LATENCY_MS / 1000)
        # So that more than we may ask is refused.
        zoom.sim.settings(create_is_medium=True)
        # A share of the 2 000 a round, so that both sides meet the same moments.
        found = rounds.interleaved(
            {
                "ours": lambda: practice.drain(THERAPISTS * EACH // count),
                "google": lambda: google.loop(GOOGLE_EVENTS),
            },
            count,
            warm_up=0,
        )
        one_account = statistics.median(
            practice.drain_one_account(ONE_ACCOUNT) for _ in range(ONE_ACCOUNT_ROUNDS)
        )
        refused = practice.refused()
        connections = zoom.sim.state().get("tls_handshakes")
    medians = rounds.medians(found)
    comparisons = (
        Comparison(
            "an account each",
            "meetings/s",
            medians["ours"],
            medians["google"],
            "google_calendar's loop",
            at_least(10),
        ),
        Comparison(
            "all in one account",
            "meetings/s",
            one_account,
            ALLOWED_PER_S,
            "what Zoom allows",
            at_least(0.9),
        ),
        Comparison(
            "refused as too fast", "calls", refused, 0, "none", below(1, "calls")
        ),
    )
    detail = {
        "meetings": THERAPISTS * EACH,
        "therapists": THERAPISTS,
        "latency_ms": LATENCY_MS,
        "google_events_a_round": GOOGLE_EVENTS,
        "one_account_rounds": ONE_ACCOUNT_ROUNDS,
        "tls_handshakes": connections,
    }
    return Result("drain", comparisons, count, detail)


class Practice:
    """Our side."""

    def __init__(self, odoo, database, zoom):
        self._odoo = odoo
        self._database = database
        self._zoom = zoom
        self._day = 1
        with odoo.transaction(database) as env:
            users, client = calendar_work.people(env, 2 * THERAPISTS)
            self._user_ids, self._client_id = users.ids, client.id
            zoom.connect(env, users[:THERAPISTS])
            zoom.connect(env, users[THERAPISTS:], together=True)

    def drain(self, meetings):
        """Has so many meetings delivered; how many a second."""
        return self._drain(self._user_ids[:THERAPISTS], meetings)

    def drain_one_account(self, meetings):
        """The same for therapists who share one Zoom account."""
        return self._drain(self._user_ids[THERAPISTS:], meetings)

    def refused(self):
        """How many of our calls Zoom refused because they came too fast."""
        calls = self._zoom.sim.calls(path="/v2/.*")
        return sum(call["status"] == 429 for call in calls)

    def _drain(self, user_ids, meetings):
        made = self._make_due(user_ids, meetings)
        began = time.perf_counter()
        self._deliver()
        took_s = time.perf_counter() - began
        self._check(user_ids)
        return made / took_s

    def _make_due(self, user_ids, meetings):
        """Makes about so many, as many for each; how many."""
        each = meetings // len(user_ids)
        with self._odoo.transaction(self._database, **calendar_work.QUIET) as env:
            for user in env["res.users"].browse(user_ids):
                env["calendar.event"].create(
                    [
                        calendar_work.session(
                            user,
                            self._client_id,
                            calendar_work.in_days(
                                env, self._day + number // 8, 8 + number % 8
                            ),
                        )
                        for number in range(each)
                    ]
                )
        self._day += 1 + each // 8
        return each * len(user_ids)

    def _deliver(self):
        """Runs the scheduled action until nothing is due, as Odoo's cron does."""
        while True:
            with self._odoo.transaction(self._database) as env:
                env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
            with self._odoo.transaction(self._database) as env:
                if not env["psynamica.zoom.meeting"].search_count(
                    [("next_attempt_at", "!=", False)]
                ):
                    return
            time.sleep(0.05)  # what is left is due a moment later

    def _check(self, user_ids):
        """:raises AssertionError: a session has no meeting at Zoom"""
        with self._odoo.transaction(self._database) as env:
            rows = env["psynamica.zoom.meeting"].search(
                [("user_id", "in", user_ids), ("event_id", "!=", False)]
            )
            assert rows and set(rows.mapped("state")) == {"ready"}


class Google:
    """google_calendar's side: a synchronisation as its scheduled action does it."""

    def __init__(self, odoo, database, stand_in):
        self._odoo = odoo
        self._database = database
        self._stand_in = stand_in
        with odoo.transaction(database) as env:
            (user,), client = calendar_work.people(env)
            self._user_id, self._client_id = user.id, client.id
            google_peer.connect(env, user)

    def loop(self, count):
        """Synchronises *count* new events; how many a second."""
        with self._odoo.transaction(
            self._database, no_calendar_sync=True, **calendar_work.QUIET
        ) as env:
            user = env["res.users"].browse(self._user_id)
            events = env["calendar.event"].create(
                [
                    calendar_work.session(
                        user,
                        self._client_id,
                        calendar_work.in_days(env, 1 + number // 8, 8 + number % 8),
                    )
                    for number in range(count)
                ]
            )
            event_ids = events.ids
        began = time.perf_counter()
        with self._stand_in(), self._odoo.transaction(self._database) as env:
            env["res.users"].browse(self._user_id)._sync_all_google_calendar()
        took_s = time.perf_counter() - began
        with self._odoo.transaction(self._database) as env:
            events = env["calendar.event"].browse(event_ids)
            assert all(events.mapped("google_id"))
        return count / took_s


if __name__ == "__main__":
    sys.exit(command.main(measure))
