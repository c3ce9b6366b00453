# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The folder outside the checkout that holds everything fetched, built or run."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from devtools import say
from devtools.project import ROOT


def root(environ=os.environ):
    """The cache folder; it need not exist yet."""
    if environ.get("PSYNAMICA_CACHE"):
        return Path(environ["PSYNAMICA_CACHE"]).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser().absolute() / "psynamica-dev"


def folder(*parts):
    """A folder inside the cache, made when missing, closed to other users."""
    path = root().joinpath(*parts)
    if not path.is_dir():
        root().mkdir(parents=True, exist_ok=True, mode=0o700)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def checkout_key(checkout=ROOT):
    """Eight hex digits that tell this checkout from others on the same cache."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:8]


def checkout_folder(*parts):
    """A folder inside the cache for this checkout alone."""
    return folder("checkouts", checkout_key(), *parts)


def write_atomically(path, text, mode=0o600):
    """Writes *text* to *path* so that a reader sees all of it or the old content."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)


class Stamp:
    """Remembers for which input a step was last finished."""

    def __init__(self, path):
        self.path = Path(path)

    def matches(self, value):
        """Whether the step was finished for exactly *value*."""
        try:
            return self.path.read_text(encoding="utf-8") == value
        except FileNotFoundError:
            return False

    def write(self, value):
        """Records that the step is finished for *value*."""
        write_atomically(self.path, value)


@contextlib.contextmanager
def locked(name, busy=None):
    """Holds the lock *name* of this cache.

    While another process has it, raises *busy* when given; else waits, and says so.
    """
    path = folder("locks") / name
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if busy:
                raise busy from None
            say.note(f"Another ./dev is busy with “{name}”; waiting for it…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def remove():
    """Deletes the cache folder and all in it."""
    shutil.rmtree(root(), ignore_errors=True)
