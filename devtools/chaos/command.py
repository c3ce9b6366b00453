# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev chaos``: brings what a run needs and starts it in the virtual environment."""

import contextlib
import os
import signal
import subprocess

from devtools import databases, processes, project, python_env, toolchain
from devtools.project import ROOT

_END_S = 60  # for the run to stop its servers when it is interrupted


def run(words):
    """Runs ``python -m devtools.chaos`` with *words*; its exit code.

    :raises DevError: a part is missing and cannot be brought
    """
    with toolchain.opened() as tools:
        databases.prepared(tools, "demo", with_demo=True)
        process = subprocess.Popen(
            [str(tools.python), "-m", "devtools.chaos", *words],
            env=environment(tools),
            cwd=ROOT,
            start_new_session=True,
        )
        record = processes.write_record("chaos", process.pid)
        try:
            return process.wait()
        except BaseException:
            _interrupt(process)
            raise
        finally:
            processes.end_group(process.pid, reap=process.poll)
            record.unlink(missing_ok=True)


def environment(tools):
    """The environment of a run: the same Odoo and PostgreSQL as this process uses."""
    named = {name: text for name, text in os.environ.items() if name.startswith("PG")}
    return python_env.environment(
        (ROOT, project.SIMULATOR_SOURCE),
        ODOO_SOURCE=str(tools.source.python_path),
        **named,
    )


def _interrupt(process):
    """Lets the run put its servers away."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_END_S)
