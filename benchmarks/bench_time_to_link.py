# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a saved session to its link, stored and shown in the open form.

The clock starts when the browser has the answer to its save, and ends when the open
page is told that the session has changed and reading it gives the link. Zoom takes 300
ms an answer. Once with Odoo's threaded server, once with two prefork workers.
"""

import contextlib
import sys
import time

from benchmarks import (
    calendar_work,
    command,
    odoo_http,
    odoo_inside,
    rounds,
    simulated_zoom,
)
from benchmarks.result import Comparison, Result, at_most_more, for_information
from devtools import toolchain
from devtools.stack import start_stack

ROUNDS = 40
WARM_UP = 3
LATENCY_S = 0.3
MOST_MORE_S = 0.5
MODES = (("threaded", 0), ("prefork, 2 workers", 2))


def measure(options):
    """The :class:`Result`."""
    count = options.rounds or ROUNDS
    comparisons = []
    with toolchain.opened() as tools, odoo_inside.opened(tools) as odoo:
        for mode, workers in MODES:
            rounds.tell(mode)
            with start_stack(workers=workers, log_level="warn") as stack:
                waited_s, saved_s = _waits(odoo, stack, count)
            comparisons += _compared(mode, waited_s, saved_s)
    # Those with a goal come first.
    comparisons.sort(key=lambda one: one.holds is None)
    return Result(
        "time_to_link", tuple(comparisons), count, {"latency_ms": LATENCY_S * 1000}
    )


def _waits(odoo, stack, count):
    """(seconds from the answer to the link, seconds of the save), of each round."""
    waited_s, saved_s = [], []
    with contextlib.ExitStack() as cleanup:
        zoom = cleanup.enter_context(simulated_zoom.of_stack(stack))
        client_id = _prepare(odoo, stack, zoom)
        zoom.sim.latency(LATENCY_S)
        login = odoo_http.Login(stack.odoo_url, stack.database, "bench0", "bench0")
        cleanup.callback(login.close)
        page = cleanup.enter_context(login.open_page())
        for number in range(WARM_UP + count):
            saved, waited = _save_and_wait(odoo, stack, login, page, client_id, number)
            if number >= WARM_UP:
                saved_s.append(saved)
                waited_s.append(waited)
    return waited_s, saved_s


def _prepare(odoo, stack, zoom):
    with odoo.transaction(stack.database) as env:
        (user,), client = calendar_work.people(env)
        user.password = user.login
        zoom.connect(env, user)
        return client.id


def _save_and_wait(odoo, stack, login, page, client_id, number):
    with odoo.transaction(stack.database) as env:
        user = env["res.users"].browse(login.uid)
        start = calendar_work.in_days(env, 3 + number)
        values = calendar_work.session(user, client_id, start)
    for name in ("start", "stop"):
        values[name] = str(values[name])
    began = time.monotonic()
    (event_id,) = login.call("calendar.event", "create", [values])
    answered = time.monotonic()
    for told in odoo_http.messages(page, "psynamica_zoom/session"):
        heard = time.monotonic()
        if told["event_id"] == event_id and _has_link(login, event_id):
            return answered - began, heard - answered
    raise AssertionError("the page was closed")


def _has_link(login, event_id):
    (event,) = login.call(
        "calendar.event", "read", [event_id], ["zoom_join_url", "video_state"]
    )
    return bool(event["zoom_join_url"]) and event["video_state"] == "ready"


def _compared(mode, waited_s, saved_s):
    peer = "Zoom's answer alone"
    return (
        Comparison(
            f"{mode}, 95th percentile",
            "s",
            rounds.percentile(waited_s, 95),
            LATENCY_S,
            peer,
            at_most_more(MOST_MORE_S, "s"),
        ),
        Comparison(
            f"{mode}, median",
            "s",
            rounds.percentile(waited_s, 50),
            LATENCY_S,
            peer,
            for_information(),
        ),
        Comparison(
            f"{mode}, median from pressing Save",
            "s",
            rounds.percentile(
                [wait + save for wait, save in zip(waited_s, saved_s, strict=True)], 50
            ),
            LATENCY_S,
            peer,
            for_information(),
        ),
    )


if __name__ == "__main__":
    sys.exit(command.main(measure))
