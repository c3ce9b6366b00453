# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Redirects of the join link, against Odoo's own link into a video call.

Both in the same database and on the same server: an attendee's link to a session that
has its Zoom meeting, and core's link to an event whose room was entered before.
"""

import contextlib
import sys
import time

from benchmarks import (
    calendar_work,
    command,
    load,
    odoo_inside,
    rounds,
    simulated_zoom,
)
from benchmarks.result import Comparison, Result, at_least
from devtools import toolchain
from devtools.stack import start_stack

ROUNDS = 7
REQUESTS = 300  # a round
CLIENTS = 4
REDIRECTS = (301, 302, 303)
LONGEST_WAIT_S = 60
_MADE = (
    "select count(*) from psynamica_zoom_meeting where event_id = %s and join_url <> ''"
)


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    with contextlib.ExitStack() as cleanup:
        tools = cleanup.enter_context(toolchain.opened())
        odoo = cleanup.enter_context(odoo_inside.opened(tools))
        stack = cleanup.enter_context(start_stack(log_level="warn"))
        zoom = cleanup.enter_context(simulated_zoom.of_stack(stack))
        paths = _two_links(odoo, stack, zoom)
        contestants = {
            name: lambda path=path: load.throughput(
                stack.odoo_url,
                [load.Request("GET", path, expects=REDIRECTS)] * REQUESTS,
                CLIENTS,
            )
            for name, path in paths.items()
        }
        rates = rounds.medians(rounds.interleaved(contestants, count))
    comparison = Comparison(
        "redirects a second",
        "1/s",
        rates["ours"],
        rates["core"],
        "Odoo's /calendar/join_videocall",
        at_least(1),
    )
    detail = {"requests_a_round": REQUESTS, "connections": CLIENTS}
    return Result("join", (comparison,), count, detail)


def _wait_for_link(stack, event_id):
    """Returns when the server's own scheduled action has made the meeting."""
    until = time.monotonic() + LONGEST_WAIT_S
    while not stack.psql(_MADE, event_id)[0][0]:
        assert time.monotonic() < until, "no meeting was made"
        time.sleep(0.2)


def _two_links(odoo, stack, zoom):
    """The paths of the two links."""
    with odoo.transaction(stack.database, **calendar_work.QUIET) as env:
        users, client = calendar_work.people(env, 2)
        zoom.connect(env, users[0])
        ours, cores = env["calendar.event"].create(
            [
                calendar_work.session(user, client.id, calendar_work.in_days(env, 1))
                for user in users
            ]
        )
        cores._set_discuss_videocall_location()
    _wait_for_link(stack, ours.id)
    with odoo.transaction(stack.database) as env:
        (meeting,) = env["psynamica.zoom.meeting"].search([("event_id", "=", ours.id)])
        assert meeting.join_url
        event = env["calendar.event"].browse(ours.id)
        attendee = event.attendee_ids.filtered(lambda one: one.partner_id == client)
        link = event._video_join_url(attendee)
        core_token = env["calendar.event"].browse(cores.id).access_token
    return {
        "ours": link[len(stack.odoo_url) :],
        "core": f"/calendar/join_videocall/{core_token}",
    }


if __name__ == "__main__":
    sys.exit(command.main(measure))
