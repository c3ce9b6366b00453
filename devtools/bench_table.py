# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The table of all benchmarks in ``benchmarks/README.md``."""

import json
import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from devtools import cache
from devtools.project import ROOT

README = ROOT / "benchmarks" / "README.md"
_BEGIN, _END = "<!-- results -->", "<!-- end of results -->"
_HEAD = (
    "| benchmark | what | ours | peer | ratio | goal | |",
    "|---|---|--:|--:|--:|---|---|",
)


def write(lines, names, readme=README):
    """Writes the table anew.

    *lines* are what the benchmarks printed last, by name; one that broke is named as
    not measured.
    """
    rows = [row for name in names for row in _rows(name, _parsed(lines.get(name, "")))]
    said = "\n".join([_BEGIN, "", facts(), "", *_HEAD, *rows, "", _END])
    text = readme.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    cache.write_atomically(readme, before + said + after, mode=0o644)


def facts():
    """One sentence: when, at which commit, on which machine."""
    today = datetime.now(timezone.utc).date().isoformat()
    return f"Measured {today} at commit {_commit()} on {_machine()}."


def _parsed(line):
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "detail" in found else None


def _rows(name, found):
    if found is None:
        return [f"| `{name}` | | | | | | not measured: it broke |"]
    detail = found["detail"]
    first = {**found, "what": detail.get("what", ""), "holds": detail.get("holds")}
    return [
        _row(f"`{name}`" if number == 0 else "", one)
        for number, one in enumerate([first, *detail.get("also", ())])
    ]


def _row(name, one):
    ratio = "" if one["ratio"] is None else f"{_plain(one['ratio'])} ×"
    ours, peer = (f"{_plain(one[side])} {one['unit']}" for side in ("ours", "peer"))
    cells = [
        name,
        one["what"],
        ours,
        f"{one['peer_name']}: {peer}",
        ratio,
        one["goal"],
        {True: "holds", False: "**missed**", None: ""}[one["holds"]],
    ]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _plain(number):
    """*number* as people write it: 12345 instead of 12345.0."""
    if isinstance(number, float) and number.is_integer():
        return str(int(number))
    return str(number)


def _commit():
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit} with changes" if changed else commit


def _git(*words):
    run = subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def _machine():
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory_gb:.0f} GB of memory,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _processor():
    """The processor's name.  Source: proc(5), ``model name`` in /proc/cpuinfo."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line for line in lines if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()
