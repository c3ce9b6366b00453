# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One user's live link to one Zoom account, and how it is made.

Who the user is at Zoom is kept as a mark only (a hash): enough to recognise the
account that a notification names, useless to anybody who reads the database.
"""

import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..services import scopes as zoom_scopes

REASONS = [
    ("token_revoked", "Zoom no longer accepts the connection"),
    ("scope_missing", "A permission is missing"),
    ("key_lost", "The tokens cannot be opened"),
    ("removed_at_zoom", "The app was removed at Zoom"),
    ("by_user", "Disconnected by the user"),
    ("user_gone", "The user is archived"),
]


# Odoo ends a request after `limit_time_real`, 120 s by default.
LONGEST_REQUEST = timedelta(minutes=3)


class ZoomAccountTaken(Exception):
    """Another user here is connected to this Zoom account already."""


class ZoomConnection(models.Model):
    _name = "psynamica.zoom.connection"
    _description = "Zoom connection"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade", index=True
    )
    state = fields.Selection(
        [
            ("connected", "Connected"),
            ("reconnect", "Must be connected again"),
            ("disconnecting", "Disconnecting"),
            ("disconnected", "Disconnected"),
        ],
        default="disconnected",
        required=True,
        readonly=True,
    )
    state_reason = fields.Selection(REASONS, string="Reason", readonly=True)
    state_detail = fields.Char(readonly=True)
    email = fields.Char("Zoom account", readonly=True)
    plan = fields.Selection(
        [
            ("basic", "Basic"),
            ("licensed", "Licensed"),
            ("unassigned", "No licence"),
            ("unknown", "Unknown"),
        ],
        readonly=True,
    )
    scopes = fields.Char("Permissions", readonly=True)
    connected_at = fields.Datetime(readonly=True)
    last_used_at = fields.Datetime(readonly=True)
    refreshed_at = fields.Datetime(readonly=True)
    access_expires_at = fields.Datetime(readonly=True, groups=fields.NO_ACCESS)
    access_token_sealed = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    refresh_token_sealed = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    zoom_user_mark = fields.Char(
        readonly=True, groups=fields.NO_ACCESS, index="btree_not_null"
    )
    zoom_account_mark = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    meeting_ids = fields.One2many(
        "psynamica.zoom.meeting", "connection_id", readonly=True
    )

    _user_unique = models.UniqueIndex(
        "(user_id)", "A user has one connection to Zoom at most."
    )

    def unlink(self):
        """Leave nothing at work for a connection that goes with its user."""
        self.meeting_ids._stop("left")
        return super().unlink()

    # What Zoom knows the user as

    @api.model
    def _mark(self, zoom_id):
        """Return the mark of something Zoom calls `zoom_id`; False for nothing."""
        if not zoom_id:
            return False
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return hashlib.sha256(f"{uuid}/{zoom_id}".encode()).hexdigest()

    def _has_scope(self, scope):
        """Return whether the user granted `scope` (or a wider form of it)."""
        return zoom_scopes.has((self.scopes or "").split(), scope)

    # Connecting

    @api.model
    def search_fetch(self, domain, field_names=None, *args, **options):
        """Read `state` along: who asks for a connection asks next if it lives."""
        if field_names is not None:
            field_names = {*field_names, "state"}
        return super().search_fetch(domain, field_names, *args, **options)

    @api.model
    def _connect(self, user, pair, zoom_user):
        """Store a new token pair for `user`.

        :param pair: `zoom_api.oauth.TokenPair`
        :param zoom_user: `zoom_api.users.ZoomUser`; None when not permitted
        :raises ZoomAccountTaken: another user has this Zoom account.  Zoom has just
            invalidated that user's tokens, so the new pair is theirs and nothing
            changes for them
        """
        mark = self._mark(zoom_user and zoom_user.id)
        taken = mark and self.sudo().search(
            [
                ("zoom_user_mark", "=", mark),
                ("state", "in", ("connected", "disconnecting")),
                ("user_id", "!=", user.id),
            ],
            limit=1,
        )
        if taken:
            taken._lock()
            taken._store_pair(pair)
            raise ZoomAccountTaken
        connection = self._row_of(user)
        # In the order of asking: a refresh that Zoom has refused because of this new
        # grant looks again behind us, and nobody is told to connect.
        connection._lock()
        connection.write(
            {
                "state": "connected",
                "state_reason": False,
                "state_detail": False,
                "connected_at": fields.Datetime.now(),
                "scopes": " ".join(sorted(pair.scopes)),
                "email": zoom_user.email if zoom_user else False,
                "plan": zoom_user.plan if zoom_user else "unknown",
                "zoom_user_mark": mark,
                "zoom_account_mark": self._mark(zoom_user and zoom_user.account_id),
            }
        )
        connection._store_pair(pair)
        connection._no_longer_ask()
        connection._take_up_sessions()
        connection._tell_user()
        return connection

    @api.model
    def _row_of(self, user):
        """Return the user's row; made once, also by requests in the same moment."""
        connection = self.sudo().search([("user_id", "=", user.id)])
        if connection:
            return connection
        # Where another request was first, this one is run again and finds its row.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_zoom_connection
                    (user_id, state, create_uid, create_date, write_uid, write_date)
                VALUES (%(user)s, 'disconnected', %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (user_id) DO NOTHING
                """,
                user=user.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        user.invalidate_recordset(["zoom_connection_ids"])
        return self.sudo().search([("user_id", "=", user.id)])

    def _take_up_sessions(self):
        """Bring the user's coming sessions (back) to Zoom."""
        self.env["calendar.event"].sudo()._video_take_up(self.user_id)
        # Again, when whoever saves a session in this moment is through.
        self.env.ref("psynamica_zoom.ir_cron_top_up").sudo()._trigger(
            at=fields.Datetime.now() + LONGEST_REQUEST
        )
