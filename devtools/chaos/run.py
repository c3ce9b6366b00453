# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One run from an empty practice to the verdict."""

import dataclasses
import queue
import shutil
import sys
import threading
import time
from datetime import datetime, timezone

import psycopg2

from devtools import cache, sql_runner
from devtools.chaos import checker, evidence, plan, snapshot
from devtools.chaos.actor import Actor
from devtools.chaos.gremlin import Gremlin
from devtools.chaos.ledger import Ledger
from devtools.chaos.pauses import ACCOUNT_KEYS
from devtools.chaos.people import settle_in
from devtools.chaos.rest import Rest
from devtools.chaos.rpc import NoAnswer
from devtools.chaos.supervisor import Supervisor
from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

# Without what waits because its account is left alone, which may take until midnight.
_DUE = f"""
select count(*) from psynamica_zoom_meeting meeting
  left join psynamica_zoom_connection conn on conn.id = meeting.connection_id
 where meeting.next_attempt_at <= now() at time zone 'UTC' and not exists (
       select from psynamica_zoom_circuit account
        where account.key = any('zoom' || {ACCOUNT_KEYS})
          and now() at time zone 'UTC' < greatest(account.retry_at,
                                                  account.paused_until))
"""  # noqa: S608 (put together from constants)
API = r"/v2/.*"
TOKENS = r"/oauth/token"
# A token answer that is lost costs the connection (Zoom has no second copy), so these
# faults are rarer: otherwise nobody would be connected for long.
TOKEN_FAULTS_SHARE = 0.25
CONNECT_ATTEMPTS = 4
STAYS_AWAY = 4  # each fourth therapist does not connect again at the end
MOST_WAITING = 1  # meetings a therapist that Zoom has yet to hear of
LONGEST_LAG_S = 0.5
LONGEST_DRAIN_S = 60
# Longer than the addon waits for an answer to a probe whose process was killed, or with
# the next one after many that failed.
LONGEST_REST_S = 900
# People need a moment between two clicks, and Zoom must be asked meanwhile.
OPERATIONS_PER_S = 5.5


@dataclasses.dataclass(frozen=True)
class Options:
    """What the command line decides."""

    operations: int = 300
    seed: int = 1
    faults: float = 20.0
    workers: int = 2
    quiet: bool = False


@dataclasses.dataclass
class Outcome:
    """What came of a run."""

    findings: checker.Findings
    figures: dict
    refusals: list  # ((operation, what the server said), how often), by number


def run(options):
    """Does everything; the :class:`Outcome`.

    :raises DevError: a server did not start
    """
    began = time.monotonic()
    with start_stack(
        workers=options.workers,
        options={"max_cron_threads": 2, "limit_time_real": 120},
        # What was acknowledged must survive the crash of PostgreSQL.
        database_settings={"synchronous_commit": "on"},
    ) as stack:
        try:
            return _Run(options, stack, began).run()
        finally:
            _keep_logs(stack)


class _Run:
    def __init__(self, options, stack, began):
        self._options = options
        self._stack = stack
        self._began = began
        self._plan = plan.make(options.operations, options.seed, options.faults)
        self._ledger = Ledger()
        self._sim = SimClient(stack.simulator_url, str(stack.ca_file))
        self._people = None
        self._supervisor = None
        self._times = {}

    def run(self):
        try:
            with Supervisor(self._stack) as self._supervisor:
                self._prepare()
                self._begin_faults()
                self._operate()
                self._come_to_rest()
                return self._judge()
        finally:
            self._sim.close()
            if self._people:
                self._people.close()

    def _say(self, text):
        if not self._options.quiet:
            seconds = time.monotonic() - self._began
            print(f"[{seconds:6.1f} s] {text}", file=sys.stderr, flush=True)

    # Before

    def _prepare(self):
        self._say(f"Seed {self._options.seed}: {self._plan.therapists} therapists")
        self._people = settle_in(self._stack, self._sim, self._plan.therapists)
        self._actor = Actor(
            self._people, self._sim, self._ledger, datetime.now(timezone.utc)
        )
        for therapist in self._people.therapists:
            self._connect(therapist)
        self._mark("prepared")

    def _connect(self, therapist):
        for _attempt in range(CONNECT_ATTEMPTS):
            try:
                if self._actor.connect(therapist) in ("connected", "was connected"):
                    return
            except NoAnswer:
                time.sleep(1)

    def _begin_faults(self):
        percent = self._plan.fault_percent
        if not percent:
            return
        mix, seed = list(self._plan.fault_mix), self._plan.fault_seed
        for therapist in self._people.therapists:
            if therapist.kind.meets_daily_limits:
                self._sim.fault(
                    percent=percent / 10,
                    seed=seed + therapist.index,
                    mix=list(plan.DAILY_LIMITS),
                    path=API,
                    user=therapist.zoom_email,
                )
        self._sim.fault(percent=percent, seed=seed, mix=mix, path=API)
        self._sim.fault(
            percent=percent * TOKEN_FAULTS_SHARE, seed=seed + 1, mix=mix, path=TOKENS
        )
        self._sim.weather(twice_percent=10, max_delay_s=3, seed=seed)

    # Meanwhile

    def _operate(self):
        clients = max(2, self._options.workers * 2)
        lines = [queue.SimpleQueue() for _ in range(clients)]
        for operation in self._plan.operations:
            lines[operation.therapist % clients].put(operation)
        progress = _Progress()
        words = (progress, time.monotonic())
        threads = [
            threading.Thread(target=self._work, args=(line, *words), daemon=True)
            for line in lines
        ]
        for thread in threads:
            thread.start()
        self._disturb(progress, threads)
        for thread in threads:
            thread.join()
        self._let_zoom_be_told(0, LONGEST_DRAIN_S)
        self._mark("operated")

    def _let_zoom_be_told(self, most_waiting, longest_s):
        """Waits until the deliveries have caught up, but not for long.

        A run is about faults: what is only delivered when they have stopped meets none.
        """
        until = time.monotonic() + longest_s
        while time.monotonic() < until and self._count_due() > most_waiting:
            time.sleep(0.2)

    def _count_due(self):
        try:
            return sql_runner.run(self._stack.driver_words(), _DUE, ())[0][0]
        except psycopg2.Error:
            return 0  # it is just recovering

    def _work(self, line, progress, began):
        while not line.empty():
            operation = line.get()
            early_s = began + operation.number / OPERATIONS_PER_S - time.monotonic()
            if early_s > 0:
                time.sleep(early_s)
            most = MOST_WAITING * len(self._people.therapists)
            self._let_zoom_be_told(most, LONGEST_LAG_S)
            if not self._actor.act(operation):
                # As people do: they try the next thing when the page opens again.
                self._supervisor.wait_until_up()
            progress.step()

    def _disturb(self, progress, threads):
        gremlin = Gremlin(self._stack, self._ledger)
        for disturbance in self._plan.disturbances:
            while progress.done < disturbance.after:
                if not any(thread.is_alive() for thread in threads):
                    return
                progress.wait()
            self._say(f"{progress.done} operations done; {disturbance.kind}")
            gremlin.disturb(disturbance)

    # After

    def _come_to_rest(self):
        self._say("Faults stop; waiting for rest")
        self._sim.clear_faults()
        for therapist in self._people.therapists:
            # Some stay away, so that what they leave behind is looked at as well.
            if therapist.index % STAYS_AWAY:
                self._connect(therapist)
        Rest(self._stack, self._sim, self._people, self._say).come(LONGEST_REST_S)
        self._mark("rested")

    def _judge(self):
        listed = self._listed()
        taken = snapshot.take(
            self._stack, self._sim, self._people, self._ledger, listed
        )
        findings = checker.check(taken)
        for sentence in findings.sentences():
            self._ledger.note(sentence)
        folder = cache.checkout_folder("chaos")
        self._ledger.write_history(folder / "history.log")
        evidence.forget(folder)
        if any(findings.counts().values()):
            evidence.keep(self._stack, self._sim, folder)
        self._mark("judged")
        figures = self._figures(findings, taken)
        return Outcome(findings, figures, self._ledger.refusals.most_common(20))

    def _listed(self):
        """The meeting rows that the screen "Needs attention" shows."""
        items = self._people.admin.call(
            "psynamica.zoom.attention",
            "search_read",
            [["is_ignored", "=", False], ["meeting_id", "!=", False]],
            ["meeting_id"],
        )
        return {item["meeting_id"][0] for item in items}

    def _figures(self, findings, taken):
        options, ledger = self._options, self._ledger
        states = [host.state for host in taken.hosts]
        return {
            "operations": options.operations,
            "seed": options.seed,
            "fault_percent": options.faults,
            "workers": options.workers,
            "therapists": len(taken.hosts),
            "connected": states.count("connected"),
            "done": ledger.count("done"),
            "no_answer": ledger.count("no answer"),
            "refused": ledger.count("refused"),
            "joins": ledger.of_kind("client_join"),
            "zoom_calls": self._sim.state()["calls"],
            "faults": dict(sorted(self._sim.faults()["fired"].items())),
            "notifications_refused": self._refused_notifications(),
            "kills": dict(sorted(ledger.kills.items())),
            "odoo_restarts": self._supervisor.restarts,
            "sessions_checked": findings.checked,
            "listed": findings.listed,
            "parked": findings.parked,
            "proposed": findings.proposed,
            "meetings": sum(one.ours and one.alive for one in taken.meetings),
            "mails": len(taken.mails),
            "core_double_mails": findings.core_double_mails,
            **findings.counts(),
            "seconds": round(time.monotonic() - self._began, 1),
            "seconds_by_phase": self._times,
        }

    def _refused_notifications(self):
        """How many were answered 4xx, once or more: Zoom never repeats those."""
        return sum(
            any(400 <= (attempt["status"] or 0) < 500 for attempt in one["attempts"])
            for one in self._sim.deliveries()
        )

    def _mark(self, phase):
        since = sum(self._times.values())
        now = time.monotonic() - self._began
        self._times[phase] = round(now - since, 1)
        self._say(phase)


class _Progress:
    """How many operations are done, for one who waits for it."""

    def __init__(self):
        self.done = 0
        self._changed = threading.Condition()

    def step(self):
        with self._changed:
            self.done += 1
            self._changed.notify_all()

    def wait(self):
        """Returns after a step, or after a second."""
        with self._changed:
            self._changed.wait(1)


def _keep_logs(stack):
    folder = cache.checkout_folder("chaos")
    for log in (stack.odoo_log, stack.simulator_log):
        if log.exists():
            shutil.copy(log, folder / log.name)
