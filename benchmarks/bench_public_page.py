# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The month page of a service of 20 therapists with 10 000 events, the whole answer.

Asked by a stranger. The peer's page of that kind is resource_booking's schedule page,
for a booking that waits to be given a time; the same people, hours and events are in a
database of its own. Both show the same starts.
"""

import contextlib
import statistics
import sys
import urllib.request

from benchmarks import command, load, odoo_inside, peer_server, rounds, slot_sides
from benchmarks.result import Comparison, Result, times_faster
from benchmarks.slot_practice import Shape, next_month

SHAPE = Shape(therapists=20, years=1)
TIMES_FASTER = 4
ROUNDS = 9
REQUESTS = 5  # a round


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(slot_sides.tools_with_peer())
        odoo = enter(odoo_inside.opened(tools))
        sides, urls = [], []
        kinds = (slot_sides.Ours, slot_sides.Peer)
        for kind, base in zip(kinds, slot_sides.bases(tools), strict=True):
            url, database = enter(peer_server.running(tools, base, log_level="warn"))
            sides.append(kind(odoo, database, SHAPE))
            urls.append(url)
        slot_sides.check(*sides)
        ours, peer = (
            _Page(url, path) for url, path in zip(urls, _paths(*sides), strict=True)
        )
        contestants = {"ours": ours.answer_ms, "peer": peer.answer_ms}
        found = rounds.medians(rounds.interleaved(contestants, count))
        detail = {
            "therapists": SHAPE.therapists,
            "events": SHAPE.events,
            "requests_a_round": REQUESTS,
            "bytes": ours.read(_a_day(sides[0])),
            "bytes_of_the_peer": peer.read(_a_day(sides[0])),
        }
    comparison = Comparison(
        "the page of a month",
        "ms",
        found["ours"],
        found["peer"],
        f"the schedule page of {slot_sides.PEER}",
        times_faster(TIMES_FASTER),
    )
    return Result("public_page", (comparison,), count, detail)


def _paths(_ours, peer):
    first, _after = next_month()
    page, query = peer.page.split("?")
    return (
        f"/book/{slot_sides.SLUG}?month={first:%Y-%m}&tz={first.tzinfo.key}",
        f"{page}/{first.year}/{first.month}?{query}",
    )


def _a_day(ours):
    """The number of the first day with a free time: it is on both pages."""
    _first, after = next_month()
    return f"{ours.slots()[0].astimezone(after.tzinfo):%H:%M}"


class _Page:
    """A page of a running server, for strangers."""

    def __init__(self, url, path):
        self._url = url
        self._request = load.Request("GET", path, expects=(200,))

    def answer_ms(self):
        """How long an answer takes, with the connection it needs."""
        took_s = load.latencies_s(self._url, [self._request] * REQUESTS, 1)
        return statistics.median(took_s) * 1000

    def read(self, shown):
        """How many bytes it has.

        :raises AssertionError: *shown* is not on it
        """
        address = f"{self._url}{self._request.path}"
        with urllib.request.urlopen(address) as answer:  # noqa: S310
            page = answer.read()
        assert shown.encode() in page, address
        return len(page)


if __name__ == "__main__":
    sys.exit(command.main(measure))
