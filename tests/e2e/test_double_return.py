# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two returns from Zoom in the same moment, in two processes: one exchange at most."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import requests
from rpc import Person

from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

AT_ONCE = 4
ROUNDS = 3


def _allowed(zoom, location):
    """Allow the app at Zoom, for what the browser was sent there with."""
    query = {name: value for name, [value] in parse_qs(location.query).items()}
    names = ("redirect_uri", "state", "code_challenge", "code_challenge_method")
    return zoom.authorize("anna@zoom.example", **{name: query[name] for name in names})


def _returned(person, address):
    """Come back with the same address several times at once; the answers."""
    cookies = person.http.cookies.get_dict()
    start = Barrier(AT_ONCE)

    def come_back(_number):
        start.wait()
        return requests.get(address, cookies=cookies, allow_redirects=False, timeout=60)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(come_back, range(AT_ONCE)))


def test_concurrent_double_submit():
    """The state is used up in the database, where one of two wins."""
    with start_stack(workers=AT_ONCE) as stack:
        zoom = SimClient(stack.simulator_url, str(stack.ca_file))
        person = Person(stack.odoo_url, "anna")
        for _round in range(ROUNDS):
            address = _allowed(zoom, urlsplit(person.press_connect()))["redirect"]
            zoom.clear_calls()
            answers = _returned(person, address)
            assert all(answer.status_code < 500 for answer in answers)
            assert len(zoom.calls(kind="oauth", path="/oauth/token")) == 1
            connected = [a for a in answers if a.status_code == 303]
            assert len(connected) == 1
            rows = stack.psql("select state from psynamica_zoom_connection")
            assert [state for (state,) in rows].count("connected") == 1
        zoom.close()
