# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The key file in the data directory, used when no key is configured.

It exists so that a fresh installation is safe without any setting: the keys are never
in the database, so a dump of the database alone opens nothing.
"""

from __future__ import annotations

import os
import secrets
import stat

from .key_ring import KeyRing
from .vault_error import VaultError

MAX_BYTES = 64 * 1024  # some 700 keys
_HEADER = "# Keys that seal secrets, newest first. Lose this file and they are lost.\n"


class KeyFileError(Exception):
    """The key file cannot be used; the message says why and what to do."""


class KeyFileMissing(KeyFileError):
    """There is no key file, and none was to be made."""


def load(path: str) -> list[str]:
    """Return the keys in the file, newest first.

    :raises KeyFileMissing: there is none
    :raises KeyFileError: see `load_or_create`
    """
    if not os.path.lexists(path):
        raise KeyFileMissing(f"The key file {path} is missing.")
    return load_or_create(path)


def load_or_create(path: str) -> list[str]:
    """Return the keys in the file, newest first; make it with one key when missing.

    Processes that start together agree on one key: the complete file appears under
    its name at once, for the first of them.

    :raises KeyFileError: it cannot be read or made, others may read it, it is not a
        plain file of our own, or it holds no usable keys
    """
    try:
        if not os.path.lexists(path):
            _create(path)
        text = _read(path)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} cannot be read or made: {error.strerror}."
        ) from None
    return _keys(path, text)


def _create(path: str) -> None:
    folder, name = os.path.split(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    draft = os.path.join(folder, f".{name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(f"{_HEADER}{KeyRing.generate()}\n")
            file.flush()
            os.fsync(file.fileno())
        _publish(draft, path)
    finally:
        os.unlink(draft)


def _publish(draft: str, path: str) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first: its key counts
    folder = os.open(os.path.dirname(draft), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: str) -> str:
    # O_NONBLOCK: opening a named pipe must not hang before we can refuse it.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    if os.path.islink(path):
        raise KeyFileError(f"The key file {path} is a link; put the file itself there.")
    descriptor = os.open(path, flags)
    try:
        _refuse_unsafe(path, os.fstat(descriptor))
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > MAX_BYTES:
        raise KeyFileError(f"The key file {path} is too long to be a key file.")
    return content.decode("ascii", "replace")


def _refuse_unsafe(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(f"The key file {path} is not a plain file.")
    if status.st_uid != os.geteuid():
        raise KeyFileError(
            f"The key file {path} belongs to another user than the one Odoo runs as."
        )
    if status.st_mode & 0o077:
        raise KeyFileError(
            f"The key file {path} can be used by other users of this machine. "
            f"Run: chmod 600 {path}"
        )


def _keys(path: str, text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        KeyRing.from_strings(keys)
    except VaultError as error:
        raise KeyFileError(f"The key file {path} is damaged: {error}.") from None
    return keys
