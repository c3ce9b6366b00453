# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many sessions become due at once, and jobs on one host or two tell Zoom of them."""

import time
from datetime import datetime, timezone

from devtools import say, sql_runner
from devtools.chaos.actor import Actor
from devtools.chaos.ledger import Ledger
from devtools.chaos.people import KINDS, Kind, settle_in

# A paid Zoom account each: nothing is shared but the servers.
AN_ACCOUNT_EACH = (
    Kind(
        "A",
        "pro",
        2,
        "Europe/Berlin",
        "meeting:write:meeting meeting:update:meeting meeting:delete:meeting"
        " meeting:read:meeting meeting:read:list_meetings user:read:user",
    ),
)
_LOOK_AGAIN_S = 0.05
_RUNNER_READY_S = 60
_SAVED_S = 300

# One transaction, so that all of it becomes due in one moment.
_PLAN = """
from datetime import timedelta
from odoo import fields
from odoo.fields import Command
first = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
quiet = {context!r}
for uid in {users!r}:
    therapist = env["res.users"].browse(uid)
    people = therapist.partner_id.ids + {clients!r}[uid % len({clients!r}):][:1]
    env(user=uid)["calendar.event"].with_context(**quiet).create([
        {{
            "name": f"Drain {{uid}} {{number}}",
            "start": start,
            "stop": start + timedelta(minutes=50),
            "user_id": uid,
            "partner_ids": [Command.set(people)],
        }}
        for number in range({each})
        for start in [first + timedelta(days={day} + number // 8, hours=number % 8)]
    ])
env.cr.commit()
"""
_SESSIONS = "select count(*) from psynamica_zoom_meeting"
_LEFT = "select count(*) from psynamica_zoom_meeting where next_attempt_at is not null"
_CLAIMED = """
select id from psynamica_zoom_meeting
 where next_attempt_at > now() at time zone 'UTC' + interval '10 s'
"""
_READY = "select count(*) from psynamica_zoom_meeting where state = 'ready'"
_RUNNER = """
select exists (select from pg_locks where locktype = 'advisory' and granted
  and database = (select oid from pg_database where datname = current_database())
  and classid = (2293787760715711918::bigint >> 32)::oid)
"""


class Drain:
    """One practice on a running stack with queue_job; a context manager.

    *therapists*: how many; all of them connect. *kinds*: what they are, in turn.
    """

    def __init__(self, stack, sim, therapists, kinds=KINDS):
        self.stack = stack
        self.sim = sim
        self.people = settle_in(stack, sim, therapists, kinds)
        self.ledger = Ledger()
        self._day = 1
        actor = Actor(self.people, sim, self.ledger, datetime.now(timezone.utc))
        for therapist in self.people.therapists:
            if actor.connect(therapist) != "connected":
                raise say.DevError("A therapist could not connect.", stack.odoo_log)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.people.close()

    def wait_for_runner(self):
        """Returns when a server of the stack starts jobs.

        :raises DevError: none does within a minute
        """
        self._wait(lambda: self._value(_RUNNER), _RUNNER_READY_S, "start jobs")

    def begin(self, meetings, with_mails=False):
        """Saves so many sessions in one transaction; returns at its commit."""
        users = [one.uid for one in self.people.therapists]
        quiet = {} if with_mails else {"no_mail_to_attendees": True}
        each = meetings // len(users)
        script = _PLAN.format(
            users=users,
            clients=self.people.client_ids,
            each=each,
            day=self._day,
            context={"dont_notify": True, **quiet},
        )
        before = self._value(_SESSIONS)
        saving = self.stack.start_shell(f"plan-{self._day}", script)
        self._day += 1 + each // 8
        try:
            self._wait(lambda: self._value(_SESSIONS) > before, _SAVED_S, "save")
        finally:
            # It has nothing left to do but to end.
            saving.stop()

    def left(self):
        """How many meetings Zoom has yet to hear of, now or later."""
        return self._value(_LEFT)

    def ready(self):
        """How many meetings are as they should be."""
        return self._value(_READY)

    def wait_until(self, is_so, longest_s, what):
        """Returns the seconds until ``is_so()``.

        :raises DevError: it was not within *longest_s*
        """
        return self._wait(is_so, longest_s, what)

    def claimed(self):
        """The ids of the rows that somebody is at work on, or was when it died."""
        return [row[0] for row in self._rows(_CLAIMED)]

    def _wait(self, is_so, longest_s, what):
        began = time.monotonic()
        while not is_so():
            if time.monotonic() > began + longest_s:
                raise say.DevError(
                    f"The servers did not {what} within {longest_s} s; "
                    f"{self.left()} meetings are left.",
                    f"Read {self.stack.odoo_log} and second.log beside it.",
                )
            time.sleep(_LOOK_AGAIN_S)
        return time.monotonic() - began

    def _value(self, statement):
        return self._rows(statement)[0][0]

    def _rows(self, statement):
        return sql_runner.run(self.stack.driver_words(), statement, ())
