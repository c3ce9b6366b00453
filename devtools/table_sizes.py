# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one booking takes in the database, measured: ``./dev shell < THIS FILE``.

Makes bookings with everything that follows, as the addons do it, looks how much larger
each table and its indexes have become, and takes all of it back. Prints a line a table,
and last one JSON object with the sums for docs/scaling.md.
"""

import json
from collections import defaultdict
from datetime import datetime, timedelta, timezone

from odoo import fields

from odoo.addons.psynamica_zoom.services.webhook_event import Notification

THERAPISTS, EACH = 10, 100
SIZES = """
select relname, pg_total_relation_size(oid) from pg_class
 where relkind = 'r' and relnamespace = 'public'::regnamespace
"""


def sizes(env):
    env.flush_all()
    env.cr.execute(SIZES)
    return dict(env.cr.fetchall())


def as_commit(env):
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()


def notify(env, number, event, row, moment):
    unknown = dict.fromkeys(Notification._fields)
    env["psynamica.zoom.notification"]._receive(
        Notification(
            **{
                **unknown,
                "key": f"{number:x}".rjust(64, "f"),
                "event": event,
                "event_at": moment,
                "account_id": "V9kP2LrTS6uWcYh0aXb1Dg",
                "host_id": "nQ7mA5sBQ1eRt8yUo3Iz9w",
                "meeting_id": row.zoom_id,
                "uuid": "4444AAAiAAAAAiAiAiiAii==",
                "start_at": moment,
                "minutes": 50,
                "timezone": "Europe/Berlin",
                "occurrence": False,
                "keep_data": False,
            }
        )
    )


def measure(env, people=THERAPISTS, each=EACH):
    """How many bookings were made, and bytes a booking, by table."""
    therapists = env["res.users"].create(
        [
            {"name": f"Size {n}", "login": f"size{n}", "email": f"size{n}@x.example"}
            for n in range(people)
        ]
    )
    for user in therapists:
        env["psynamica.zoom.connection"].create(
            {"user_id": user.id, "state": "connected", "scopes": "meeting:write"}
        )
    clients = env["res.partner"].create(
        [{"name": f"C {n}", "email": f"c{n}@x.example"} for n in range(people)]
    )
    service = env["psynamica.booking.service"].create(
        {"name": "Size", "minutes": 50, "user_ids": therapists.ids}
    )
    first = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
    as_commit(env)
    before = sizes(env)
    bookings = env["psynamica.booking"]
    for user, client in zip(therapists, clients, strict=True):
        for number in range(each):
            start = first + timedelta(days=1 + number // 8, hours=number % 8)
            guests = [{"partner_id": client.id}]
            bookings |= bookings._book(service, user, start, guests).booking_id
        as_commit(env)
    rows = env["psynamica.zoom.meeting"].search(
        [("connection_id.user_id", "in", therapists.ids)]
    )
    moment = datetime.now(timezone.utc)
    for row in rows:
        row.write(
            {
                "zoom_id": str(80000000000 + row.id),
                "zoom_uuid": "4444AAAiAAAAAiAiAiiAii==",
                "join_url": "https://us02web.zoom.us/j/80000000000?pwd=" + "x" * 32,
                "passcode": "x" * 10,
                "fingerprint": "f" * 64,
                "host_mark": "f" * 64,
                "made_for": moment.replace(tzinfo=None),
                "state": "ready",
                "next_attempt_at": False,
                "delivered": 1,
            }
        )
        for number, event in enumerate(("created", "started", "ended")):
            notify(env, 8 * row.id + number, f"meeting.{event}", row, moment)
    as_commit(env)
    after = sizes(env)
    grown = {
        name: (size - before.get(name, 0)) / len(bookings)
        for name, size in after.items()
    }
    return len(bookings), {name: size for name, size in grown.items() if size > 8}


def total(grown):
    """Bytes a booking, by how long they are kept."""
    kinds = defaultdict(float)
    for name, size in grown.items():
        is_inbox = name == "psynamica_zoom_notification"
        passing = name in ("ir_cron_trigger", "mail_mail", "bus_bus", "queue_job")
        kinds["inbox" if is_inbox else "passing" if passing else "lasting"] += size
    return {kind: round(size) for kind, size in kinds.items()}


def main(env):
    try:
        count, grown = measure(env)
        for name, size in sorted(grown.items(), key=lambda one: -one[1]):
            print(f"{size:8.0f} bytes a booking  {name}")
        print(json.dumps({"bookings": count, **total(grown)}))
    finally:
        env.cr.rollback()


if "env" in globals():  # as `odoo shell` gives it
    main(env)  # noqa: F821
