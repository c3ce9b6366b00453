# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One simulator for all tests, put back to its beginning before each."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from sim_case import (  # noqa: E402 (needs the path above)
    ANNA,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    WEBHOOK_SECRET,
    Caller,
    Receiver,
)
from zoom_simulator.running import start  # noqa: E402


@pytest.fixture(scope="session")
def zoom():
    running = start(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        webhook_secret=WEBHOOK_SECRET,
        redirect_uris=(REDIRECT_URI,),
    )
    yield running
    running.stop()


@pytest.fixture
def sim(zoom):
    zoom.sim.reset()
    return zoom.sim


@pytest.fixture
def caller(zoom, sim):
    someone = Caller(zoom)
    yield someone
    someone.close()


@pytest.fixture
def connect(zoom, sim):
    """Returns a function that connects a user and returns the `Caller`."""
    callers = []

    def connected(user=ANNA, **wanted):
        someone = Caller(zoom)
        callers.append(someone)
        code = sim.authorize(user, **wanted)["code"]
        someone.keep(someone.exchange(code))
        return someone

    yield connected
    for someone in callers:
        someone.close()


@pytest.fixture
def anna(connect):
    return connect(ANNA)


@pytest.fixture
def receiver(sim):
    tiny = Receiver()
    sim.app(webhook_url=tiny.url)
    yield tiny
    sim.reset()  # nothing may be on its way to a receiver that is gone
    tiny.close()
