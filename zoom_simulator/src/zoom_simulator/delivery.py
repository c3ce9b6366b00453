# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One notification on its way, and what may happen to it there."""

import json
from dataclasses import dataclass, field

from .clock import iso
from .entities import App

PENDING = "pending"
DELIVERED = "delivered"
FAILED = "failed"
LOST = "lost"


@dataclass
class Weather:
    """What the way to the receiver does to notifications; percentages of them."""

    lost_percent: float = 0.0
    twice_percent: float = 0.0
    # Real seconds; each notification waits a random part of them.
    max_delay_s: float = 0.0
    # Notifications are kept back as long as this is set.
    held: bool = False


@dataclass(eq=False)
class Delivery:
    """One notification on its way to one receiver."""

    number: int
    app: App
    url: str
    event: str
    event_ts: int
    body: bytes
    created_at: float
    state: str = PENDING
    next_at: float | None = None
    attempts: list[dict] = field(default_factory=list)

    def describe(self) -> dict:
        """Return this delivery as JSON."""
        return {
            "number": self.number,
            "event": self.event,
            "event_ts": self.event_ts,
            "client_id": self.app.client_id,
            "state": self.state,
            "next_at": iso(self.next_at) if self.next_at else None,
            "attempts": self.attempts,
            "body": json.loads(self.body),
        }
