# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the benchmarks and keeps what they found in a table."""

import contextlib
import sys

from devtools import bench_table, child, databases, processes, say, toolchain
from devtools.project import ROOT


def run(name=None, only_json=False, rounds=None, into_table=False):
    """Runs the benchmark *name*, or all; the exit code.

    What all of them found becomes the table in ``benchmarks/README.md``; with
    *into_table* so does what one of them found.

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
    processes.end_orphans()
    at = bench_table.facts()
    results, exit_code = _measured([name] if name else found, only_json, rounds)
    if into_table or not name:
        bench_table.write(results, found, at)
    return exit_code


def available(root=ROOT):
    """The names of the benchmarks, sorted."""
    files = sorted((root / "benchmarks").glob("bench_*.py"))
    return [path.stem.removeprefix("bench_") for path in files]


def _measured(names, only_json, rounds):
    """(the JSON lines by name, the exit code); one that breaks stops no other."""
    results, exit_code = {}, 0
    # What is prepared tells about itself on standard output.
    aside = contextlib.redirect_stdout(sys.stderr) if only_json else _nothing()
    with contextlib.ExitStack() as cleanup:
        with aside:
            tools = cleanup.enter_context(toolchain.opened())
            databases.prepared(tools, "demo", with_demo=True)
        env = child.environment(tools)
        for chosen in names:
            if not only_json:
                say.step(f"Benchmark {chosen}")
            reader = _Reader()
            command = [tools.python, f"benchmarks/bench_{chosen}.py"]
            command += ["--json"] if only_json else []
            command += [f"--rounds={rounds}"] if rounds else []
            exit_code |= child.run(f"bench {chosen}", command, env, reader.read)
            results[chosen] = reader.last
    return results, exit_code


def _nothing():
    return contextlib.nullcontext()


class _Reader:
    """Prints what a benchmark says and remembers the last line."""

    def __init__(self):
        self.last = ""

    def read(self, line):
        print(line, end="", flush=True)
        self.last = line
