# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds the browser for the browser tests."""

import os
import shutil

from devtools import cache

# The names Odoo's own test harness looks for on the PATH (odoo/tests/common.py).
_NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

HOW_TO_GET = (
    "Install Debian's package chromium, or set CHROME_BIN to a Chrome or Chromium."
)


def find():
    """The path of Chrome or Chromium; ``None`` when there is none.

    ``CHROME_BIN``, when set, is the only place looked at.
    """
    named = os.environ.get("CHROME_BIN")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


def path_with(browser):
    """A ``PATH`` on which Odoo's test harness finds *browser* under a name it knows."""
    folder = cache.folder("browser")
    link = folder / _NAMES[0]
    draft = folder / f".{os.getpid()}"
    draft.symlink_to(browser)
    draft.replace(link)
    return os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
