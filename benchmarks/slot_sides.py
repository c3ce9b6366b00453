# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The free slots of one month, as ours and as resource_booking find them."""

import contextlib
import time
from datetime import timedelta, timezone

from benchmarks import calendar_work, odoo_inside, peer_databases, slot_practice
from devtools import databases, toolchain

PEER = "resource_booking 19"
_NAME = "Session"
SLUG = "bench-session"


class Side:
    """One database with the practice in it."""

    def __init__(self, odoo, database, shape):
        self._odoo = odoo
        self.database = database
        with odoo.transaction(database, **calendar_work.QUIET) as env:
            users, client = slot_practice.fill(env, shape)
            self.partner_ids = users.partner_id.ids
            self._prepare(env, users, client)
        with odoo.registry(database).cursor() as cr:
            cr.execute("analyze")
        self.queries = 0

    def slots_ms(self):
        """How long the slots of the month take, each time in a new transaction."""
        return self._look()[0]

    def slots(self):
        """The free starts of the month, whoever is free then; aware, in order."""
        return self._look()[1]

    def _look(self):
        month = slot_practice.next_month()
        with self._odoo.transaction(self.database) as env:
            asked = self._asked(env)
            queries = env.cr.sql_log_count
            began = time.perf_counter()
            found = self._find(asked, *month)
            took_s = time.perf_counter() - began
            self.queries = env.cr.sql_log_count - queries
            return took_s * 1000, self._starts(found, *month)


class Ours(Side):
    """A service that all of them give."""

    def _prepare(self, env, users, _client):
        env["psynamica.booking.service"].create(
            {
                "name": _NAME,
                "slug": SLUG,
                "minutes": slot_practice.SESSION_MINUTES,
                "interval_minutes": slot_practice.GRID_MINUTES,
                "buffer_after": 0,
                "horizon_days": 120,
                "location": "in_person",
                "user_ids": [(6, 0, users.ids)],
                "is_published": True,
            }
        )

    def busy_ms(self):
        """How long core takes to name the events that are in the way."""
        first, after = slot_practice.next_month()
        with self._odoo.transaction(self.database) as env:
            partners = env["res.partner"].browse(self.partner_ids)
            began = time.perf_counter()
            assert partners._get_busy_calendar_events(
                first.astimezone(timezone.utc), after.astimezone(timezone.utc)
            )
            return (time.perf_counter() - began) * 1000

    def _asked(self, env):
        # As the scheduling page asks, see controllers/book_offer.py.
        service = env["psynamica.booking.service"].search([("slug", "=", SLUG)])
        assert service.slug == SLUG
        return service, service._public_therapists()

    def _find(self, asked, first, after):
        from odoo.addons.psynamica_booking.services.periods import Period

        service, users = asked
        return service._public_slots(users, Period(first, after))

    def _starts(self, found, _first, _after):
        return list(found)


class Peer(Side):
    """A type of booking that all of them take, and a booking to be given a time."""

    def _prepare(self, env, users, client):
        resources = env["resource.resource"].search([("user_id", "in", users.ids)])
        combinations = env["resource.booking.combination"].create(
            [{"resource_ids": [(6, 0, resource.ids)]} for resource in resources]
        )
        hours = slot_practice.weekly_hours(env, "All of them")
        kind = env["resource.booking.type"].create(
            {
                "name": _NAME,
                "duration": slot_practice.SESSION_MINUTES / 60,
                "slot_duration": slot_practice.GRID_MINUTES / 60,
                "resource_calendar_id": hours.id,
                "combination_rel_ids": [
                    (0, 0, {"combination_id": one.id}) for one in combinations
                ],
            }
        )
        booking = env["resource.booking"].create(
            {"type_id": kind.id, "partner_ids": [(6, 0, client.ids)]}
        )
        self._booking_id = booking.id
        self.page = booking.get_portal_url(suffix="/schedule")

    def _asked(self, env):
        # As its portal page asks, see controllers/portal.py.
        booking = env["resource.booking"].browse(self._booking_id)
        zone = booking.type_id.resource_calendar_id.tz
        return booking.with_context(using_portal=True, tz=zone)

    def _find(self, booking, first, after):
        # As `_get_calendar_context` asks.
        return booking._get_available_slots(
            _in_its_zone(booking, first),
            _in_its_zone(booking, after) + timedelta(hours=booking.duration),
        )

    def _starts(self, found, _first, after):
        starts = (start for day in found.values() for start in day)
        return [start for start in starts if start < after]


def _in_its_zone(booking, moment):
    from odoo import fields

    naive = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return fields.Datetime.context_timestamp(booking, naive)


@contextlib.contextmanager
def tools_with_peer():
    """Gives the toolchain whose Odoo finds the peer's addons, too."""
    with toolchain.opened() as tools:
        yield peer_databases.with_peers(tools)


def bases(tools):
    """(a database with our addons, one with the peer's)."""
    return (
        databases.prepared(tools, "demo", with_demo=True),
        peer_databases.with_modules(tools, "resource_booking"),
    )


@contextlib.contextmanager
def opened(shapes):
    """Gives (ours, the peer) of each shape, with such a practice in databases of each.

    :raises AssertionError: they do not offer the same starts
    """
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(tools_with_peer())
        templates = bases(tools)
        copies = [
            [enter(databases.copy_of(tools, base, "bench")) for base in templates]
            for _shape in shapes
        ]
        odoo = enter(odoo_inside.opened(tools))
        pairs = [
            (Ours(odoo, of_ours, shape), Peer(odoo, of_peer, shape))
            for shape, (of_ours, of_peer) in zip(shapes, copies, strict=True)
        ]
        for pair in pairs:
            check(*pair)
        yield pairs


def check(ours, peer):
    """:raises AssertionError: they do not offer the same starts"""
    free, theirs = ours.slots(), peer.slots()
    assert free == theirs, (len(free), len(theirs))
    assert free, "nothing is free: the calendars are too full to compare anything"
