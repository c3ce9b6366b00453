# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the benchmarks: each file in ``benchmarks/`` prints one JSON line a result."""

import subprocess

from devtools import odoo_source, project, python_env, say
from devtools.project import ROOT


def run(name=None, only_json=False):
    """Runs the benchmark *name*, or all; the exit code.

    :raises DevError: there is no such benchmark.
    """
    found = available()
    if name is None and not found:
        print("There is no benchmark yet (benchmarks/bench_NAME.py).")
        return 0
    if name is not None and name not in found:
        raise say.DevError(
            f"There is no benchmark “{name}”.",
            f"There is: {', '.join(found) or 'none yet'}.",
        )
    python = python_env.ensure()
    source = odoo_source.ensure()
    env = python_env.environment(
        (ROOT, project.SIMULATOR_SOURCE), ODOO_SOURCE=str(source.python_path)
    )
    exit_code = 0
    for chosen in [name] if name else found:
        if not only_json:
            say.step(f"Benchmark {chosen}")
        command = [str(python), f"benchmarks/bench_{chosen}.py"]
        command += ["--json"] if only_json else []
        exit_code |= subprocess.run(command, cwd=ROOT, env=env).returncode
    return exit_code


def available(root=ROOT):
    """The names of the benchmarks, sorted."""
    files = sorted((root / "benchmarks").glob("bench_*.py"))
    return [path.stem.removeprefix("bench_") for path in files]
