# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""axe-core, which looks for barriers in a page: fetched by npm into the cache."""

import shutil
import subprocess

from devtools import cache, say
from devtools.project import ROOT, files_digest

# The lock file pins the version and the fingerprint of what npm fetches.
_FILES = tuple(
    ROOT / "tests" / "e2e" / "npm" / name
    for name in ("package.json", "package-lock.json")
)
_NO_NPM = (
    "the public pages were not checked for barriers: npm was not found. "
    "Install Debian's package npm."
)
_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def script():
    """(path, problem): axe-core's script, or "" and why there is none.

    :raises DevError: npm could not fetch it
    """
    npm = shutil.which("npm")
    if not npm:
        return "", _NO_NPM
    with cache.locked("npm"):
        wanted = files_digest(_FILES)
        home = cache.folder("npm", wanted[:12])
        done = cache.Stamp(home / ".complete")
        if not done.matches(wanted):
            _fetch(npm, home)
            done.write(wanted)
    return home / "node_modules" / "axe-core" / "axe.min.js", ""


def _fetch(npm, home):
    say.step("axe-core, by npm")
    for file in _FILES:
        shutil.copy(file, home)
    fetched = subprocess.run([npm, "ci", *_QUIET], cwd=home)
    if fetched.returncode:
        raise say.DevError(
            f"Could not fetch axe-core: npm ended with code {fetched.returncode}.",
            "Read the lines above (is the package index reachable?) and run the "
            "command again.",
        )
