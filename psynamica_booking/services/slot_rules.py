# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a service is booked: its length, its breaks, and how early, late and often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .weekly_hours import MODES, Mode

_MINUTES_A_DAY = 24 * 60
_ALL_TIME = timedelta(days=3660)  # ten years: more is a slip of the finger


@dataclass(frozen=True)
class SlotRules:
    """The rules of one service.

    :param minutes: how long a session is
    :param interval_minutes: on the clock, from one start to the next that is offered
    :param buffer_before_minutes: in which nothing else may be
    :param buffer_after_minutes: in which nothing else may be
    :param notice: the least time from booking to start
    :param horizon: the most time from booking to start
    :param most_per_day: sessions, None = any number
    :param most_per_week: sessions from Monday to Sunday, None = any number
    :raises ValueError: such rules cannot be
    """

    minutes: int
    interval_minutes: int
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    notice: timedelta = timedelta(0)
    horizon: timedelta = timedelta(days=60)
    most_per_day: int | None = None
    most_per_week: int | None = None
    mode: Mode = "online"

    def __post_init__(self) -> None:
        if not 1 <= self.minutes <= _MINUTES_A_DAY:
            raise ValueError("a session is 1 minute to 24 hours long")
        if not 1 <= self.interval_minutes <= _MINUTES_A_DAY:
            raise ValueError("starts are 1 minute to 24 hours apart")
        for buffer in (self.buffer_before_minutes, self.buffer_after_minutes):
            if not 0 <= buffer <= _MINUTES_A_DAY:
                raise ValueError("a buffer is 0 minutes to 24 hours long")
        if not timedelta(0) <= self.notice <= self.horizon <= _ALL_TIME:
            raise ValueError("the notice is within the horizon, that within ten years")
        for most in (self.most_per_day, self.most_per_week):
            if most is not None and most < 1:
                raise ValueError("a cap is at least one session, or none at all")
        if self.mode not in MODES:
            raise ValueError("a session is online or in person")

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=self.interval_minutes)

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.buffer_before_minutes)

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.buffer_after_minutes)
