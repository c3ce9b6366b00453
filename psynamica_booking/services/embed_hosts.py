# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sites that may show the scheduling page in a frame.

They become part of a header, so nothing but plain origins gets through.
Content Security Policy 3, section 6.4.2 (frame-ancestors).
"""

from __future__ import annotations

import re

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(
    rf"https://(?:\*\.)?{_LABEL}(?:\.{_LABEL})+(?::[0-9]{{1,5}})?"
    r"|http://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?"
)


def embed_hosts(text: str | None) -> list[str]:
    """Return the origins named in `text`, once each.

    :raises ValueError: a word that is no origin; the word is the argument
    """
    origins = []
    for word in (text or "").lower().replace(",", " ").split():
        origin = word.rstrip("/")
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(word)
        if origin not in origins:
            origins.append(origin)
    return origins
