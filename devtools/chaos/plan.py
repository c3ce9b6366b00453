# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What will be done in a run: decided by its seed alone, before anything starts."""

import dataclasses
import random

# How often each kind of operation is drawn.
WEIGHTS = {
    "create": 24,
    "create_series": 3,
    "move": 20,
    "move_series": 3,
    "cancel": 6,
    "cancel_series": 1,
    "archive": 5,
    "restore": 4,
    "reassign": 5,
    "rename": 4,
    "change_provider": 5,
    "decline": 1,
    "try_again": 2,
    "new_room": 1,
    "disconnect": 2,
    "connect": 10,
    "remove_at_zoom": 1,
    "move_at_zoom": 3,
    "rename_at_zoom": 1,
    "delete_at_zoom": 2,
    "decide": 4,
    "start_at_zoom": 1,
    "own_meeting_at_zoom": 1,
    "expire_tokens": 3,
}

# What the simulator does to calls, in these proportions.
FAULTS = {
    "500": 2,
    "502": 1,
    "503": 1,
    "500_after": 2,
    "xml": 1,
    "garbage": 1,
    "empty": 1,
    "cut_before": 2,
    "cut_after": 3,
    "cut_during": 1,
    "slow": 1,
    "slow_after": 1,
    "no_headers": 1,
    "429_second": 2,
    "429_seconds": 1,
    "429_concurrent": 1,
}
# These stop an account until Zoom's next day, so only some therapists meet them.
DAILY_LIMITS = ("429_day", "429_writes")

# One of each after so many operations, at most a third earlier or later.
KILLS_EVERY = {
    "http_worker": 30,
    "cron_worker": 30,
    "backend_ended": 40,
    "backend_killed": 140,
}
OPERATIONS_OF_ONE = 75  # per therapist, at most: Zoom allows a host 100 writes a day
FEWEST_THERAPISTS = 6


@dataclasses.dataclass(frozen=True)
class Operation:
    """One thing somebody does; *seed* decides its details."""

    number: int
    kind: str
    therapist: int
    seed: int


@dataclasses.dataclass(frozen=True)
class Disturbance:
    """What befalls the system once so many operations are done."""

    after: int
    kind: str
    seed: int


@dataclasses.dataclass(frozen=True)
class Plan:
    """A whole run."""

    seed: int
    therapists: int
    operations: tuple
    disturbances: tuple
    fault_percent: float
    fault_mix: tuple

    @property
    def fault_seed(self):
        """Of the simulator's dice."""
        return self.seed


def make(operations, seed, fault_percent):
    """The :class:`Plan` of a run; the same numbers give the same plan."""
    rng = random.Random(seed)
    therapists = max(FEWEST_THERAPISTS, -(-operations // OPERATIONS_OF_ONE))
    return Plan(
        seed=seed,
        therapists=therapists,
        operations=tuple(_operations(rng, operations, therapists)),
        disturbances=tuple(_disturbances(rng, operations, fault_percent)),
        fault_percent=fault_percent,
        fault_mix=tuple(name for name, weight in FAULTS.items() for _ in range(weight)),
    )


def _operations(rng, count, therapists):
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    for number in range(count):
        kind = rng.choices(kinds, weights)[0]
        yield Operation(number, kind, rng.randrange(therapists), rng.getrandbits(48))


def _disturbances(rng, count, fault_percent):
    """Nothing is killed in a run without faults."""
    found = []
    for kind, distance in KILLS_EVERY.items() if fault_percent else ():
        at = 0
        while (at := at + round(distance * rng.uniform(2 / 3, 4 / 3))) < count:
            found.append(Disturbance(at, kind, rng.getrandbits(48)))
    return sorted(found, key=lambda one: one.after)
