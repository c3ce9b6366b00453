# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Kills what a practice runs on: Odoo's workers and PostgreSQL's server processes."""

import contextlib
import os
import random
import signal
from pathlib import Path

from devtools import postgres
from devtools.say import DevError

_CRON_NICENESS = 10  # Odoo: service/server.py, WorkerCron.start


class Gremlin:
    """Carries out the disturbances of a plan."""

    def __init__(self, stack, ledger):
        self._stack = stack
        self._ledger = ledger
        self.may_crash_postgres = postgres.is_ours_alone()

    def disturb(self, disturbance):
        """Does it; what is not there cannot be killed."""
        rng = random.Random(disturbance.seed)
        work = {
            "http_worker": self._kill_http_worker,
            "cron_worker": self._kill_cron_worker,
            "backend_ended": self._end_backend,
            "backend_killed": self._kill_backend,
        }[disturbance.kind]
        work(rng)

    def _kill_http_worker(self, rng):
        self._kill(rng, "http_worker", lambda nice: nice < _CRON_NICENESS)

    def _kill_cron_worker(self, rng):
        self._kill(rng, "cron_worker", lambda nice: nice >= _CRON_NICENESS)

    def _kill(self, rng, kind, is_wanted):
        master = self._stack.odoo_pid
        own = _niceness(master)
        workers = [pid for pid in _children(master) if is_wanted(_niceness(pid) - own)]
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
                self._ledger.killed(kind)

    def _end_backend(self, rng):
        if pid := self._backend(rng):
            self._query("select pg_terminate_backend(%s)", pid)
            self._ledger.killed("backend_ended")

    def _kill_backend(self, rng):
        """PostgreSQL then ends all its processes and recovers."""
        if not self.may_crash_postgres:
            return
        if pid := self._backend(rng):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self._ledger.killed("backend_killed")

    def _backend(self, rng):
        """The pid of a process that serves Odoo, a busy one rather than an idle one."""
        rows = self._query(
            "select pid from pg_stat_activity where datname = %s and"
            " pid <> pg_backend_pid() order by state = 'idle', pid",
            self._stack.database,
        )
        return rows[int(rng.random() ** 2 * len(rows))][0] if rows else None

    def _query(self, statement, *parameters):
        try:
            return self._stack.psql(statement, *parameters)
        except DevError:
            return []  # it is just recovering


def _children(pid):
    """The HTTP and cron workers: children of the master that are forks of it."""
    command = _command(pid)
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder.name) == pid:
            if _command(folder.name) == command:  # the websocket process is another
                found.append(int(folder.name))
    return sorted(found)


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None


def _stat(pid):
    """The fields after the name.  Source: proc(5), /proc/PID/stat."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _parent(pid):
    fields = _stat(pid)
    return int(fields[1]) if fields and fields[0] not in "ZX" else None


def _niceness(pid):
    fields = _stat(pid)
    return int(fields[16]) if fields else 0
