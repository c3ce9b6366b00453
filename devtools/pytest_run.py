# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs pytest, shows what it prints, and counts what really ran."""

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree  # noqa: S405 (reads only our own report)
from pathlib import Path

from devtools import processes
from devtools.project import ROOT

_SUMMARY = re.compile(
    r"^=*\s*(?:\d+ [a-z]+(?: [a-z]+)?,? ?)+ in \d[\d.]*s.*$|^=*\s*no tests ran in .*$",
    re.MULTILINE,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclasses.dataclass
class Outcome:
    """What a pytest run came to."""

    exit_code: int
    summary: str  # pytest's last line, empty when it printed none
    ran: int  # tests that were not skipped


def run(python, words, env, cwd=ROOT):
    """Runs pytest with *words*, passing on its output; an :class:`Outcome`."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        colour = ["--color=yes"] if sys.stdout.isatty() else []
        command = [python, "-m", "pytest", *colour, f"--junitxml={report}", *words]
        exit_code, text = _pass_on([str(word) for word in command], env, cwd)
        return Outcome(exit_code, summary_line(text), count_run(report))


def summary_line(text):
    """pytest's last line in *text* without colours; empty when there is none."""
    found = _SUMMARY.findall(_COLOUR.sub("", text))
    return found[-1].strip("= \t\r") if found else ""


def count_run(report):
    """How many tests the JUnit *report* says ran; 0 when it does not exist."""
    if not report.exists():
        return 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314
    return sum(int(suite.get("tests")) - int(suite.get("skipped")) for suite in suites)


def _pass_on(command, env, cwd):
    """Runs *command* in a process group of its own; its exit code and its output.

    Ctrl-C is handed to it once, so that pytest can finish its report and its fixtures.
    """
    process = subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    chunks = []
    record = processes.write_record("pytest", process.pid)
    try:
        _copy(process.stdout, chunks)
        process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        raise
    finally:
        # Also what the tests started and left behind.
        processes.end_group(process.pid, reap=process.poll)
        record.unlink(missing_ok=True)
    return process.returncode, b"".join(chunks).decode("utf-8", "replace")


def _copy(stream, chunks):
    # Not by lines: a debugger's prompt has no line end.
    while chunk := os.read(stream.fileno(), 65536):
        chunks.append(chunk)
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
