# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What `./dev chaos` does, on every run of the tests: nothing lost, nothing doubled."""

import pytest

from devtools import postgres
from devtools.chaos.run import Options, run


@pytest.mark.alone
def test_chaos():
    """Three hundred operations among faults and kills leave no wrong state."""
    outcome = run(Options(operations=300, seed=19, faults=20))

    print(outcome.figures)
    assert outcome.findings.sentences() == []
    assert outcome.figures["notifications_refused"] == 0
    # Without these it would have shown nothing.
    assert outcome.figures["sessions_checked"] >= 10
    assert sum(outcome.figures["faults"].values()) >= 10
    kinds = {"cron_worker", "http_worker", "backend_ended"}
    if postgres.is_ours_alone():  # what crashes it may not be somebody else's
        kinds.add("backend_killed")
    assert set(outcome.figures["kills"]) == kinds
