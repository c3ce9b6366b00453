# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The virtual environment with pinned requirements."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from devtools import cache, say
from devtools.project import ROOT, files_digest

QUEUE_REQUIREMENTS = ROOT / "requirements-queue.txt"
REQUIREMENTS = (ROOT / "requirements-odoo.txt", ROOT / "requirements-dev.txt")

# Source: Odoo 19, odoo/release.py, MIN_PY_VERSION and MAX_PY_VERSION.
_OLDEST, _NEWEST = (3, 10), (3, 13)

_NAMES = ("python3.11", "python3.12", "python3.13", "python3.10", "python3")

_DESCRIBE = """
import importlib.util, sys
print(*sys.version_info[:2], int(importlib.util.find_spec("ensurepip") is not None))
"""


def ensure():
    """The environment's Python, after making or completing the environment.

    :raises DevError: no fitting Python, or an installation failed.
    """
    with cache.locked("python"):
        interpreter, has_pip = _find_interpreter()
        wanted = files_digest(REQUIREMENTS)
        home = cache.folder("python") / f"{_version_tag(interpreter)}-{wanted[:12]}"
        python = home / "bin" / "python"
        done = cache.Stamp(home / ".complete")
        if not done.matches(wanted):
            _build(interpreter, has_pip, home)
            done.write(wanted)
    return python


def ensure_queue(python):
    """A folder for ``PYTHONPATH`` with Odoo's addon queue_job and what it needs.

    Apart from the environment, so that nobody has the addon who did not ask for it.

    :raises DevError: it could not be installed
    """
    return ensure_beside(python, "queue", QUEUE_REQUIREMENTS)


def ensure_beside(python, name, requirements):
    """A folder for ``PYTHONPATH`` with what the file *requirements* pins.

    Nothing is installed into the environment of *python* itself.

    :raises DevError: it could not be installed
    """
    with cache.locked("python"):
        wanted = files_digest([requirements])
        home = cache.folder("python") / f"{name}-{wanted[:12]}"
        done = cache.Stamp(home / ".complete")
        if not done.matches(wanted):
            say.step(f"What {requirements.name} names in {home}")
            shutil.rmtree(home, ignore_errors=True)
            # Its dependencies name Odoo, which is no package that could be installed.
            words = ["--no-deps", f"--target={home}", "-r", requirements]
            _run([*_pip(python), *words], f"install {requirements.name}")
            done.write(wanted)
    return home


def environment(extra_path=(), **variables):
    """The caller's environment without what would steer Odoo or PostgreSQL.

    Odoo takes ``PG*`` and ``ODOO_*`` before its configuration file, so ours must not
    meet the user's. *extra_path* are folders for ``PYTHONPATH``. Bytecode is kept, as
    on a server, but in the cache: compiling Odoo takes a second of each start.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "ODOO_", "PSYNAMICA_ZOOM_", "PYTEST_", "PYTHON"))
    }
    kept["PYTHONPATH"] = os.pathsep.join(str(path) for path in extra_path)
    kept["PYTHONUNBUFFERED"] = "1"
    kept["PYTHONPYCACHEPREFIX"] = str(cache.folder("bytecode"))
    kept.update(variables)
    return kept


def fits(version):
    """Whether Odoo 19 runs on this (major, minor)."""
    return _OLDEST <= version <= _NEWEST


def _find_interpreter():
    """A fitting Python and whether it can put pip into an environment itself."""
    described = [(path, _describe(path)) for path in _candidates()]
    fitting = [(path, facts) for path, facts in described if facts and fits(facts[:2])]
    for path, facts in fitting:
        if facts[2]:
            return path, True
    for path, _facts in fitting:
        if _has_pip(path):
            return path, False
    if fitting:
        major, minor = fitting[0][1][:2]
        raise say.DevError(
            f"Python {major}.{minor} is here, but cannot make virtual environments.",
            f"Install Debian's package python{major}.{minor}-venv (as root: apt-get "
            f"install python{major}.{minor}-venv) and run the command again.",
        )
    raise say.DevError(
        "No Python from 3.10 to 3.13 was found on the PATH.",
        "Install one of them, for example Debian's packages python3.11 and "
        "python3.11-venv, and run the command again.",
    )


def _candidates():
    found = [sys.executable, *(shutil.which(name) for name in _NAMES)]
    return list(dict.fromkeys(path for path in found if path))


def _describe(path):
    """(major, minor, has ensurepip), or ``None`` when it does not run."""
    try:
        run = subprocess.run(
            [path, "-c", _DESCRIBE], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (
        tuple(int(word) for word in run.stdout.split()) if not run.returncode else None
    )


def _has_pip(path):
    return not subprocess.run([path, "-m", "pip", "-V"], capture_output=True).returncode


def _version_tag(interpreter):
    major, minor, _has_ensurepip = _describe(interpreter)
    return f"py{major}{minor}"


def _build(interpreter, has_ensurepip, home):
    say.step(f"Python environment with the pinned requirements in {home}")
    python = home / "bin" / "python"
    # An interrupted installation is completed: pip skips what is there.
    if not python.exists() or not _has_pip_inside(python, has_ensurepip):
        shutil.rmtree(home, ignore_errors=True)
        options = [] if has_ensurepip else ["--without-pip"]
        _run([interpreter, "-m", "venv", *options, home], "make the environment")
    requirements = ["-r", ROOT / "requirements-dev.txt"]
    _run([*_pip(python), *requirements], "install the requirements")


def _pip(python):
    """The beginning of a command that installs into the environment of *python*."""
    pip = [python, "-m", "pip"]
    if not _has_pip(str(python)):
        interpreter, _has_ensurepip = _find_interpreter()
        pip = [interpreter, "-m", "pip", "--python", python]
    quiet = [] if sys.stdout.isatty() else ["-qq", "--progress-bar=off"]
    return [*pip, "install", "--disable-pip-version-check", *quiet]


def _has_pip_inside(python, has_ensurepip):
    return not has_ensurepip or _has_pip(str(python))


def _run(command, purpose):
    say.note(f"{purpose}…")
    words = [str(word) for word in command]
    try:
        subprocess.run(words, check=True)
    except subprocess.CalledProcessError as error:
        raise say.DevError(
            f"Could not {purpose}: “{Path(words[0]).name} {' '.join(words[1:4])} …” "
            f"ended with code {error.returncode}.",
            "Read the lines above (is the package index reachable?) and run the "
            "command again: it goes on where it stopped.",
        ) from None
