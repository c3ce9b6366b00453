# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One answer of Zoom's, read with care."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ZoomBadAnswer

_TRACKING_ID = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True, repr=False)
class Answer:
    """A success.  Its `repr` shows no body: that may hold tokens.

    :param body: the decoded object, {} for 204
    """

    route: str
    status: int
    tracking_id: str | None
    body: dict

    def __repr__(self) -> str:
        return f"<Answer {self.route}: {self.status}>"

    def bad(self) -> ZoomBadAnswer:
        """Return the error for a success that holds not what was promised."""
        return ZoomBadAnswer(
            self.route, status=self.status, tracking_id=self.tracking_id
        )


def tracking_id(headers: Mapping[str, str]) -> str | None:
    """Return Zoom's id of the exchange when it is fit for a log line."""
    value = headers.get("x-zm-trackingid", "")
    return value if _TRACKING_ID.fullmatch(value) else None


def decode(content: bytes) -> dict | None:
    """Return the JSON object in `content`; None when it is anything else."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
