# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Seal, open and re-seal 10 000 tokens; the peer is cryptography's Fernet.

Both encrypt with AES in CBC mode and then sign with HMAC-SHA256; ours also binds each
secret to its row and column. Re-sealing opens with the old key and seals with the new.
"""

import secrets
import sys

from cryptography.fernet import Fernet, MultiFernet

from benchmarks import command, plain_addons, rounds
from benchmarks.result import Comparison, Result, at_least, for_information

plain_addons.make_importable()

from psynamica_zoom.services.token_vault import KeyRing, TokenVault  # noqa: E402

TOKENS = 10_000
TOKEN_BYTES = 512  # as text about 700 characters, the size of Zoom's
ROUNDS = 5
# Whoever has a secret knows where it is kept.
CONTEXTS = [f"psynamica.zoom.connection/{row}/refresh" for row in range(TOKENS)]


class Ours:
    """The vault, before and after a new key was put first."""

    def __init__(self):
        old, new = KeyRing.generate(), KeyRing.generate()
        self._old = TokenVault(KeyRing.from_strings([old]))
        self._both = TokenVault(KeyRing.from_strings([new, old]))

    def seal(self, tokens):
        return [
            self._old.seal(token, context=context)
            for context, token in zip(CONTEXTS, tokens, strict=True)
        ]

    def open(self, sealed):
        return [
            self._old.open(text, context=context)
            for context, text in zip(CONTEXTS, sealed, strict=True)
        ]

    def reseal(self, sealed):
        vault = self._both
        return [
            vault.seal(vault.open(text, context=context), context=context)
            for context, text in zip(CONTEXTS, sealed, strict=True)
        ]


class Peer:
    """Fernet, before and after a new key was put first."""

    def __init__(self):
        self._old = Fernet(Fernet.generate_key())
        self._both = MultiFernet([Fernet(Fernet.generate_key()), self._old])

    def seal(self, tokens):
        return [self._old.encrypt(token.encode()).decode() for token in tokens]

    def open(self, sealed):
        return [self._old.decrypt(text.encode()).decode() for text in sealed]

    def reseal(self, sealed):
        return [self._both.rotate(text.encode()).decode() for text in sealed]


def measure(options):
    """The :class:`Result`."""
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in range(TOKENS)]
    count = options.rounds or ROUNDS
    contestants = {}
    for side, vault in (("ours", Ours()), ("peer", Peer())):
        sealed = vault.seal(tokens)
        assert vault.open(sealed) == tokens
        for work, values in (("seal", tokens), ("open", sealed), ("reseal", sealed)):
            contestants[work, side] = _rate(getattr(vault, work), values)
    found = rounds.medians(rounds.interleaved(contestants, count))
    rates = {
        side: {work: found[work, side] for work in ("seal", "open", "reseal")}
        for side in ("ours", "peer")
    }
    comparisons = [_comparison("all three", *map(_all, rates.values()), at_least(1))]
    comparisons += [
        _comparison(work, rates["ours"][work], rates["peer"][work], for_information())
        for work in ("seal", "open", "reseal")
    ]
    return Result("vault", tuple(comparisons), count, {"tokens": TOKENS})


def _rate(work, values):
    return lambda: len(values) / rounds.seconds(work, values)


def _all(rates):
    """How many tokens a second go through all three."""
    return 1 / sum(1 / rate for rate in rates.values())


def _comparison(work, ours, peer, goal):
    what = f"{work}, tokens a second"
    return Comparison(what, "1/s", ours, peer, "cryptography's Fernet", goal)


if __name__ == "__main__":
    sys.exit(command.main(measure))
