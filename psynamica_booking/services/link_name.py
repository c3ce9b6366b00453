# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names as they stand in a link: small Latin letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata

# As in Russian passports (ICAO Doc 9303, part 3, section 6), but for й and х, which
# read better this way in a link.
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщыэюяёіїєґў",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya".split()
        + "e i i e g u".split(),
        strict=True,
    )
) | {"ъ": "", "ь": ""}
_OTHERS = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ð": "d"}
_TABLE = str.maketrans(_CYRILLIC | _OTHERS)


def link_name(text: str, longest: int = 60) -> str:
    """Return `text` as part of a link, "" when it has no letter that can be one."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_TABLE)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:longest].strip("-")
