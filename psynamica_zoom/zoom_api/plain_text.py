# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Text that stays on its line."""

from __future__ import annotations

import unicodedata

# Control characters, halves of a letter, and Unicode's own line ends.  Not what
# `str.isprintable` refuses besides: joiners that words and emoji are made with.
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """Return the text with a space for each letter that could end or break a line."""
    letters = (" " if unicodedata.category(c) in _BREAKING else c for c in text)
    return "".join(letters).strip()
