# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fifty visitors want one slot in the same moment: one gets it, all get an answer."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier, BoundedSemaphore

import requests
from requests.adapters import HTTPAdapter
from rpc import Person

from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

_CROWD = 50
_WORKERS = 2
# Odoo lets eight connections a worker wait, and drops more (odoo/service/server.py,
# PreforkServer): the web server in front has the others wait.
_WAITING_ROOM = BoundedSemaphore(8 * _WORKERS)
_PATH = "/book/first-conversation/anna"
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_HOLD = re.compile(r'name="hold" value="([^"]*)"')
_TIME = re.compile(r'name="start" value="([^"]+)"')
_OTHER_TIME = re.compile(r'name="(?:start|instead)" value="([^"]+)"')
_TAKEN = """
select booking.state from psynamica_booking booking
join res_users anna on anna.id = booking.user_id and anna.login = 'anna'
where booking.start = %s::timestamptz at time zone 'UTC'
"""
_DELIVER = """
env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
env.cr.commit()
"""


class _From(HTTPAdapter):
    """Connections from an address of this machine's own network, 127.0.0.0/8."""

    def __init__(self, address):
        self._address = address
        super().__init__()

    def init_poolmanager(self, *words, **options):
        super().init_poolmanager(*words, source_address=(self._address, 0), **options)


class Visitor:
    """One of the crowd, with cookies and an address of their own."""

    def __init__(self, url, number):
        self.number = number
        self._url = f"{url}{_PATH}"
        self._http = requests.Session()
        # From one address so many tries would be refused.
        self._http.mount("http://", _From(f"127.0.1.{number + 1}"))

    def look(self):
        """Opens the page; the times it offers."""
        answer = self._http.get(self._url, timeout=120)
        self._csrf = _CSRF.search(answer.text)[1]
        return _TIME.findall(answer.text)

    def press(self, start):
        """Chooses the time; the answer."""
        return self._post(step="hold", start=start)

    def fill_in(self, pressed):
        """Reads the form that the answer leads to; nothing for those refused."""
        self._form = {}
        if pressed.status_code != 303:
            return
        form = self._http.get(self._url, params=_query(pressed), timeout=120).text
        self._csrf = _CSRF.search(form)[1]
        self._form = {"hold": _HOLD.search(form)[1]}

    def send(self, start, consents):
        """Sends the form, for the time that perhaps was refused; the answer."""
        who = {
            "name": f"Visitor {self.number}",
            "email": f"visitor{self.number}@client.example",
            "agree": "1",
        }
        agreed = dict.fromkeys(consents, "1")
        return self._post(step="book", start=start, **who, **agreed, **self._form)

    def _post(self, **form):
        form["csrf_token"] = self._csrf
        return self._http.post(self._url, form, allow_redirects=False, timeout=120)


def _query(answer):
    return answer.headers["Location"].partition("?")[2]


def _all_at_once(people, act):
    """What each one's *act* returns, begun in the same moment."""
    start = Barrier(len(people))

    def one(person):
        start.wait()
        with _WAITING_ROOM:
            return act(person)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, people))


def _expect_one_winner(answers, start):
    """One is led on; all others are told so, and shown other times."""
    assert Counter(one.status_code for one in answers) == {303: 1, 409: _CROWD - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert set(_OTHER_TIME.findall(answer.text)) - {start}


def _zoom_of(stack):
    return closing(SimClient(stack.simulator_url, str(stack.ca_file)))


def test_crowd_on_one_slot():
    """At the time's button, and again at the form, which those refused send as well."""
    with start_stack(workers=_WORKERS) as stack, _zoom_of(stack) as zoom:
        Person(stack.odoo_url, "anna").connect_zoom(zoom, "anna@zoom.example")
        # Past the proxy, behind which all would have one address.
        url = f"http://127.0.0.1:{stack.ports.odoo_http}"
        crowd = [Visitor(url, number) for number in range(_CROWD)]
        with ThreadPoolExecutor(4) as pool:
            offered = list(pool.map(Visitor.look, crowd))
        start = offered[0][-1]
        assert all(start in times for times in offered)

        pressed = _all_at_once(crowd, lambda one: one.press(start))
        _expect_one_winner(pressed, start)
        for visitor, answer in zip(crowd, pressed, strict=True):
            visitor.fill_in(answer)
        consents = [
            f"q{question}"
            for (question,) in stack.psql(
                "select id from psynamica_booking_question where kind = 'consent'"
            )
        ]
        sent = _all_at_once(crowd, lambda one: one.send(start, consents))
        _expect_one_winner(sent, start)
        winners = [
            [a.status_code == 303 for a in answers] for answers in (pressed, sent)
        ]
        assert winners[0] == winners[1]

        assert stack.psql(_TAKEN, start) == [["confirmed"]]
        stack.shell(_DELIVER)
        told = [one["start_time"] for one in zoom.meetings("anna@zoom.example")]
        assert len([one for one in told if one.startswith(start[:-1])]) == 1
