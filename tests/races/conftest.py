# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One database and simulator for all tests; a fresh connection for each."""

import pytest
from therapist import Therapist

from devtools.stack import start_stack


@pytest.fixture(scope="session")
def stack():
    """The servers but Odoo: the tests start their own processes."""
    with start_stack() as running:
        running.stop_odoo()
        yield running


@pytest.fixture
def therapist(stack):
    """A therapist of the demo data, connected just now."""
    somebody = Therapist(stack)
    try:
        somebody.connect()
        yield somebody
    finally:
        somebody.leave()
