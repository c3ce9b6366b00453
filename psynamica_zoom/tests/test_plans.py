# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is asked all day finds its rows by an index, however many are over."""

import json
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.psynamica_zoom.services import webhook_event
from odoo.addons.psynamica_zoom.services.running_calls import RunningCalls

from .session_case import SessionCase

MANY = 5000
LARGE = {
    "calendar_attendee",
    "calendar_event",
    "psynamica_zoom_meeting",
    "psynamica_zoom_notification",
}
_RANDOM = "md5(random()::text || row.n)"
_AGO = "- row.n * interval '1 hour'"


@tagged("post_install", "-at_install")
class TestPlans(SessionCase):
    def setUp(self):
        super().setUp()
        self.event = self.plan_session()
        self.deliver()
        self.meeting = self.meeting_of(self.event)
        attendee = self.event.attendee_ids[0]
        self.token = self.event._video_join_path(attendee).rpartition("/")[2]
        self.commit()
        events = self.copies(
            "calendar_event",
            self.event.id,
            start=f"original.start {_AGO}",
            stop=f"original.stop {_AGO}",
            video_token=_RANDOM,
        )
        new = {"event_id": f"row.n + {events[0] - 1}"}
        tokens = {"video_token": _RANDOM, "access_token": _RANDOM}
        self.copies("calendar_attendee", attendee.id, **new, **tokens)
        self.copies(
            "psynamica_zoom_meeting",
            self.meeting.id,
            **new,
            session_start=f"original.session_start {_AGO}",
            session_stop=f"original.session_stop {_AGO}",
            marker=f"left({_RANDOM}, 20)",
            code="'Z' || row.n",
            zoom_id="(80000000000 + row.n)::text",
        )
        self.hear("first")
        heard = self.env["psynamica.zoom.notification"].search([], limit=1)
        heard.state = "done"
        self.env.flush_all()
        self.copies("psynamica_zoom_notification", heard.id, key=_RANDOM)
        for table in LARGE:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()

    def copies(self, table, row_id, **changes):
        """Copy a row many times; return the new ids, one after the other."""
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        values = [
            SQL(changes[name]) if name in changes else SQL.identifier("original", name)
            for name in names
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s original,"
                " generate_series(1, %s) AS row(n) WHERE original.id = %s"
                " ORDER BY row.n RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values),
                SQL.identifier(table),
                MANY,
                row_id,
            )
        )
        return [new_id for (new_id,) in self.env.cr.fetchall()]

    def hear(self, uuid):
        """Take in a notification about the session's meeting."""
        body = {
            "event": "meeting.started",
            "event_ts": int(datetime.now(timezone.utc).timestamp() * 1000),
            "payload": {"object": {"id": self.meeting.zoom_id, "uuid": uuid}},
        }
        notification = webhook_event.parse(json.dumps(body).encode())
        self.env["psynamica.zoom.notification"].sudo()._receive(notification)

    def asked(self, work):
        """Return what `work` asks the database, ready to be explained."""
        asked = []
        cursor = type(self.env.cr)
        execute = cursor.execute

        def spy(cr, query, params=None, **options):
            text = query.code if isinstance(query, SQL) else query
            values = query.params if isinstance(query, SQL) else params
            if text.lstrip(" (\n").upper().startswith(("SELECT", "WITH", "UPDATE")):
                asked.append(cr._obj.mogrify(text, values).decode())
            return execute(cr, query, params, **options)

        with patch.object(cursor, "execute", spy):
            work()
            self.env.flush_all()
        return [text for text in asked if any(table in text for table in LARGE)]

    def assert_by_index(self, work):
        asked = self.asked(work)
        self.assertTrue(asked)
        for question in asked:
            self.env.cr.execute(SQL("EXPLAIN (FORMAT JSON) %s", SQL(_quoted(question))))
            [(plan,)] = self.env.cr.fetchall()
            read = set(_read_whole(plan[0]["Plan"]))
            self.assertFalse(read & LARGE, f"reads all of {read & LARGE}: {question}")

    def test_a_join_link(self):
        calendar = self.env["calendar.event"].sudo()
        self.assert_by_index(lambda: calendar._video_resolve(self.token))

    def test_a_join_link_that_is_looked_up_record_by_record(self):
        calendar = self.env["calendar.event"].sudo()
        self.connection.state = "reconnect"
        self.env.flush_all()
        self.assert_by_index(lambda: calendar._video_resolve(self.token))

    def test_saving(self):
        self.assert_by_index(
            lambda: (
                self.event.write({"start": self.event.start + timedelta(hours=1)}),
                self.commit(),
            )
        )

    def test_what_is_delivered_next(self):
        self.event.start += timedelta(hours=1)
        self.commit()
        meetings = self.env["psynamica.zoom.meeting"].sudo()
        self.assertTrue(meetings._next_due(RunningCalls()))
        self.assert_by_index(lambda: meetings._next_due(RunningCalls()))
        self.assert_by_index(meetings._count_due)
        self.assert_by_index(meetings._come_back)

    def test_what_failed_for_good(self):
        meetings = self.env["psynamica.zoom.meeting"].sudo()
        self.assert_by_index(meetings._tell_of_failures)

    def test_what_needs_a_person(self):
        attention = self.env["psynamica.zoom.attention"].sudo()
        self.assert_by_index(lambda: attention.search_count([]))

    def test_invitations_that_are_held(self):
        attendees = self.env["calendar.attendee"].sudo()
        now = fields.Datetime.now()
        self.assert_by_index(lambda: attendees._held_until(now))

    def test_a_notification(self):
        self.assert_by_index(lambda: self.hear("second"))
        inbox = self.env["psynamica.zoom.notification"].sudo()
        self.assert_by_index(
            lambda: inbox.search([("state", "=", "pending")])._process_safely()
        )

    def test_meetings_that_their_hosts_may_have_changed(self):
        inbox = self.env["psynamica.zoom.notification"].sudo()
        self.assert_by_index(lambda: inbox.search([("state", "=", "waiting")]).ids)


def _quoted(question):
    """Return a question whose values are in it already, for `SQL`."""
    return question.replace("%", "%%")


def _read_whole(plan):
    """Return the tables that this plan reads from beginning to end."""
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _read_whole(part)
