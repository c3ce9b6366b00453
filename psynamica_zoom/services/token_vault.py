# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets at rest: AES-256-CBC, then HMAC-SHA256 over everything.

Sealed form, in base64 with the URL-safe alphabet:

    version 1 B | key id 4 B | IV 16 B | ciphertext | MAC 32 B

The MAC covers all before it and the `context`, which names the row and column the
secret belongs to: copied to another row it does not open.  It is checked before
anything is decrypted, so a padding error cannot be told from any other.
"""

from __future__ import annotations

import binascii
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, modes

from .key_ring import ID_BYTES, Key, KeyRing
from .vault_error import VaultError

__all__ = ["KeyRing", "TokenVault", "VaultError", "sealed_key_id"]

_VERSION = b"\x01"
_BLOCK_BYTES = 16
_MAC_BYTES = 32
_HEAD_BYTES = len(_VERSION) + ID_BYTES
_IV_END = _HEAD_BYTES + _BLOCK_BYTES
_HEAD_CHARACTERS = 8  # of base64: six bytes, the head is five
_SHORTEST = _HEAD_BYTES + 2 * _BLOCK_BYTES + _MAC_BYTES
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_+/", b"+/!!")  # and not from the other alphabet
_DOES_NOT_OPEN = "the sealed secret does not open"


def sealed_key_id(sealed: str) -> str:
    """Return the id of the key that sealed this, in hexadecimal; "" if it is no seal.

    :param sealed: the sealed form, or its first eight characters
    """
    raw = _decode(sealed[:_HEAD_CHARACTERS])
    if len(raw) < _HEAD_BYTES or raw[: len(_VERSION)] != _VERSION:
        return ""
    return raw[len(_VERSION) : _HEAD_BYTES].hex()


class TokenVault:
    """Seals and opens secrets with the keys of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Return the ids of its keys in hexadecimal, newest first; not secret."""
        return self._ring.ids

    def seal(self, plaintext: str, *, context: str) -> str:
        """Return the sealed form, different each time.

        :param context: which row and column it is for, such as
            `psynamica.zoom.connection/7/refresh`
        """
        key, iv = self._ring.newest, os.urandom(_BLOCK_BYTES)
        encryptor = Cipher(key.cipher, modes.CBC(iv)).encryptor()
        # Whole blocks go in, so nothing is left for `finalize` to give or to check.
        ciphertext = encryptor.update(_padded(plaintext.encode()))
        body = _VERSION + key.id + iv + ciphertext
        return _encode(body + _mac(key, body, context))

    def open(self, sealed: str, *, context: str) -> str:
        """Return the plaintext.

        :raises VaultError: always with the same message, whatever the reason
        """
        raw = _decode(sealed)
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        key = self._key_of(raw)
        if key is None or not hmac.compare_digest(_mac(key, body, context), mac):
            raise VaultError(_DOES_NOT_OPEN)
        iv = body[_HEAD_BYTES:_IV_END]
        decryptor = Cipher(key.cipher, modes.CBC(iv)).decryptor()
        padded = decryptor.update(body[_IV_END:])
        return padded[: -padded[-1]].decode()  # genuine, so the padding is ours

    def is_current(self, sealed: str) -> bool:
        """Return whether this form names the newest key; it may still not open."""
        return self._key_of(_decode(sealed)) is self._ring.newest

    def _key_of(self, raw: bytes) -> Key | None:
        if len(raw) < _SHORTEST or raw[: len(_VERSION)] != _VERSION:
            return None
        return self._ring.get(raw[len(_VERSION) : _HEAD_BYTES])


def _padded(plaintext: bytes) -> bytes:
    """Return whole blocks; the last byte tells how many were added (RFC 5652, 6.3)."""
    missing = _BLOCK_BYTES - len(plaintext) % _BLOCK_BYTES
    return plaintext + bytes((missing,)) * missing


def _mac(key: Key, body: bytes, context: str) -> bytes:
    """Return the MAC over context and body.

    The length of the context goes first: bytes cannot move from one to the other.
    """
    named = context.encode()
    signed = len(named).to_bytes(8, "big") + named + body
    mac = key.mac.copy()
    mac.update(signed)
    return mac.finalize()


def _encode(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE).decode()


def _decode(sealed: object) -> bytes:
    """Return the bytes of the one and only base64 form; b"" for any other text.

    Python's decoder skips foreign characters and ignores spare bits, so that many
    texts would open as the same secret.  What was skipped is missing in the result,
    and spare bits are in the last group only.
    """
    if not isinstance(sealed, str):
        return b""
    try:
        text = sealed.encode("ascii").translate(_FROM_URL_SAFE)
        raw = binascii.a2b_base64(text)
    except ValueError:
        return b""
    is_whole = 4 * (len(raw) + text.count(b"=", -2)) == 3 * len(text)
    last = raw[-(len(raw) % 3 or 3) :]
    if not is_whole or not text.endswith(binascii.b2a_base64(last, newline=False)):
        return b""
    return raw
