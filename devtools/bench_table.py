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
RESULTS = ROOT / "benchmarks" / "results"
_BEGIN, _END = "<!-- results -->", "<!-- end of results -->"
_HEAD = (
    "| benchmark | what | ours | peer | ratio | goal | | measured |",
    "|---|---|--:|--:|--:|---|---|---|",
)


def write(lines, names, at, readme=README, results=RESULTS):
    """Keeps what was found, and writes the table of all that was ever kept.

    *lines* are what benchmarks printed last, by name. One that broke keeps what it
    found before.

    :param names: of all benchmarks there are
    :param at: :func:`facts`, of before they were run
    """
    for name, line in lines.items():
        if _parsed(line):
            results.mkdir(exist_ok=True)
            kept = {"at": at, "found": _parsed(line)}
            text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
            cache.write_atomically(results / f"{name}.json", text, mode=0o644)
    kept = {name: _kept(results / f"{name}.json") for name in names}
    rows = [row for name in names for row in _rows(name, kept[name])]
    machines = sorted({one["at"]["machine"] for one in kept.values() if one})
    said = "\n".join(
        [_BEGIN, "", f"On {'; '.join(machines) or 'no machine yet'}.", ""]
        + [*_HEAD, *rows, "", _END]
    )
    text = readme.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    cache.write_atomically(readme, before + said + after, mode=0o644)


def facts():
    """When, at which commit, on which machine."""
    return {
        "day": datetime.now(timezone.utc).date().isoformat(),
        "commit": _commit(),
        "machine": _machine(),
    }


def _kept(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _parsed(line):
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "detail" in found else None


def _rows(name, kept):
    if kept is None:
        return [f"| `{name}` | | | | | | not measured yet | |"]
    found, at = kept["found"], kept["at"]
    detail = found["detail"]
    first = {**found, "what": detail.get("what", ""), "holds": detail.get("holds")}
    when = f"{at['day']}, {at['commit']}"
    return [
        _row(f"`{name}`" if number == 0 else "", one, when if number == 0 else "")
        for number, one in enumerate([first, *detail.get("also", ())])
    ]


def _row(name, one, when):
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
        when,
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
