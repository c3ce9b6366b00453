# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds Odoo 19's source, or brings it.

In this order: ``ODOO_SOURCE``, an importable ``odoo``, Debian's package unpacked
without root, a shallow clone of branch 19.0.
"""

import ast
import dataclasses
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from devtools import cache, debian_package, say

_SERIES = (19, 0)
_GIT_BRANCH = "19.0"
_GIT_URL = "https://github.com/odoo/odoo"


@dataclasses.dataclass(frozen=True)
class OdooSource:
    """Where Odoo is: the folder for ``PYTHONPATH`` and those with addons."""

    python_path: Path
    addons_paths: tuple
    identity: str  # changes when another Odoo is used


def ensure():
    """The source to use.

    :raises DevError: nothing was found and nothing could be fetched, or ``ODOO_SOURCE``
        names something else than Odoo 19.
    """
    named = os.environ.get("ODOO_SOURCE")
    if named:
        return _named(Path(named).expanduser().absolute())
    return _importable() or _fetched()


def inspect(folder):
    """The :class:`OdooSource` in *folder*, or ``None`` when it is not Odoo 19.

    *folder* may be a checkout (``odoo/`` and ``addons/``), a ``dist-packages`` folder,
    or the root of an unpacked package.
    """
    packaged = folder / "usr" / "lib" / "python3" / "dist-packages"
    for candidate in (folder, packaged):
        release = candidate / "odoo" / "release.py"
        if release.is_file() and _series(release)[:2] == _SERIES:
            return _source(candidate, release)
    return None


def _source(python_path, release):
    # A checkout keeps most addons beside `odoo/`; a package has them all inside it.
    inside, beside = python_path / "odoo" / "addons", python_path / "addons"
    is_complete = (inside / "web").is_dir()
    version = _commit(python_path) or ".".join(map(str, _series(release)))
    identity = f"{python_path} {version}"
    paths = (inside,) if is_complete else (beside, inside)
    return OdooSource(python_path, paths, identity)


def _commit(checkout):
    """The commit of a Git checkout: what is built from it is for that commit."""
    if not (checkout / ".git").exists() or not shutil.which("git"):
        return ""
    command = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _series(release):
    """The leading numbers of ``version_info`` in Odoo's ``release.py``."""
    text = release.read_text(encoding="utf-8")
    match = re.search(r"^version_info = \((\d+), (\d+), (\d+)", text, re.MULTILINE)
    return tuple(ast.literal_eval(number) for number in match.groups()) if match else ()


def _named(folder):
    source = inspect(folder)
    if source is None:
        raise say.DevError(
            f"ODOO_SOURCE is {folder}, and that is not Odoo 19.",
            "Name a checkout of branch 19.0 (the folder with odoo/ and addons/) or an "
            "unpacked package, or unset ODOO_SOURCE to have Odoo fetched.",
        )
    return source


def _importable():
    """The Odoo 19 this Python can import; Odoo 19's ``odoo`` has no ``__init__.py``."""
    try:
        spec = importlib.util.find_spec("odoo")
    except (ImportError, ValueError):
        return None
    locations = spec.submodule_search_locations if spec else None
    found = (inspect(Path(place).parent) for place in locations or ())
    return next((source for source in found if source), None)


def _fetched():
    with cache.locked("odoo"):
        home = cache.folder("odoo")
        for folder in (home / "debian", home / "git"):
            source = inspect(folder)
            if source:
                return source
        return inspect(_fetch(home))


def _fetch(home):
    reason = debian_package.why_not()
    if not reason:
        try:
            return debian_package.fetch(home / "debian")
        except say.DevError as error:
            reason = error.problem
    say.note(f"Debian's package is not used: {reason}")
    return _clone(home / "git", reason)


def _clone(target, debian_reason):
    url = os.environ.get("ODOO_GIT_URL") or _GIT_URL
    way_out = (
        "Set ODOO_SOURCE to a checkout of Odoo 19, or ODOO_GIT_URL to a mirror that "
        "can be reached, and run the command again."
    )
    if not shutil.which("git"):
        raise say.DevError(
            f"Odoo was not fetched: {debian_reason} And git is not installed.", way_out
        )
    say.step(f"Odoo {_GIT_BRANCH}: shallow clone of {url} (about 400 MB)")
    draft = target.with_name("git.partial")
    shutil.rmtree(draft, ignore_errors=True)
    command = ["git", "clone", "--depth=1", f"--branch={_GIT_BRANCH}", url, str(draft)]
    # Asking for a password would wait for ever where nobody sits.
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    if subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL).returncode:
        raise say.DevError(
            f"Odoo was not fetched: {debian_reason} The clone of {url} failed too.",
            way_out,
        )
    if inspect(draft) is None:
        raise say.DevError(f"What {url} has is not Odoo 19.", way_out)
    draft.rename(target)
    return target
