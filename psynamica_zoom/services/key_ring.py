# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The keys that seal secrets, newest first."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from .vault_error import VaultError

KEY_BYTES = 64  # 32 for AES-256, 32 for HMAC-SHA256
ID_BYTES = 4
_LABEL = b"psynamica key id 1\0"


@dataclass(frozen=True)
class Key:
    """One entry of the ring; its `repr` shows the id only."""

    id: bytes
    cipher_key: bytes = field(repr=False)
    mac_key: bytes = field(repr=False)

    @cached_property
    def cipher(self) -> AES:
        """Return AES-256 with this key, made once for all secrets."""
        return AES(self.cipher_key)

    @cached_property
    def mac(self) -> HMAC:
        """Return HMAC-SHA256 with this key, to be copied: it signs once only."""
        return HMAC(self.mac_key, SHA256())


class KeyRing:
    """Keys by their ids.  New secrets are sealed with the first, all of them open.

    To rotate, put a new key first and keep the old ones until nothing needs them.
    """

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = {}
        for key in keys:
            if key.id in self._keys:
                raise VaultError("a key is listed twice")
            self._keys[key.id] = key
        if not self._keys:
            raise VaultError("there is no key")
        self.newest = next(iter(self._keys.values()))

    @classmethod
    def from_strings(cls, texts: Iterable[str]) -> KeyRing:
        """Return the ring of these keys, newest first, each base64 of 64 bytes.

        :raises VaultError: no key, one listed twice, or one that is no key
        """
        return cls(_key(text) for text in texts)

    @staticmethod
    def generate() -> str:
        """Return a new random key in the form `from_strings` takes."""
        return base64.b64encode(os.urandom(KEY_BYTES)).decode()

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids in hexadecimal, newest first; they may be shown."""
        return tuple(key_id.hex() for key_id in self._keys)

    def get(self, key_id: bytes) -> Key | None:
        """Return the key of this id, None when the ring has none."""
        return self._keys.get(key_id)

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(self.ids)}>"


def _key(text: str) -> Key:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise VaultError("a key is not the base64 form of 64 bytes")
    return Key(hashlib.sha256(_LABEL + raw).digest()[:ID_BYTES], raw[:32], raw[32:])
