# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`./dev chaos` sees what is wrong in a real database, at Zoom, and among the mails.

`tests/chaos` shows that its checker knows each kind of violation; here each is made
where a run would find it: by SQL past the product, and at Zoom while Odoo is stopped.
"""

import shutil
from datetime import datetime, timedelta, timezone

from devtools.chaos import checker, mails, snapshot
from devtools.chaos.actor import Actor
from devtools.chaos.ledger import Ledger
from devtools.chaos.people import settle_in
from devtools.chaos.rest import Rest
from devtools.stack import start_stack
from zoom_simulator.sim_client import SimClient

_THERAPISTS = 6
_SESSIONS = 9
_LONGEST_REST_S = 300
_HOUR = timedelta(hours=1)


class Scene:
    """A practice at rest, and what can be made wrong in it."""

    def __init__(self, stack, sim):
        self.stack, self.sim = stack, sim
        self.ledger = Ledger()
        self.people = settle_in(stack, sim, _THERAPISTS)
        actor = Actor(self.people, sim, self.ledger, datetime.now(timezone.utc))
        for therapist in self.people.therapists:
            assert actor.connect(therapist) == "connected"
        self.host = self.people.therapists[0]
        self.events = [self._plan(number) for number in range(_SESSIONS)]
        Rest(stack, sim, self.people, print).come(_LONGEST_REST_S)

    def _plan(self, number):
        today = datetime.now(timezone.utc).replace(hour=9, minute=0, second=0)
        start = today.replace(microsecond=0) + timedelta(days=number + 3)
        values = {
            "name": f"Session {number:05}",
            "start": start.strftime("%Y-%m-%d %H:%M:%S"),
            "stop": (start + _HOUR).strftime("%Y-%m-%d %H:%M:%S"),
            "user_id": self.host.uid,
            "partner_ids": [
                [6, 0, [self.host.partner_id, self.people.client_ids[number % 8]]]
            ],
        }
        self.ledger.asked_for(values["name"], values["start"])
        return self.host.user.call("calendar.event", "create", [values])[0]

    def found(self):
        """The kinds of violations there are, with their numbers."""
        taken = snapshot.take(self.stack, self.sim, self.people, self.ledger, set())
        findings = checker.check(taken)
        print("\n".join(findings.sentences()))
        return {kind: count for kind, count in findings.counts().items() if count}

    def number(self, event):
        return self._of_row("zoom_id", event)

    def _of_row(self, column, event):
        statement = f"select {column} from psynamica_zoom_meeting where event_id = %s"  # noqa: S608
        return self.stack.psql(statement, event)[0][0]

    def write(self, table, column, value, row, key="id"):
        """Writes one value past Odoo."""
        statement = f"update {table} set {column} = %s where {key} = %s"  # noqa: S608
        self.stack.psql(statement, value, row)

    def write_event(self, event, column, value):
        self.write("calendar_event", column, value, event)

    def write_row(self, event, column, value):
        self.write("psynamica_zoom_meeting", column, value, event, "event_id")

    def write_connection(self, therapist, column, value):
        uid = therapist.uid
        self.write("psynamica_zoom_connection", column, value, uid, "user_id")

    def shift_event(self, event):
        self.stack.psql(
            "update calendar_event set start = start + interval '1 hour',"
            " stop = stop + interval '1 hour' where id = %s",
            event,
        )

    def shift_meeting(self, event, **changes):
        number = self.number(event)
        start = datetime.fromisoformat(
            self.sim.meeting(number)["start_time"].replace("Z", "+00:00")
        )
        later = (start + _HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.sim.update_meeting(number, start_time=later, **changes)

    def double_a_mail(self):
        """Hands the first invitation over again, as another mail."""
        path = next(
            path
            for path in self.stack.mails()
            if mails.parse(path.read_bytes())[0].is_of_session
        )
        copy = path.with_name("9999.eml")
        shutil.copy(path, copy)
        head, name, rest = copy.read_bytes().partition(b"Message-Id: <")
        assert name
        copy.write_bytes(head + name + b"another-" + rest)


def _make_everything_wrong(scene):
    late, lost, shared, owner, orphan, zone, host, silent, stuck = scene.events
    others = scene.people.therapists[1:]
    scene.shift_meeting(late)
    scene.sim.delete_meeting(scene.number(lost))
    own = scene.number(shared)
    scene.write_row(shared, "zoom_id", scene.number(owner))
    scene.sim.delete_meeting(own)
    scene.write_event(orphan, "active", False)
    scene.sim.update_meeting(scene.number(zone), timezone="Pacific/Auckland")
    scene.write_event(host, "user_id", others[0].uid)
    scene.shift_event(silent)
    scene.shift_meeting(silent)
    scene.write_row(stuck, "next_attempt_at", "2026-01-01 00:00:00")
    scene.ledger.own_meetings["10000000000"] = "2027-01-01T10:00:00Z"
    scene.double_a_mail()
    scene.write_connection(others[1], "state", "disconnected")
    scene.write_connection(others[2], "state", "reconnect")


def test_each_kind_of_violation_is_seen_where_it_is_made():
    with start_stack() as stack:
        sim = SimClient(stack.simulator_url, str(stack.ca_file))
        scene = Scene(stack, sim)
        try:
            assert scene.found() == {}
            stack.stop_odoo()  # it would mend some
            _make_everything_wrong(scene)
            # A shared meeting is at the other session's time, and the other host's
            # clock is another one.
            twice = {"wrong_time": 2, "wrong_zone": 2}
            assert scene.found() == dict.fromkeys(checker.BAD, 1) | twice
        finally:
            scene.people.close()
            sim.close()
