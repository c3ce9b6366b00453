# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The plan of `./dev chaos`: decided by the seed."""

from devtools.chaos import plan
from devtools.chaos.actor import Actor


def test_the_seed_repeats_a_plan():
    assert plan.make(300, 5, 20) == plan.make(300, 5, 20)


def test_another_seed_is_another_plan():
    assert plan.make(300, 5, 20).operations != plan.make(300, 6, 20).operations


def test_the_continuous_integration_run_has_everything():
    """Whatever the seed, 300 operations meet most kinds, and PostgreSQL crashes."""
    for seed in range(20):
        made = plan.make(300, seed, 20)
        kinds = {operation.kind for operation in made.operations}
        kills = {disturbance.kind for disturbance in made.disturbances}

        assert len(made.operations) == 300
        assert len(kinds) >= len(plan.WEIGHTS) - 5
        assert kills == set(plan.KILLS_EVERY)


def test_nothing_is_killed_without_faults():
    assert plan.make(300, 1, 0).disturbances == ()


def test_every_operation_can_be_done():
    missing = [kind for kind in plan.WEIGHTS if not hasattr(Actor, f"_{kind}")]

    assert missing == []
