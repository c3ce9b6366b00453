# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Faults: what goes wrong with the next calls, or with some of all calls."""

import asyncio
import dataclasses
import itertools
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from . import limits
from .errors import ZoomApiError

XML_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code>'
    "<Message>We encountered an internal error. Please try again.</Message></Error>"
)
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"
_XML = {"Content-Type": "application/xml"}
_HTML = {"Content-Type": "text/html"}
# Ready-made faults by name.  429s are made in `preset` because they tell the time.
PRESETS: dict[str, dict] = {
    "500": {"status": 500, "json": {"code": 500, "message": "Internal error"}},
    "502": {"status": 502, "body": GATEWAY_PAGE, "headers": _HTML},
    "503": {"status": 503, "body": "", "headers": {"Retry-After": "2"}},
    "500_after": {"status": 500, "json": {}, "after": True},
    "xml": {"status": 500, "body": XML_ERROR, "headers": _XML},
    "garbage": {"status": 200, "body": "\x00\x01 not json {{{", "after": True},
    "empty": {"status": 200, "body": "", "after": True},
    "cut_before": {"cut": "before"},
    "cut_after": {"cut": "after"},
    "cut_during": {"cut": "during"},
    "slow": {"delay_s": 1.0},
    "slow_after": {"delay_s": 1.0, "after": True},
    "no_headers": {"drop_headers": ["Content-Type", "x-zm-trackingid", "Date"]},
}
_NAMES_429 = ("429_second", "429_day", "429_writes", "429_concurrent", "429_seconds")
PRESET_NAMES = (*PRESETS, *_NAMES_429)
CUTS = (None, "before", "after", "during")


@dataclass
class Fault:
    """What happens to a call instead of, or besides, the right thing."""

    name: str = "custom"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    json: object = None
    body: str | None = None
    # Real seconds, before the work or, with `after`, between work and answer.
    delay_s: float = 0.0
    # Wait there until `Faults.release`, so that a test needs no durations.
    hold: bool = False
    # Do the work first, then answer as above.
    after: bool = False
    # Cut the connection "before" or "after" the work, or "during" the answer.
    cut: str | None = None
    drop_headers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.cut not in CUTS:
            raise ValueError(f"cut is one of {CUTS}, not {self.cut!r}")
        self._check_type("status", int | None)
        self._check_type("delay_s", int | float)
        self._check_type("headers", dict)
        self._check_type("hold", bool)

    def _check_type(self, name: str, kind: object) -> None:
        if not isinstance(getattr(self, name), kind):
            raise ValueError(f"{name} of a fault has the wrong type")

    @property
    def replaces_answer(self) -> bool:
        """Whether the answer is this fault's and not the simulator's."""
        return self.status is not None

    def text(self) -> str:
        """Return the body of the answer."""
        if self.body is not None:
            return self.body
        return "" if self.json is None else json.dumps(self.json)


def preset(name: str, now: float) -> Fault:
    """Return a ready-made fault.

    :param now: simulated Unix seconds, for the headers that tell a time
    :raises ValueError: there is none of this name
    """
    if name in PRESETS:
        return Fault(name=name, **PRESETS[name])
    answer = _refusal(name, now)
    return Fault(name, answer.status, dict(answer.headers), answer.body())


def _refusal(name: str, now: float) -> ZoomApiError:
    if name == "429_second":
        return limits.too_fast(limits.LIGHT, 4, now)
    if name == "429_day":
        return limits.too_many_a_day(limits.LIGHT, 6000, now)
    if name == "429_writes":
        return limits.too_many_writes(107)
    if name == "429_concurrent":
        return limits.too_concurrent()
    if name == "429_seconds":
        # Not Zoom's own form, but proxies and HTTP itself know it.
        answer = limits.too_fast(limits.LIGHT, 4, now)
        answer.headers["Retry-After"] = "2"
        return answer
    known = ", ".join(PRESET_NAMES)
    raise ValueError(f"no fault is called {name!r}; there are {known}")


@dataclass
class Rule:
    """Which calls a fault is for, and how often."""

    id: int
    method: str | None
    path: re.Pattern
    user: str | None
    # How many calls are left; None = no end.
    times: int | None
    percent: float | None
    mix: list
    rng: random.Random
    fired: int = 0

    def fits(self, method: str, path: str, user: str | None) -> bool:
        """Whether this call is one of those meant (before any dice)."""
        if self.times == 0:
            return False
        if self.method and self.method != method:
            return False
        if self.user and self.user != user:
            return False
        return self.path.fullmatch(path) is not None

    def choose(self, now: float) -> Fault | None:
        """Return the fault for a call that fits, or None when the dice say so."""
        if self.percent is not None and self.rng.random() * 100 >= self.percent:
            return None
        chosen = self.rng.choice(self.mix)
        fault = preset(chosen, now) if isinstance(chosen, str) else chosen
        self.fired += 1
        if self.times is not None:
            self.times -= 1
        return fault

    def describe(self) -> dict:
        """Return this rule as JSON."""
        names = [f if isinstance(f, str) else f.name for f in self.mix]
        return {
            "id": self.id,
            "method": self.method,
            "path": self.path.pattern,
            "user": self.user,
            "times": self.times,
            "percent": self.percent,
            "mix": names,
            "fired": self.fired,
        }


class Faults:
    """The rules in force, oldest first; the first that fires is used."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._rules: list[Rule] = []
        self.fired: Counter[str] = Counter()
        self._gates: list[asyncio.Event] = []
        self._one_more = asyncio.Event()

    @property
    def held(self) -> int:
        """How many calls are held now."""
        return len(self._gates)

    async def hold(self) -> None:
        """Wait until `release`; others may wait for that with `wait_for_held`."""
        gate = asyncio.Event()
        self._gates.append(gate)
        self._one_more.set()
        self._one_more = asyncio.Event()
        await gate.wait()

    def release(self, count: int | None = None) -> None:
        """Let calls go on that are held: the first `count`, or all."""
        for gate in self._gates[:count]:
            gate.set()
        del self._gates[:count]

    async def wait_for_held(self, count: int, timeout_s: float) -> int:
        """Return how many calls are held, as soon as there are `count`, or in time.

        :param timeout_s: real seconds
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        while self.held < count:
            try:
                await asyncio.wait_for(self._one_more.wait(), until - loop.time())
            except asyncio.TimeoutError:
                break
        return self.held

    def add(self, wanted: dict, now: float) -> dict:
        """Add a rule and return its description.

        Keys: `method`, `path` (regular expression for the whole path), `user`
        (e-mail), `times` (default 1; null = no end) or `percent` with `seed`, and
        either `preset` (a name), `mix` (list of names) or the fields of `Fault`.

        :raises ValueError: a key or a value is not known
        """
        wanted = dict(wanted)
        percent = wanted.pop("percent", None)
        rule = Rule(
            id=next(self._ids),
            method=(wanted.pop("method", None) or "").upper() or None,
            path=_pattern(wanted.pop("path", ".*")),
            user=wanted.pop("user", None),
            times=wanted.pop("times", None if percent is not None else 1),
            percent=percent,
            # Dice for faults, not for secrets; the seed repeats a run.
            rng=random.Random(wanted.pop("seed", None)),  # noqa: S311
            mix=_mix(wanted, now),
        )
        self._rules.append(rule)
        return rule.describe()

    def pick(
        self, method: str, path: str, user: str | None, now: float
    ) -> Fault | None:
        """Return what goes wrong with this call, if anything."""
        for rule in self._rules:
            if rule.fits(method, path, user) and (fault := rule.choose(now)):
                self.fired[fault.name] += 1
                if rule.times == 0:
                    self._rules.remove(rule)
                return fault
        return None

    def clear(self) -> None:
        """Remove all rules; the count of what has fired stays."""
        self._rules.clear()

    def describe(self) -> dict:
        """Return rules and counts as JSON."""
        return {
            "rules": [rule.describe() for rule in self._rules],
            "fired": dict(self.fired),
        }


def _pattern(text: object) -> re.Pattern:
    try:
        return re.compile(text)
    except (re.error, TypeError):
        raise ValueError(f"path is no regular expression: {text!r}") from None


def _mix(wanted: dict, now: float) -> list:
    """Return the faults to choose from; what remains in `wanted` describes one.

    Fields beside a `preset` change that preset.
    """
    names = list(wanted.pop("mix", None) or [])
    name = wanted.pop("preset", None)
    for known in [*names, *([name] if name else [])]:
        preset(known, now)
    if name and not wanted:
        return [*names, name]
    if names and not wanted:
        return names
    base = preset(name, now) if name else Fault()
    try:
        custom = dataclasses.replace(base, **wanted)
    except TypeError as error:
        raise ValueError(str(error)) from None
    if custom == Fault(name=custom.name):
        raise ValueError("the fault does nothing: give a preset, status, cut, …")
    return [*names, custom]
