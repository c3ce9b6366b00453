# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long Odoo takes to start with our addons, and without them.

The registry is loaded in a fresh process each time; a server is started and asked for
its log-in page. ``./dev run`` is started a second time, on what the first left behind.
"""

import contextlib
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import command, rounds
from benchmarks.result import Comparison, Result, at_most, for_information
from devtools import databases, odoo_server, ports, processes, project, say, toolchain

ROUNDS = 15
MOST = 1.1
_READY_S = 120
_LOAD = """
import sys, time
import odoo
from odoo.modules.registry import Registry
from odoo.tools import config
config.parse_config(["-c", sys.argv[1], "--log-level=error"], setup_logging=True)
began = time.perf_counter()
Registry(sys.argv[2])
print(time.perf_counter() - began)
"""
_READY = re.compile(r"Ready after (\d+) s")


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        folder = Path(enter(tempfile.TemporaryDirectory(prefix="psynamica-bench-")))
        names = {
            "ours": databases.prepared(tools, "demo", with_demo=True),
            "without": databases.foundation(tools, with_demo=True),
        }
        copies = {
            name: enter(databases.copy_of(tools, template, "bench"))
            for name, template in names.items()
        }
        contestants = {}
        for name, database in copies.items():
            contestants["registry", name] = _loading(tools, database)
            contestants["server", name] = _serving(tools, database, folder)
        found = rounds.medians(rounds.interleaved(contestants, count))
        run_s = _second_run()
    core = "without our addons"
    comparisons = (
        Comparison(
            "load the registry",
            "s",
            found["registry", "ours"],
            found["registry", "without"],
            core,
            at_most(MOST),
        ),
        Comparison(
            "from starting Odoo to its log-in page",
            "s",
            found["server", "ours"],
            found["server", "without"],
            core,
            at_most(MOST),
        ),
        Comparison(
            "./dev run with simulator and mail sink, second start",
            "s",
            run_s,
            found["server", "without"],
            "Odoo alone, without our addons",
            for_information(),
        ),
    )
    return Result("startup", comparisons, count)


def _loading(tools, database):
    conf = databases.configuration(tools, database)

    def work():
        run = subprocess.run(
            [str(tools.python), "-c", _LOAD, str(conf), database],
            env=tools.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return float(run.stdout.split()[-1])

    return work


def _serving(tools, database, folder):
    def work():
        (port,) = ports.free_ports(1)
        conf = odoo_server.write_configuration(
            folder / "odoo.conf", tools, http_port=port, max_cron_threads=1
        )
        command_line = tools.command("server", conf, database)
        url = f"http://localhost:{port}/web/login"
        began = time.perf_counter()
        server = processes.Server(
            "Odoo", command_line, folder / "odoo.log", tools.environment(), folder
        )
        try:
            server.wait_until(lambda: odoo_server.answers(url), _READY_S, "Odoo")
            return time.perf_counter() - began
        finally:
            server.stop()

    return work


def _second_run():
    """The seconds after which ``./dev run`` says that it is ready.

    :raises DevError: it did not get ready
    """
    seconds = 0.0
    for _start in ("first", "second"):
        (port,) = ports.free_ports(1)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, str(project.ROOT / "dev"), "run", f"--port={port}"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            is_ready = any(_READY.search(line) for line in process.stdout)
            seconds = time.perf_counter() - began
        finally:
            process.terminate()
            process.stdout.read()
            process.wait()
        if not is_ready:
            raise say.DevError(
                "./dev run did not get ready.", "Run it by hand to see why."
            )
    return seconds


if __name__ == "__main__":
    sys.exit(command.main(measure))
