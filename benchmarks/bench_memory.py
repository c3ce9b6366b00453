# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The memory of one process after 10 000 deliveries, against after 100.

The process is this one, with Odoo inside it: the delivery runs as Odoo's cron runs it,
against a simulated Zoom in another process. All sessions are there before the first
reading, and nothing else is done between the two. ``--rounds N``: N thousand deliveries
in place of ten, where there is no time for all.
"""

import contextlib
import gc
import sys
import time

from benchmarks import calendar_work, command, odoo_inside, rounds, simulated_zoom
from benchmarks.result import Comparison, Result, at_most_more
from devtools import databases, toolchain

FIRST = 100
THOUSANDS = 10
# Zoom allows a user a hundred changes a day: rate limits page.
EACH = 80
MOST_MB = 20
_PAGE_BYTES = 4096


def measure(options):
    """The :class:`Result`."""
    every = (options.rounds or THOUSANDS) * 1000
    with contextlib.ExitStack() as cleanup:
        enter = cleanup.enter_context
        tools = enter(toolchain.opened())
        database = enter(
            databases.copy_of(
                tools, databases.prepared(tools, "demo", with_demo=True), "bench"
            )
        )
        zoom = enter(simulated_zoom.running(tools))
        odoo = enter(odoo_inside.opened(tools))
        rounds.tell("filling the database")
        _fill(odoo, database, zoom, every)
        readings = {}
        for total in sorted({FIRST, 1_000, every}):
            began = time.monotonic()
            _deliver(odoo, database, total)
            readings[total] = _resident_mb()
            rounds.tell(
                f"{total} deliveries: {readings[total]:.1f} MB,"
                f" {time.monotonic() - began:.0f} s"
            )
    comparison = Comparison(
        f"after {every} deliveries",
        "MB",
        readings[every],
        readings[FIRST],
        f"after {FIRST}",
        at_most_more(MOST_MB, "MB"),
    )
    detail = {f"mb_after_{count}": round(mb, 1) for count, mb in readings.items()}
    return Result("memory", (comparison,), 1, detail)


def _fill(odoo, database, zoom, every):
    """Makes so many sessions of connected therapists, of which Zoom knows nothing."""
    from benchmarks import copies

    with odoo.transaction(database, **calendar_work.QUIET) as env:
        users, client = calendar_work.people(env, -(-every // EACH))
        zoom.connect(env, users)
        events = [
            env["calendar.event"].create(
                calendar_work.session(user, client.id, calendar_work.in_days(env, 1, 7))
            )
            for user in users
        ]
        event_ids = [event.id for event in events]
    random = "md5(random()::text || clock_timestamp()::text || row.n::text)"
    with odoo.transaction(database) as env:
        meetings = env["psynamica.zoom.meeting"]
        for event in env["calendar.event"].browse(event_ids):
            (meeting,) = meetings.search([("event_id", "=", event.id)])
            start, stop = (
                f"timestamp '{moment}' + ((row.n - 1) / 12) * interval '1 day'"
                " + ((row.n - 1) %% 12) * interval '1 hour'"
                for moment in (event.start, event.stop)
            )
            new_ids = copies.multiply(
                env.cr,
                "calendar_event",
                event.id,
                range(EACH - 1),
                start=start,
                stop=stop,
                video_token=random,
                access_token=random,
            )
            copies.multiply(
                env.cr,
                "calendar_event_res_partner_rel",
                event.id,
                new_ids,
                calendar_event_id="row.id",
            )
            for attendee in event.attendee_ids:
                copies.multiply(
                    env.cr,
                    "calendar_attendee",
                    attendee.id,
                    new_ids,
                    event_id="row.id",
                    access_token=random,
                    video_token=random,
                )
            copies.multiply(
                env.cr,
                "psynamica_zoom_meeting",
                meeting.id,
                new_ids,
                event_id="row.id",
                session_start=start,
                session_stop=stop,
                marker=f"left({random}, 20)",
                code="'Z' || lpad(row.id::text, 7, '0')",
            )
        env.cr.execute("update psynamica_zoom_meeting set next_attempt_at = null")
    with odoo.registry(database).cursor() as cr:
        cr.execute("analyze")


def _deliver(odoo, database, total):
    """Makes more of them due until *total* are delivered, and has them delivered."""
    with odoo.transaction(database) as env:
        env.cr.execute(
            "update psynamica_zoom_meeting set next_attempt_at = now() at time zone"
            " 'UTC' where id in (select id from psynamica_zoom_meeting order by"
            " row_number() over (partition by connection_id order by id), id limit %s)"
            " and zoom_id is null",
            [total],
        )
    while True:
        with odoo.transaction(database) as env:
            env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
        with odoo.transaction(database) as env:
            env.cr.execute(
                "select count(*) filter (where next_attempt_at is not null),"
                " count(*) filter (where state = 'ready') from psynamica_zoom_meeting"
            )
            left, done = env.cr.fetchone()
        if not left:
            assert done == total, (done, total)
            return
        time.sleep(0.05)


def _resident_mb():
    """Megabytes of this process in memory.  Source: proc(5), /proc/self/statm."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * _PAGE_BYTES / 1e6


if __name__ == "__main__":
    sys.exit(command.main(measure))
