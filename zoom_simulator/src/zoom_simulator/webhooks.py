# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delivers signed notifications, retries and logs them; answers nothing itself."""

import asyncio
import contextlib
import random
import ssl
import time
from collections import deque

import aiohttp

from .clock import Clock, iso
from .delivery import DELIVERED, FAILED, LOST, PENDING, Delivery, Weather
from .entities import App
from .webhook_rules import (
    ANSWER_WITHIN_S,
    RETRY_DELAYS_S,
    compact,
    headers,
    is_retried,
    is_success,
)

_LOG_CAPACITY = 20_000


class Courier:
    """Delivers notifications, retries them and keeps a log."""

    def __init__(
        self,
        clock: Clock,
        trust: ssl.SSLContext,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._clock = clock
        self._answer_within = aiohttp.ClientTimeout(answer_within_s)
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task] = set()
        self._log: deque[Delivery] = deque(maxlen=_LOG_CAPACITY)
        self._waiting: set[Delivery] = set()
        self._busy = 0
        self._changed = asyncio.Event()
        self._count = 0
        self._rng = random.Random()  # noqa: S311 (dice for the weather)
        self.weather = Weather()

    # --- sending

    def send(self, app: App, url: str, body: dict) -> Delivery | None:
        """Begin to deliver `body` to `url`; None when there is no receiver."""
        if not url:
            return None
        delivery = self._record(app, url, body)
        if self._rng.random() * 100 < self.weather.lost_percent:
            delivery.state, delivery.next_at = LOST, None
            return delivery
        self._start(delivery)
        if self._rng.random() * 100 < self.weather.twice_percent:
            self._start(self._record(app, url, body))
        return delivery

    def seed(self, seed: int) -> None:
        """Make the dice of the weather repeatable."""
        self._rng.seed(seed)

    def _record(self, app: App, url: str, body: dict) -> Delivery:
        self._count += 1
        delivery = Delivery(
            number=self._count,
            app=app,
            url=url,
            event=body["event"],
            event_ts=body["event_ts"],
            body=compact(body),
            created_at=self._clock.now(),
            next_at=self._clock.now(),
        )
        self._log.append(delivery)
        return delivery

    def _start(self, delivery: Delivery) -> None:
        self._waiting.add(delivery)
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        await self._pass_the_weather()
        for delay_s in (*RETRY_DELAYS_S, None):
            status = await self._attempt(delivery)
            if status is not None and is_success(status, len(delivery.attempts) - 1):
                return self._finish(delivery, DELIVERED)
            if delay_s is None or not is_retried(status):
                return self._finish(delivery, FAILED)
            delivery.next_at = self._clock.now() + delay_s
            self._notify()
            await self._clock.wait_until(delivery.next_at)
        return None

    async def _pass_the_weather(self) -> None:
        if self.weather.max_delay_s:
            await asyncio.sleep(self._rng.random() * self.weather.max_delay_s)
        while self.weather.held:
            await self._changed.wait()

    def _finish(self, delivery: Delivery, state: str) -> None:
        delivery.state = state
        delivery.next_at = None
        self._waiting.discard(delivery)
        self._notify()

    async def _attempt(self, delivery: Delivery) -> int | None:
        """Return the receiver's status, None when it gave no answer in time."""
        self._busy += 1
        started = time.monotonic()
        # The real time, not the simulated: receivers compare it with their own
        # clock, while tests move ours by hours.
        signed = headers(delivery.app, delivery.body, at=time.time())
        try:
            status, _answer = await self.post(delivery.url, delivery.body, signed)
            error = None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as failure:
            status, error = None, type(failure).__name__
        finally:
            self._busy -= 1
        delivery.attempts.append(
            {
                "at": iso(self._clock.now()),
                "status": status,
                "error": error,
                "ms": round((time.monotonic() - started) * 1000, 1),
            }
        )
        self._notify()
        return status

    # --- one HTTP exchange

    async def post(
        self, url: str, body: bytes, headers_: dict[str, str]
    ) -> tuple[int, bytes]:
        """Send one request and return status and body of the answer.

        :raises aiohttp.ClientError: no connection
        :raises asyncio.TimeoutError: no answer within `ANSWER_WITHIN_S`
        """
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._trust, limit=20)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._answer_within
            )
        async with self._session.post(
            url, data=body, headers=headers_, allow_redirects=False
        ) as answer:
            return answer.status, await answer.read()

    async def challenge(self, app: App, event: dict) -> tuple[int, bytes]:
        """Send an event once, outside the log, and return the answer.

        :raises aiohttp.ClientError, asyncio.TimeoutError: see `post`
        """
        body = compact(event)
        return await self.post(
            app.webhook_url, body, headers(app, body, at=time.time())
        )

    # --- looking

    def deliveries(self, event: str | None = None, since: int = 0) -> list[dict]:
        """Return the log, oldest first; `event` and `since` narrow it down."""
        return [
            delivery.describe()
            for delivery in self._log
            if delivery.number > since and event in (None, delivery.event)
        ]

    def counts(self) -> dict[str, int]:
        """Return how many deliveries of the log are in each state."""
        found = dict.fromkeys((PENDING, DELIVERED, FAILED, LOST), 0)
        for delivery in self._log:
            found[delivery.state] += 1
        return found

    def is_settled(self) -> bool:
        """Whether nothing is on its way or due; retries may wait for their time."""
        now = self._clock.now()
        due = any(d.next_at is not None and d.next_at <= now for d in self._waiting)
        return not due and not self._busy

    async def settled(self, timeout_s: float) -> bool:
        """Wait until nothing is on its way or due; False when it takes too long.

        :param timeout_s: real seconds
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while not self.is_settled():
            try:
                await asyncio.wait_for(self._changed.wait(), until - loop.time())
            except asyncio.TimeoutError:
                return False
        return True

    def set_weather(self, weather: Weather) -> None:
        """Change what happens to notifications from now on."""
        self.weather = weather
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # --- end

    async def reset(self) -> None:
        """Give up everything that is on its way and forget the log."""
        await self._stop_all()
        self._log.clear()
        self._count = 0
        self.weather = Weather()

    async def _stop_all(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._waiting.clear()

    async def close(self) -> None:
        """Give up everything and close connections."""
        await self._stop_all()
        if self._session is not None:
            await self._session.close()
