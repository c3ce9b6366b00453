# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom's moments in text, as aware UTC datetimes.

`datetime.fromisoformat` refuses the letter Z on Python 3.10, and Zoom writes it.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

_LONGEST = 40  # characters; "2019-06-17T13:52:28.632000+02:00" has 32
_FRACTION = re.compile(r"\.(\d{1,9})")


def parse(text: object) -> datetime | None:
    """Return the moment as aware UTC; None unless it is a full moment with a zone."""
    if not isinstance(text, str) or len(text) > _LONGEST or "T" not in text:
        return None
    plain = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text)
    try:
        moment = datetime.fromisoformat(plain.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            return None
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
