# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One user's live link to one Zoom account: sealed tokens, one refresh at a time.

Zoom replaces the refresh token on every use and keeps no second copy for whoever loses
it.  So a refresh works in a transaction of its own, under a row lock, and stores the
new pair before anybody uses it.

Who the user is at Zoom is kept as a mark only (a hash): enough to recognise the
account that a notification names, useless to anybody who reads the database.
"""

import hashlib
import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .. import server_config
from ..server_config import ServerConfigError
from ..services import scopes as zoom_scopes
from ..services.vault_error import VaultError
from ..zoom_api.errors import ZoomError, ZoomGrantRevoked, ZoomUnreachable

_logger = logging.getLogger(__name__)

EXPIRY_MARGIN = timedelta(seconds=60)  # a token must outlive the request it is for
LOCK_ATTEMPTS = 8
# Zoom: OAuth, a refresh token lives 90 days.
IDLE_REFRESH_AFTER = timedelta(days=83)
SECRET_FIELDS = ("access_token_sealed", "refresh_token_sealed")

REASONS = [
    ("token_revoked", "Zoom no longer accepts the connection"),
    ("scope_missing", "A permission is missing"),
    ("key_lost", "The tokens cannot be opened"),
    ("removed_at_zoom", "The app was removed at Zoom"),
    ("by_user", "Disconnected by the user"),
    ("user_gone", "The user is archived"),
]


class ZoomAccountTaken(Exception):
    """Another user here is connected to this Zoom account already."""


class ZoomConnection(models.Model):
    _name = "psynamica.zoom.connection"
    _description = "Zoom connection"
    _rec_name = "user_id"
    _order = "user_id"

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
            taken._store_pair(pair)
            raise ZoomAccountTaken
        connection = self.sudo().search([("user_id", "=", user.id)])
        connection = connection or self.sudo().create({"user_id": user.id})
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
        connection._take_up_sessions()
        connection._tell_user()
        return connection

    def _store_pair(self, pair):
        vault = server_config.vault()
        now = fields.Datetime.now()
        self.write(
            {
                "access_token_sealed": vault.seal(
                    pair.access_token, context=self._context_of("access_token_sealed")
                ),
                "refresh_token_sealed": vault.seal(
                    pair.refresh_token, context=self._context_of("refresh_token_sealed")
                ),
                "access_expires_at": now + timedelta(seconds=pair.expires_in_s),
                "refreshed_at": now,
                **({"scopes": " ".join(sorted(pair.scopes))} if pair.scopes else {}),
            }
        )

    def _context_of(self, field_name):
        """Return what a sealed value is bound to, so that no other row opens it."""
        self.ensure_one()
        return f"{self._name}/{self.id}/{field_name}"

    def _open(self, field_name):
        """Return the secret, "" when there is none.

        :raises VaultError: it does not open (key lost, value moved or damaged)
        """
        sealed = self.sudo()[field_name]
        if not sealed:
            return ""
        return server_config.vault().open(sealed, context=self._context_of(field_name))

    def _take_up_sessions(self):
        """Bring the user's coming sessions (back) to Zoom."""
        self.env["calendar.event"].sudo()._video_take_up(self.user_id)

    # Tokens

    def _access_token(self, refused=None):
        """Return an access token good for one more minute, refreshed when needed.

        The caller must not have written this row in its own transaction: it would
        wait for itself.

        :param refused: the token Zoom has just refused
        :raises ZoomGrantRevoked: the user must connect again, and has been told
        :raises ZoomError: no answer, or other workers keep refreshing
        """
        self.ensure_one()
        for _attempt in range(LOCK_ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    own = self.with_env(self.env(cr=cr, user=SUPERUSER_ID, su=True))
                    token, error = own._fresh_token(refused)
            except SerializationFailure:
                continue  # another worker has just refreshed: read what it stored
            if error:
                raise error
            return token
        raise ZoomUnreachable("POST /oauth/token")

    def _fresh_token(self, refused):
        """Return (token, None) or (None, error); what was found out is stored.

        Errors are returned, for raising one would roll back what they mean.
        """
        self._lock()
        if self.state not in ("connected", "disconnecting"):
            return None, ZoomGrantRevoked("POST /oauth/token")
        try:
            token = self._open("access_token_sealed")
            refresh_token = self._open("refresh_token_sealed")
        except VaultError:
            self._must_reconnect("key_lost")
            return None, ZoomGrantRevoked("POST /oauth/token")
        except ServerConfigError as error:
            # An operator's slip, to be mended there: no reason to disconnect anybody.
            _logger.error("zoom: %s", error)
            return None, ZoomUnreachable("server configuration", ambiguous=False)
        if token and token != refused and self._is_fresh():
            return token, None
        return self._refresh(refresh_token)

    def _refresh(self, refresh_token):
        try:
            client = self.env["psynamica.zoom.app"]._get()._oauth_client()
            pair = client.refresh(refresh_token)
        except ZoomGrantRevoked as error:
            self._must_reconnect("token_revoked")
            return None, error
        except ZoomError as error:
            return None, error
        self._store_pair(pair)
        return pair.access_token, None

    def _lock(self):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM psynamica_zoom_connection WHERE id = %s FOR UPDATE",
                self.id,
            )
        )
        self.invalidate_recordset()

    def _is_fresh(self):
        expires_at = self.access_expires_at
        return expires_at and expires_at > fields.Datetime.now() + EXPIRY_MARGIN

    # Losing the connection

    def _must_reconnect(self, reason, detail=False):
        """Stop using Zoom for this user until they connect again, and tell them.

        The first reason stays: what fails afterwards fails because of it.
        """
        living = self.filtered(lambda c: c.state in ("connected", "disconnecting"))
        for connection in living:
            values = {
                "state": "reconnect",
                "state_reason": reason,
                "state_detail": detail,
            }
            if reason != "scope_missing":
                values |= dict.fromkeys(SECRET_FIELDS, False)
            connection.write(values)
            _logger.info("zoom connection %d: %s", connection.id, reason)
            connection._let_sessions_go()
            connection._ask_to_reconnect()
            connection._tell_user()

    def _disconnect(self, reason="by_user"):
        """Forget the tokens now and revoke them at Zoom once that is committed."""
        for connection in self:
            if reason == "by_user":
                connection._revoke_after_commit()
            connection.write(
                {
                    "state": "disconnected",
                    "state_reason": reason,
                    "state_detail": False,
                    "email": False,
                    "plan": False,
                    "scopes": False,
                    "access_expires_at": False,
                    "zoom_user_mark": False,
                    "zoom_account_mark": False,
                    **dict.fromkeys(SECRET_FIELDS, False),
                }
            )
            connection._let_sessions_go()
            connection._tell_user()

    def _revoke_after_commit(self):
        """Revoke at Zoom when the tokens are gone here.  Best effort."""
        try:
            token = self._open("access_token_sealed")
            client = token and self.env["psynamica.zoom.app"]._get()._oauth_client()
        except (VaultError, ServerConfigError, ZoomError) as error:
            _logger.info("zoom connection %d: not revoked: %s", self.id, error)
            return
        if not token:
            return
        connection_id = self.id

        @self.env.cr.postcommit.add
        def revoke():
            try:
                client.revoke(token)
            except ZoomError as error:
                _logger.info("zoom connection %d: revoke: %s", connection_id, error)

    @api.model
    def _deauthorized(self, *, mark, at):
        """Forget the tokens of whoever removed the app at Zoom.

        :param mark: of the user's id at Zoom, see `_mark`
        :param at: naive UTC; an older removal than the connection says nothing
        :return: the connections that ended
        """
        if not mark:
            return self.browse()
        gone = self.sudo().search(
            [("zoom_user_mark", "=", mark), ("state", "!=", "disconnected")]
        )
        gone = gone.filtered(
            lambda c: not (at and c.connected_at and at < c.connected_at)
        )
        gone._disconnect("removed_at_zoom")
        for connection in gone:
            connection._ask_to_reconnect()
        return gone

    def _let_sessions_go(self):
        """Stop deliveries and release what waits for them; rooms fall back by link."""
        meetings = self.sudo().meeting_ids
        meetings._pause()
        meetings.event_id.attendee_ids._release_held_invitations()
        meetings._tell_sessions()

    # Telling people

    def _reason_text(self):
        """Return why the connection does not work, in the user's language."""
        self.ensure_one()
        self = self.with_context(lang=self.user_id.lang or self.env.lang)
        texts = {
            "token_revoked": self.env._("Zoom no longer accepts the connection."),
            "scope_missing": self.env._(
                "Zoom did not grant this permission: %(scopes)s.",
                scopes=self.state_detail or "",
            ),
            "key_lost": self.env._(
                "The stored access to Zoom can no longer be opened here."
            ),
            "removed_at_zoom": self.env._(
                "The app was removed from your Zoom account."
            ),
        }
        return texts.get(self.state_reason, "")

    def _ask_to_reconnect(self):
        """Tell the user before a client meets the failure: activity and e-mail."""
        self.ensure_one()
        user = self.user_id
        if not user.active:
            return
        partner = user.partner_id.sudo().with_context(lang=user.lang)
        partner.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=partner.env._("Connect Zoom again"),
            note=self._reason_text(),
            user_id=user.id,
        )
        template = self.env.ref(
            "psynamica_zoom.mail_template_reconnect", raise_if_not_found=False
        )
        if template:
            template.sudo().send_mail(self.id)

    def _tell_user(self):
        """Have the user's open Integrations screen refresh itself."""
        for connection in self:
            connection.user_id._bus_send("psynamica_zoom/connection", {})

    # Crons

    @api.model
    def _cron_keep_alive(self):
        """Refresh connections nobody used for long, before Zoom forgets them."""
        before = fields.Datetime.now() - IDLE_REFRESH_AFTER
        idle = self.sudo().search(
            [("state", "=", "connected"), ("refreshed_at", "<", before)]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(idle))
        for connection in idle:
            try:
                connection._access_token(
                    refused=connection._open("access_token_sealed")
                )
            except (ZoomError, VaultError, ServerConfigError) as error:
                _logger.info("zoom connection %d: %s", connection.id, error)
            if not cron._commit_progress(1):
                break

    @api.model
    def _cron_clean_up(self):
        """Delete secrets that nobody may use any more."""
        gone = self.sudo().search(
            [("user_id.active", "=", False), ("state", "!=", "disconnected")]
        )
        gone._disconnect("user_gone")
        day_ago = fields.Datetime.now() - timedelta(hours=23)
        stale = self.sudo().search(
            [
                ("state", "not in", ("connected", "disconnecting")),
                ("write_date", "<", day_ago),
                "|",
                ("access_token_sealed", "!=", False),
                ("refresh_token_sealed", "!=", False),
            ]
        )
        stale.write(dict.fromkeys(SECRET_FIELDS, False))

    @api.model
    def _cron_reseal(self):
        """Seal with the newest key what an older one sealed."""
        self.env["psynamica.zoom.app"]._get()._reseal()
        vault = server_config.vault()
        cron = self.env["ir.cron"]
        rows = self.sudo().search([("refresh_token_sealed", "!=", False)])
        old = rows.filtered(
            lambda c: not all(vault.is_current(c[name]) for name in SECRET_FIELDS)
        )
        cron._commit_progress(remaining=len(old))
        for connection in old:
            locked = connection.try_lock_for_update()
            if locked:
                locked._reseal()
            if not cron._commit_progress(1):
                break

    def _reseal(self):
        vault = server_config.vault()
        try:
            self.write(
                {
                    name: vault.seal(self._open(name), context=self._context_of(name))
                    for name in SECRET_FIELDS
                    if self[name]
                }
            )
        except VaultError:
            _logger.warning("zoom connection %d: its key is lost", self.id)
