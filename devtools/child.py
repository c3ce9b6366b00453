# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A long-running program of ours that starts servers itself, as ./dev's child."""

import contextlib
import os
import signal
import subprocess

from devtools import processes, project, python_env
from devtools.project import ROOT

_END_S = 60  # for it to stop its servers when it is interrupted


def environment(tools):
    """Its environment: the same Odoo and PostgreSQL as this process uses."""
    named = {name: text for name, text in os.environ.items() if name.startswith("PG")}
    return python_env.environment(
        (ROOT, project.SIMULATOR_SOURCE, tools.source.python_path),
        ODOO_SOURCE=str(tools.source.python_path),
        **named,
    )


def run(name, command, env, read=None):
    """Runs it to its end; its exit code.

    *read* is called with each line of its output, which is printed otherwise.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        env=env,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.PIPE if read else None,
        text=True,
    )
    record = processes.write_record(name, process.pid)
    try:
        for line in process.stdout or ():
            read(line)
        return process.wait()
    except BaseException:
        _interrupt(process)
        raise
    finally:
        processes.end_group(process.pid, reap=process.poll)
        record.unlink(missing_ok=True)


def _interrupt(process):
    """Lets it put its servers away."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_END_S)
