# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One session ↔ one meeting at Zoom, and what Zoom has yet to hear about it.

A row outlives its event until the meeting is deleted at Zoom.  It counts: every change
raises `wanted`, a delivery sets `delivered` to the count it was built from.  So ten
edits are one request, rows cannot overtake each other, a repetition sends what the
session is *now*, and an edit made while a request is on the wire is not lost.

A row without an event is a meeting to be deleted.  So a change of host, another room
and a deleted event are all the same: the row lets go of its event.
"""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..services.event_to_meeting import (
    UNIQUE_LENGTH,
    Marker,
    database_mark,
    new_code,
)
from . import touched_events
from .vacuum import delete_old

KEEP_REMOVED = timedelta(days=30)
_CRON = "psynamica_zoom.ir_cron_deliver"


class ZoomMeeting(models.Model):
    _name = "psynamica.zoom.meeting"
    _description = "Zoom meeting"
    _rec_name = "code"
    _order = "session_start, id"

    # `_event_unique` is the index of it.
    event_id = fields.Many2one("calendar.event", readonly=True, ondelete="set null")
    connection_id = fields.Many2one(
        "psynamica.zoom.connection", readonly=True, ondelete="set null", index=True
    )
    # Stored, as it is asked with each change of a session.
    user_id = fields.Many2one(
        related="connection_id.user_id", string="Host", store=True, precompute=True
    )
    code = fields.Char(
        readonly=True, required=True, default=lambda self: self._code(), index=True
    )
    marker = fields.Char(
        readonly=True,
        required=True,
        copy=False,
        default=lambda self: self._unique_part(),
    )
    session_start = fields.Datetime(readonly=True)
    session_stop = fields.Datetime(readonly=True)
    zoom_id = fields.Char("Meeting ID", readonly=True, index="btree_not_null")
    zoom_uuid = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    host_mark = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    made_for = fields.Datetime(
        "Made for the connection of", readonly=True, groups=fields.NO_ACCESS
    )
    join_url = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    passcode = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    fingerprint = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    state = fields.Selection(
        [
            ("creating", "To be made"),
            ("ready", "Ready"),
            ("changing", "To be changed"),
            ("retry", "Zoom could not be reached"),
            ("failed", "Needs a person"),
            ("removing", "To be deleted"),
            ("removed", "Deleted"),
            ("left", "Left at Zoom"),
            ("paused", "Zoom is not connected"),
        ],
        default="creating",
        required=True,
        readonly=True,
    )
    wanted = fields.Integer(default=1, readonly=True)
    delivered = fields.Integer(default=0, readonly=True)
    next_attempt_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    attempt_started_at = fields.Datetime(
        readonly=True,
        help="When a create was sent of which nobody knows yet what came of it.",
    )
    error_reason = fields.Char(readonly=True)
    error_at = fields.Datetime(readonly=True)

    _event_unique = models.UniqueIndex(
        "(event_id) WHERE event_id IS NOT NULL", "A session has one meeting at most."
    )
    _marker_unique = models.UniqueIndex("(marker)")

    @api.model
    def _code(self):
        return new_code(secrets.SystemRandom())

    @api.model
    def _unique_part(self):
        return secrets.token_hex(UNIQUE_LENGTH // 2)

    def _init_column(self, column_name):
        """Give each row that was there before its own marker, not all the same."""
        if column_name != "marker":
            return super()._init_column(column_name)
        self.env.cr.execute(
            SQL(
                "UPDATE psynamica_zoom_meeting SET marker ="
                " left(replace(gen_random_uuid()::text, '-', ''), %s)"
                " WHERE marker IS NULL",
                UNIQUE_LENGTH,
            )
        )
        return None

    @api.model
    def _database_mark(self):
        """Return how this database is named in markers."""
        return database_mark(
            self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        )

    def _marker(self):
        """Return the marker that the agenda of this row's meeting carries."""
        self.ensure_one()
        return Marker(self._database_mark(), self.marker)

    # What is wanted

    def _want(self):
        """Have the delivery look at these meetings soon."""
        for meeting in self:
            meeting.write(meeting._wanted_values())

    def _wanted_values(self):
        """Return what is written so that the delivery looks at this meeting soon.

        One write for all: hundreds of sessions are moved at once.
        """
        values = {
            "wanted": self.wanted + 1,
            "next_attempt_at": fields.Datetime.now(),
            "attempts": 0,
        }
        if self.state in ("ready", "paused", "failed", "removed"):
            values["state"] = "changing" if self.zoom_id else "creating"
        return values

    def _is_hosted_by(self, user):
        """Return whether `user` hosts this meeting."""
        return self.user_id == user

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        touched_events.new_ids(self.env.cr).difference_update(meetings.event_id.ids)
        return meetings

    @api.model
    def _insert_rooms(self, rooms):
        """Insert rows for sessions that are being saved; return them.

        One statement, as a practice may plan hundreds of sessions in one call: `create`
        looks for a default of each field of each row, and took a sixth of the whole.

        :param rooms: values of stored fields, the same in each
        """
        if not rooms:
            return self.browse()
        common = self._column_defaults()
        rows = [
            {**common, "code": self._code(), "marker": self._unique_part(), **room}
            for room in rooms
        ]
        self.env.cr.execute(
            SQL(
                # Of two who make the same one, the second is run again and finds it.
                "INSERT INTO psynamica_zoom_meeting (%s) VALUES %s"
                " ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO NOTHING"
                " RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in rows[0]),
                SQL(", ").join(tuple(row.values()) for row in rows),
            )
        )
        meetings = self.browse(row_id for (row_id,) in self.env.cr.fetchall())
        self.env["psynamica.zoom.connection"].invalidate_model(
            ["meeting_ids"], flush=False
        )
        touched_events.new_ids(self.env.cr).difference_update(
            room["event_id"] for room in rooms
        )
        return meetings

    @api.model
    def _column_defaults(self):
        """Return what `create` stores where it is given nothing."""
        columns = {
            name: field
            for name, field in self._fields.items()
            if field.store and field.column_type
        }
        now, uid = fields.Datetime.now(), self.env.uid
        return {
            **{
                name: columns[name].convert_to_column_insert(value, self)
                for name, value in self.default_get(list(columns)).items()
            },
            **{"create_uid": uid, "create_date": now},
            **{"write_uid": uid, "write_date": now},
        }

    @api.model
    def _of_events(self, event_ids):
        """Return the rows of these events, with all that is read of them in one go."""
        # An event that has just been made has none: the database need not be asked.
        event_ids = list(set(event_ids) - touched_events.new_ids(self.env.cr))
        if not event_ids:
            return self.browse()
        return self.search_fetch([("event_id", "in", event_ids)])

    def _follow(self, event, **also):
        """Take over what the event says now.

        :param also: values to write with it
        """
        self.ensure_one()
        times = {"session_start": event.start, "session_stop": event.stop}
        self.write(self._wanted_values() | times | also)

    def _let_go(self):
        """Delete these meetings at Zoom: no session has them any more."""
        for meeting in self:
            meeting.write(
                meeting._wanted_values() | {"event_id": False, "state": "removing"}
            )

    @api.model
    def _remove_stray(self, connection, zoom_ids, host_mark=None, made_for=None):
        """Have meetings deleted that this connection's account has and nobody wants.

        A meeting whose row still has its session is left alone.

        :param zoom_ids: as digits
        :param host_mark: of whose they are, when another account may be connected now
        :param made_for: when the connection was made for which they are
        :return: the rows that will delete them
        """
        known = self.sudo().search([("zoom_id", "in", list(zoom_ids))])
        of_account = {
            "connection_id": connection.id,
            "host_mark": host_mark or connection.zoom_user_mark,
            "made_for": made_for or connection.connected_at,
        }
        strays = known.filtered(lambda row: not row.event_id)
        strays.write(of_account)
        strays._let_go()
        strays |= self.sudo().create(
            [
                {
                    **of_account,
                    "zoom_id": zoom_id,
                    "state": "removing",
                    "next_attempt_at": fields.Datetime.now(),
                }
                for zoom_id in sorted(set(zoom_ids) - set(known.mapped("zoom_id")))
            ]
        )
        if strays:
            strays._wake_delivery()
        return strays

    def _hand_over(self, event):
        """Make this the meeting of `event`: the same session in another row."""
        self.ensure_one()
        touched_events.new_ids(self.env.cr).discard(event.id)
        self.event_id = event
        self._follow(event)

    def _pause(self):
        """Do nothing until the host is connected again."""
        self.filtered(lambda m: m.state not in ("removed", "left")).write(
            {"next_attempt_at": False, "state": "paused"}
        )

    def _stop(self, state):
        self.write({"next_attempt_at": False, "state": state})

    def _wake_delivery(self, at=None):
        """Have the delivery start when this transaction is committed, or later.

        :param at: naive UTC
        """
        if at:
            self.env.ref(_CRON).sudo()._trigger(at=at)
        else:
            self.env["ir.cron"]._zoom_wake(_CRON)

    # Who is told

    def _tell_sessions(self):
        """Have open session pages refresh themselves."""
        for event in self.sudo().event_id:
            people = event.user_id | event.partner_ids.user_ids.filtered(
                lambda user: user._is_internal()
            )
            for user in people:
                user._bus_send("psynamica_zoom/session", {"event_id": event.id})

    def action_retry(self):
        """Try again now (the administrators' list).

        :raises AccessError: for everybody else
        """
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("This is for administrators."))
        self.sudo()._want()
        self._wake_delivery()

    @api.autovacuum
    def _gc_removed(self):
        before = fields.Datetime.now() - KEEP_REMOVED
        return delete_old(
            self,
            [
                ("event_id", "=", False),
                ("state", "in", ("removed", "left")),
                ("write_date", "<", before),
            ],
        )
