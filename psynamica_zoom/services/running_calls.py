# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls that are on their way, and whom they keep busy."""

from __future__ import annotations

import concurrent.futures
import time
from collections import Counter
from concurrent.futures import Future

from .delivery_call import Call
from .pacing import PacedTransport

Started = tuple[Call, PacedTransport]


class RunningCalls:
    """Futures of calls; one at a time within a connection."""

    def __init__(self) -> None:
        self._started: dict[Future, Started] = {}

    def __len__(self) -> int:
        return len(self._started)

    def add(self, future: Future, call: Call, transport: PacedTransport) -> None:
        """Remember a call that has just been started."""
        self._started[future] = (call, transport)

    def connections(self) -> list[int]:
        """Return the ids of the connections with a call on its way."""
        return [call.connection for call, _transport in self._started.values()]

    def by_account(self) -> Counter[str]:
        """Return how many calls are on their way to each account."""
        return Counter(transport.key for _call, transport in self._started.values())

    def tier_of(self, key: str) -> str:
        """Return how fast this account may be asked; one has a call on its way."""
        started = self._started.values()
        return next(one.tier for _call, one in started if one.key == key)

    def finished(self, timeout_s: float) -> list[tuple[Future, Started]]:
        """Return and forget the calls that are done, waiting for the first of them.

        :param timeout_s: the longest wait, also when there is nothing to wait for
        """
        if not self._started:
            time.sleep(timeout_s)
        done, _waiting = concurrent.futures.wait(
            self._started,
            timeout=timeout_s,
            return_when=concurrent.futures.FIRST_COMPLETED,
        )
        return [(future, self._started.pop(future)) for future in done]
