# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated clock: real time plus an offset, at a speed of choice."""

import asyncio
import time
from datetime import datetime, timezone

DAY_S = 24 * 60 * 60


class Clock:
    """Tells the simulator's time in Unix seconds and wakes those who wait for it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._anchor(time.time(), 1.0)

    def _anchor(self, moment: float, speed: float) -> None:
        self._simulated_at = moment
        self._real_at = time.time()
        self._speed = speed
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """How many simulated seconds pass in a real one."""
        return self._speed

    def now(self) -> float:
        """Return the simulated time in Unix seconds."""
        return self._simulated_at + (time.time() - self._real_at) * self._speed

    def advance(self, seconds: float) -> None:
        """Move the clock; negative values move it back."""
        self._anchor(self.now() + seconds, self._speed)

    def set_to(self, moment: float) -> None:
        """Set the clock to `moment`, Unix seconds; it goes on from there."""
        self._anchor(moment, self._speed)

    def set_speed(self, speed: float) -> None:
        """Make `speed` simulated seconds pass in each real second.

        :raises ValueError: the speed is not a positive number
        """
        if not speed > 0:
            raise ValueError("the clock's speed must be above 0")
        self._anchor(self.now(), speed)

    def reset(self) -> None:
        """Show real time again."""
        self._anchor(time.time(), 1.0)

    async def wait_until(self, moment: float) -> None:
        """Return once the simulated clock shows `moment`, however it gets there."""
        while (left := moment - self.now()) > 0:
            try:
                await asyncio.wait_for(self._changed.wait(), left / self._speed)
            except asyncio.TimeoutError:
                continue


def iso(moment: float) -> str:
    """Return Unix seconds as Zoom writes moments: `2026-12-01T14:00:00Z`."""
    at = datetime.fromtimestamp(int(moment), timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_day(moment: float) -> int:
    """Return the number of the UTC day; quotas live as long as it is the same."""
    return int(moment // DAY_S)


def next_utc_midnight(moment: float) -> float:
    """Return the Unix time of the next 00:00 UTC."""
    return float((utc_day(moment) + 1) * DAY_S)
