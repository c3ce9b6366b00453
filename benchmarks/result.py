# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a benchmark found: comparisons with goals, and one line of JSON."""

import dataclasses
import json
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Goal:
    """What a comparison has to reach, in words and as a check."""

    words: str
    ratio: Callable  # (ours, peer) -> how many times
    is_reached: Callable  # (ours, peer) -> bool; None when there is nothing to reach


def at_most(times):
    """Ours may take so many times as much as the peer."""
    return Goal(f"≤ {times} ×", _of, lambda ours, peer: ours <= times * peer)


def at_least(times):
    """Ours, a rate, is at least so many times the peer's."""
    return Goal(f"≥ {times} ×", _of, lambda ours, peer: ours >= times * peer)


def times_faster(times):
    """Ours, a duration, is so many times shorter than the peer's."""
    return Goal(
        f"≥ {times} × faster",
        lambda ours, peer: _of(peer, ours),
        lambda ours, peer: peer >= times * ours,
    )


def at_most_more(much, unit):
    """Ours may be so much more than the peer's, in their unit."""
    return Goal(f"≤ + {much} {unit}", _of, lambda ours, peer: ours <= peer + much)


def below(limit, unit):
    """Ours stays below a number, whatever the peer does."""
    return Goal(f"< {limit} {unit}", _of, lambda ours, _peer: ours < limit)


def for_information():
    """Nothing to reach; shown because it explains the rest."""
    return Goal("", _of, None)


def _of(one, other):
    return one / other if other else None


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One thing measured on both sides, with the same work."""

    what: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    goal: Goal

    @property
    def ratio(self):
        """How many times, as the goal counts; ``None`` when the peer's is nothing."""
        return self.goal.ratio(self.ours, self.peer)

    @property
    def holds(self):
        """Whether the goal is reached; ``None`` without one."""
        if self.goal.is_reached is None:
            return None
        return bool(self.goal.is_reached(self.ours, self.peer))

    def as_dict(self):
        """For JSON."""
        return {
            "what": self.what,
            "unit": self.unit,
            "ours": rounded(self.ours),
            "peer": rounded(self.peer),
            "peer_name": self.peer_name,
            "ratio": rounded(self.ratio),
            "goal": self.goal.words,
            "holds": self.holds,
        }


@dataclasses.dataclass(frozen=True)
class Result:
    """All of one benchmark; its first comparison is the one that is shown first."""

    name: str
    comparisons: tuple
    rounds: int
    detail: dict = dataclasses.field(default_factory=dict)

    @property
    def holds(self):
        """Whether every goal is reached."""
        return all(one.holds is not False for one in self.comparisons)

    def as_dict(self):
        """The line of JSON: the first comparison, the rest in its ``detail``."""
        first, *others = [one.as_dict() for one in self.comparisons]
        return {
            "name": self.name,
            "unit": first["unit"],
            "ours": first["ours"],
            "peer": first["peer"],
            "peer_name": first["peer_name"],
            "ratio": first["ratio"],
            "goal": first["goal"],
            "holds": self.holds,
            "rounds": self.rounds,
            "detail": {
                "what": first["what"],
                "holds": first["holds"],
                "also": others,
                **self.detail,
            },
        }

    def as_json(self):
        """The same, as one line."""
        return json.dumps(self.as_dict(), ensure_ascii=False)


def rounded(number):
    """*number* with four significant digits: more is noise."""
    if number is None or isinstance(number, (bool, int)):
        return number
    return float(f"{number:.4g}")
