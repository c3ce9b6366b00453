# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast a Zoom account is asked, so that its limits are not hit by ourselves.

Zoom: rate limits page: calls per second are counted for an account, over all of its
users; each call has a label, and each label its own limit.  Reading, changing and
deleting a meeting are "light", listing is "medium"; creating is one or the other,
depending on the edition of the API description, and is counted as both here.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from ..zoom_api.answer import Answer
from ..zoom_api.endpoint import ZoomEndpoint
from ..zoom_api.errors import ZoomRateLimited, ZoomUnreachable
from ..zoom_api.transport import ZoomTransport

WINDOW_S = 1.02  # the limits are per second; a little more, in case Zoom's is longer
LEARNED_FROM = 10  # exchanges, before what the fastest needs is taken as known
REMEMBERED = 1000  # a slower way to Zoom only makes us slower until it is learned
PATIENCE_S = 20.0  # a thread waits no longer for its turn
LIGHT, MEDIUM = "light", "medium"
#: Zoom: rate limits page: free 4 and 2 a second, pro 30 and 20.  What the delivery may
#: ask leaves room for questions that can wait, which other processes ask at the same
#: time: the inbox, with light ones, and the comparison.  What is left of the light ones
#: is for other apps of the account and for people who start a session.
PER_SECOND = {
    "free": {LIGHT: 2, MEDIUM: 1},
    "paid": {LIGHT: 23, MEDIUM: 19},
    "free, can wait": {LIGHT: 1, MEDIUM: 1},
    "paid, can wait": {LIGHT: 3, MEDIUM: 1},
    # While the delivery has nothing to say, those two share what it may.
    "free, is idle": {LIGHT: 2, MEDIUM: 1},
    "paid, is idle": {LIGHT: 12, MEDIUM: 9},
}
COLLECTION = "/users/me/meetings"


def tier(plans: list[str]) -> str:
    """Return the row of `PER_SECOND` for an account.

    :param plans: of its users, as `zoom_api.users` names them; a licence is only sold
        to a paid account, and of an unknown one the worst is assumed
    """
    return "paid" if "licensed" in plans else "free"


def patient(tier: str, is_idle: bool = False) -> str:
    """Return the row of `PER_SECOND` for questions to such an account that can wait.

    :param is_idle: whether there is nothing to deliver to the account
    """
    return f"{tier}, is idle" if is_idle else f"{tier}, can wait"


def labels_of(route: str) -> tuple[str, ...]:
    """Return the labels under which a call to this route is counted."""
    return (LIGHT, MEDIUM) if route == COLLECTION else (LIGHT,)


def is_change(method: str, route: str) -> bool:
    """Return whether Zoom counts this call in the 100 changes a day of a user.

    Zoom: rate limits page: creating and updating; deleting is not named.
    """
    if route == COLLECTION:
        return method == "POST"
    return method == "PATCH"


class Slots:
    """At most `limit` requests reach Zoom within any `WINDOW_S`.

    A request reaches Zoom somewhere between being sent and being answered.  Were
    nothing else known, its slot could be used again a window after its answer.  But
    what the fastest exchange needs, all need: only what an exchange takes longer than
    that can lie before or after the moment it reaches Zoom.  So its slot is used again
    a window after it was sent and as much later as it took longer, and never before
    its answer.  Not for several threads at once.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._on_the_way = 0
        self._cooling: list[float] = []  # a heap
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    def wait_s(self, now: float) -> float:
        """Return the seconds until a slot is free: 0 = now, inf = not known."""
        while self._cooling and self._cooling[0] <= now:
            heapq.heappop(self._cooling)
        if self._on_the_way + len(self._cooling) < self.limit:
            return 0.0
        return self._cooling[0] - now if self._cooling else float("inf")

    def is_warm(self, now: float) -> bool:
        """Return whether a request was answered within the last window, or will be."""
        self.wait_s(now)
        return bool(self._on_the_way or self._cooling)

    def take(self) -> None:
        """Use a slot; `wait_s` has just said 0."""
        self._on_the_way += 1

    def give_back(self, sent: float, now: float) -> None:
        """Let the slot of a request that was sent and answered then cool."""
        self._on_the_way -= 1
        took = now - sent
        self._took.append(took)
        is_known = len(self._took) >= LEARNED_FROM
        uncertain_s = took - min(self._took) if is_known else took
        heapq.heappush(self._cooling, max(now, sent + uncertain_s + WINDOW_S))


class Pacer:
    """Lets the threads of a process ask each account as fast as it may be asked.

    :param speed: how many of Zoom's seconds pass in one of ours; not 1 only where
        Zoom is simulated
    """

    def __init__(
        self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._speed = speed
        self._clock = clock
        self._changed = threading.Condition()
        self._slots: dict[tuple[str, str, str], Slots] = {}

    def now(self) -> float:
        """Return Zoom's seconds since some moment."""
        return self._clock() * self._speed

    @contextmanager
    def turn(self, key: str, tier: str, labels: tuple[str, ...]) -> Iterator[None]:
        """Wait until the account may be asked, and keep its slots while it is.

        :param key: the account
        :raises ZoomRateLimited: it took too long; nothing was sent
        """
        with self._changed:
            slots = [self._slots_of(key, tier, label) for label in labels]
            self._wait_for(slots)
            for slot in slots:
                slot.take()
            sent = self.now()
        try:
            yield
        finally:
            with self._changed:
                for slot in slots:
                    slot.give_back(sent, self.now())
                self._changed.notify_all()

    def waits(self) -> dict[str, float]:
        """Return the accounts that must wait: key → our seconds until their turn.

        Infinite while all that may be asked at once is on its way.
        """
        with self._changed:
            now = self.now()
            waits = [
                (key, slots.wait_s(now) / self._speed)
                for (key, _tier, _label), slots in self._slots.items()
            ]
        return {
            key: wait_s for key, wait_s in sorted(waits, key=lambda w: w[1]) if wait_s
        }

    def warm(self) -> set[str]:
        """Return the accounts whose slots are not all free again.

        While one is warm, no other process may ask it at full speed.
        """
        with self._changed:
            now = self.now()
            return {key[0] for key, slots in self._slots.items() if slots.is_warm(now)}

    def _slots_of(self, key: str, tier: str, label: str) -> Slots:
        limit = PER_SECOND[tier][label]
        return self._slots.setdefault((key, tier, label), Slots(limit))

    def _wait_for(self, slots: list[Slots]) -> None:
        until = self._clock() + PATIENCE_S
        while wait_s := max(slot.wait_s(self.now()) for slot in slots):
            left_s = until - self._clock()
            if left_s <= 0:
                raise ZoomRateLimited("our own pace")
            self._changed.wait(min(wait_s / self._speed, left_s))


class PacedTransport:
    """A transport that waits for its turn; one for each call's worth of requests.

    :param transport: the real one
    :param key: the account that is asked
    :param tier: of `PER_SECOND`
    """

    def __init__(
        self, transport: ZoomTransport, pacer: Pacer, key: str, tier: str
    ) -> None:
        self._transport = transport
        self._pacer = pacer
        self.key = key
        self.tier = tier
        self.changes = 0  #: sent so far that count in the 100 a day

    @property
    def endpoint(self) -> ZoomEndpoint:
        """Return where it leads."""
        return self._transport.endpoint

    def call(self, method: str, route: str, **request: Any) -> Answer:
        """Send one request in its turn.  Parameters as for `ZoomTransport.call`.

        :raises ZoomError: see `errors`
        """
        counts = is_change(method, route)
        with self._pacer.turn(self.key, self.tier, labels_of(route)):
            self.changes += counts
            try:
                return self._transport.call(method, route, **request)
            except ZoomUnreachable as error:
                if not error.ambiguous:
                    self.changes -= counts  # it has not left us
                raise

    def api(self, method: str, route: str, **request: Any) -> dict:
        """Send one request in its turn and return the decoded answer."""
        return self.call(method, route, **request).body


# The 100 changes a day

DAILY_CHANGES = 100  # Zoom: rate limits page, per user and UTC day
RESERVE = 20  # of them are kept for sessions that start soon
SOON = timedelta(hours=48)  # today or tomorrow, wherever the client lives


def may_change(used: int, start_at: datetime | None, now: datetime) -> bool:
    """Return whether one of today's changes is spent on this session.

    :param used: how many are spent
    :param start_at: of the session; None when it has none
    """
    left = DAILY_CHANGES - used
    is_soon = start_at is None or start_at < now + SOON
    return left > (0 if is_soon else RESERVE)
