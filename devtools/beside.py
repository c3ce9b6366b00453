# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A suite in a ``./dev`` of its own beside others: it waits while they compute.

What it prints goes to a file and is shown when it has ended, so that nothing is mixed.
"""

import contextlib
import os
import re
import sys
import time

from devtools import postgres, processes, pytest_run, say
from devtools.project import ROOT
from devtools.suite_result import Result, is_selection, new_log

# They talk with whoever runs the tests.
_TALKING = {"--pdb", "--trace", "-s"}
# As long as it takes to end pytest, its browsers and its servers.
_GRACE_S = 60


def is_possible(options):
    """Whether this machine and these *options* of pytest allow two suites at once."""
    if is_selection(options) or _TALKING & set(options):
        return False
    return len(os.sched_getaffinity(0)) > 1


@contextlib.contextmanager
def started(suite, options):
    """Runs *suite* beside what is done inside the ``with``.

    Gives a function that waits for it, shows what it printed and returns its
    :class:`Result`. A suite that nobody waited for is ended.
    """
    log = new_log(f"{suite}-beside")
    command = [sys.executable, ROOT / "dev", "test", suite, *options]
    env = {**os.environ, postgres.BESIDE: "1"}
    server = processes.Server(suite, command, log, env, ROOT)
    try:
        yield lambda: _result(server)
    finally:
        with processes.undisturbed():
            server.stop(_GRACE_S)


def _result(server):
    if server.exit_code() is None:
        say.step(f"Waiting for {server.name}, which began beside the others…")
    while server.exit_code() is None:
        time.sleep(0.2)
    text = server.log.read_text(encoding="utf-8", errors="replace")
    say.step(f"What {server.name} printed")
    print(text, flush=True)
    code = server.exit_code()
    problems = [f"./dev test {server.name} ended with code {code}."] if code else []
    # What it said loudly is said again, when all have ended.
    loud = re.findall(rf"^{server.name}: (.+)$", text, re.MULTILINE)
    summary = pytest_run.summary_line(text)
    return Result(server.name, summary, problems, " ".join(loud))
