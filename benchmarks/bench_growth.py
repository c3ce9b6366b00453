# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same work with 1 000, 10 000 and 100 000 sessions in the tables.

Three databases that differ in the number of sessions that are over: each session is a
calendar event with two attendees, a Zoom meeting, a booking with its client, and a
notification of Zoom's. What is still to come is the same in all of them.
"""

import contextlib
import itertools
import json
import sys
import time
from datetime import datetime, timedelta, timezone

from benchmarks import calendar_work, command, odoo_inside, rounds, simulated_zoom
from benchmarks.result import Comparison, Result, at_most
from devtools import databases, toolchain

ROUNDS = 15
SIZES = (1_000, 10_000, 100_000)
MOST = 1.3
_numbers = itertools.count(1)


class Work:
    """What is measured in one database; each method gives milliseconds."""

    def __init__(self, odoo, practice):
        self._odoo = odoo
        self._practice = practice
        self._day = 20
        with self._transaction() as env:
            (meeting,) = env["psynamica.zoom.meeting"].search(
                [
                    (
                        "session_start",
                        ">",
                        datetime.now(timezone.utc).replace(tzinfo=None),
                    )
                ],
                limit=1,
                order="session_start",
            )
            self._zoom_id = meeting.zoom_id
            client = env["res.partner"].browse(practice.client_id)
            attendees = meeting.event_id.attendee_ids
            mine = attendees.filtered(lambda one: one.partner_id == client)
            self._token = meeting.event_id._video_join_url(mine).rpartition("/")[2]

    def save(self):
        """Creates a session as a therapist."""
        self._day += 1

        def work():
            with self._transaction(self._practice.user_ids[0]) as env:
                start = calendar_work.in_days(env, self._day)
                env["calendar.event"].create(
                    calendar_work.session(env.user, self._practice.client_id, start)
                )

        return _ms(work)

    def deliver(self):
        """Tells Zoom about the one that was just created."""
        took = _ms(self._practice.deliver)
        with self._transaction() as env:
            assert not env["psynamica.zoom.meeting"].search_count(
                [("next_attempt_at", "!=", False)]
            )
        return took

    def webhook(self):
        """Stores a notification."""
        from odoo.addons.psynamica_zoom.services import webhook_event

        body = json.dumps(
            {
                "event": "meeting.started",
                "event_ts": int(time.time() * 1000) + next(_numbers),
                "payload": {"object": {"id": self._zoom_id, "uuid": "u", "type": 2}},
            }
        ).encode()

        def work():
            with self._transaction() as env:
                notification = webhook_event.parse(body)
                assert env["psynamica.zoom.notification"]._receive(notification)

        return _ms(work)

    def inbox(self):
        """Acts on it."""

        def work():
            with self._transaction() as env:
                env.ref("psynamica_zoom.ir_cron_inbox").method_direct_trigger()

        return _ms(work)

    def slots(self):
        """Finds the free slots of a month of one therapist."""
        from odoo.addons.psynamica_booking.services.periods import Period

        def work():
            with self._transaction() as env:
                service = env["psynamica.booking.service"].browse(
                    self._practice.service_id
                )
                user = env["res.users"].browse(self._practice.user_ids[0])
                now = datetime.now(timezone.utc)
                window = Period(now, now + timedelta(days=31))
                assert service._free_slots(user, window)[user.id]

        return _ms(work)

    def join(self):
        """Finds out where a client's link leads."""

        def work():
            with self._transaction() as env:
                found = env["calendar.event"].sudo()._video_resolve(self._token)
                assert found["kind"] == "redirect", found

        return _ms(work)

    def today(self):
        """Opens the screen Today as a therapist: the groups, then what is in them."""
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        states = ("requested", "confirmed", "done", "no_show")
        names = ("start", "state", "partner_id", "service_id", "user_id", "video_state")

        def work():
            with self._transaction(self._practice.user_ids[0]) as env:
                domain = [
                    ("state", "!=", "held"),
                    ("user_id", "=", env.uid),
                    ("start", ">=", str(midnight)),
                    ("state", "in", states),
                ]
                bookings = env["psynamica.booking"]
                groups = bookings.web_read_group(domain, ["start:day"], ["__count"])
                assert groups["groups"]
                found = bookings.web_search_read(
                    domain,
                    {name: {} for name in names},
                    limit=80,
                    order="start",
                )
                assert found["records"]

        return _ms(work)

    def attention(self):
        """Opens the administrators' list of what needs a person."""

        def work():
            with self._transaction(2) as env:
                env["psynamica.zoom.attention"].search_count([])

        return _ms(work)

    def _transaction(self, uid=1):
        return self._odoo.transaction(
            self._practice.database, uid, **calendar_work.QUIET
        )


STEPS = {
    "save": "save a session",
    "deliver": "a step of the delivery",
    "webhook": "store a notification",
    "inbox": "act on a notification",
    "slots": "free slots of a month",
    "join": "resolve a join link",
    "today": "the screen Today",
    "attention": "what needs a person",
}


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        template = databases.prepared(tools, "demo", with_demo=True)
        copies = [enter(databases.copy_of(tools, template, "bench")) for _size in SIZES]
        zoom = enter(simulated_zoom.running(tools))
        odoo = enter(odoo_inside.opened(tools))
        from benchmarks.full_practice import FullPractice

        works = {}
        for size, database in zip(SIZES, copies, strict=True):
            rounds.tell(f"filling a database with {size} sessions")
            works[size] = Work(odoo, FullPractice(odoo, database, zoom, size))
        contestants = {
            (step, size): getattr(work, step)
            for step in STEPS
            for size, work in works.items()
        }
        found = rounds.medians(_by_turns(contestants, count))
    comparisons = [
        Comparison(
            f"{words}, {size} sessions",
            "ms",
            found[step, size],
            found[step, SIZES[0]],
            f"with {SIZES[0]}",
            at_most(MOST),
        )
        for step, words in STEPS.items()
        for size in SIZES[1:]
    ]
    # The one that has grown most comes first.
    comparisons.sort(key=lambda one: -one.ratio)
    return Result("growth", tuple(comparisons), count, {"sizes": SIZES})


def _by_turns(contestants, count):
    """As ``rounds.interleaved``, with the steps always in their order."""
    found = {name: [] for name in contestants}
    for number in range(count + 2):
        sizes = SIZES if number % 2 else SIZES[::-1]
        for step in STEPS:
            turn = {(step, size): contestants[step, size] for size in sizes}
            for name, figure in rounds.turn(turn).items():
                if number > 1:
                    found[name].append(figure)
        rounds.tell(f"round {number + 1} of {count + 2}")
    return found


def _ms(work):
    return rounds.seconds(work) * 1000


if __name__ == "__main__":
    sys.exit(command.main(measure))
