# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the Integrations screen asks and does; always for the calling user only."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import scopes as zoom_scopes

ANCHORS = {
    "unconfigured": "#adding-not-configured",
    "connect": "#adding",
    "connected": "#using",
    "reconnect": "#adding-reconnect",
    "disconnecting": "#removing",
}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def video_integrations(self):
        """Return what the cards show.

        :raises AccessError: for portal users and the public
        """
        user = self._video_caller()
        provider, rule = user._video_defaults()
        return {
            "connect_url": "/psynamica_zoom/connect",
            "guide_url": "/zoom/guide",
            "is_admin": user.has_group("base.group_system"),
            "admins": user._video_admins(),
            "default_provider": user.sudo().video_default_provider or "auto",
            "effective_provider": provider,
            "rule": rule,
            "custom_link": user.sudo().video_custom_link or "",
            "zoom": user._zoom_card(),
        }

    @api.model
    def video_save_defaults(self, values):
        """Store the calling user's defaults and return the cards.

        :raises UserError: a value that is not offered
        """
        user = self._video_caller()
        names = {
            "provider": "video_default_provider",
            "rule": "video_default_rule",
            "custom_link": "video_custom_link",
        }
        unknown = set(values) - set(names)
        if unknown:
            raise UserError(self.env._("There is no such setting."))
        vals = {names[key]: value or False for key, value in values.items()}
        self._video_check_defaults(user, vals)
        user.sudo().write(vals)
        return self.video_integrations()

    def _video_check_defaults(self, user, vals):
        for name in ("video_default_provider", "video_default_rule"):
            offered = dict(self._fields[name].selection)
            if vals.get(name) and vals[name] not in offered:
                raise UserError(self.env._("There is no such setting."))
        link = vals.get("video_custom_link", user.sudo().video_custom_link)
        if vals.get("video_default_provider") == "custom" and not link:
            raise UserError(self.env._("Enter your own video link first."))

    @api.model
    def zoom_disconnect(self, delete_meetings=False):
        """Disconnect the calling user's Zoom account and return the cards.

        :param delete_meetings: delete the coming meetings at Zoom first
        """
        user = self._video_caller()
        connection = user.sudo().zoom_connection_ids
        if delete_meetings and connection.state == "connected":
            meetings = user._zoom_coming()
            if meetings:
                connection.state = "disconnecting"
                # What waits to be made ends at once, and is not waited for.
                meetings |= connection.meeting_ids.filtered("next_attempt_at")
                meetings._want()
                meetings._wake_delivery()
                return self.video_integrations()
        if connection.state in ("connected", "reconnect", "disconnecting"):
            connection._disconnect()
        return self.video_integrations()

    @api.model
    def zoom_disconnect_now(self):
        """Do not wait for meetings that are still to be deleted at Zoom."""
        return self.zoom_disconnect(delete_meetings=False)

    def _video_caller(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("This is for the practice's own users."))
        return self.env.user

    def _video_admins(self):
        group = self.env.ref("base.group_system").sudo()
        people = group.all_user_ids.filtered(
            lambda user: user.active and not user.share
        )
        return people.sorted("name")[:3].mapped("name")

    def _zoom_coming(self):
        """Return the user's meetings that are, or may be, at Zoom and still to come."""
        return (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search(
                [
                    ("connection_id.user_id", "=", self.id),
                    "|",
                    ("zoom_id", "!=", False),
                    ("attempt_started_at", "!=", False),
                    ("session_start", ">", fields.Datetime.now()),
                    ("state", "not in", ("removed", "left", "paused")),
                ]
            )
        )

    def _zoom_card(self):
        connection = self.sudo().zoom_connection_ids
        state = self._zoom_card_state(connection)
        shown = state in ("connected", "disconnecting", "reconnect")
        coming = self._zoom_coming() if shown else self._zoom_coming().browse()
        since = connection.connected_at
        return {
            "state": state,
            "reason": connection._reason_text() if connection else "",
            "guide_anchor": ANCHORS[state],
            "email": connection.email or "" if shown else "",
            "plan": self._zoom_plan(connection) if shown else "",
            "since": fields.Datetime.to_string(since) if shown and since else "",
            "missing_features": self._zoom_missing(connection) if shown else [],
            "upcoming": len(coming),
            "remaining": len(coming.filtered("next_attempt_at")),
        }

    def _zoom_card_state(self, connection):
        if connection.state in ("connected", "reconnect", "disconnecting"):
            return connection.state
        app = self.env["psynamica.zoom.app"]._get()
        return "connect" if app._is_configured() else "unconfigured"

    def _zoom_plan(self, connection):
        if connection.plan in (False, "unknown"):
            return ""
        field = connection._fields["plan"]
        return dict(field._description_selection(self.env))[connection.plan]

    def _zoom_missing(self, connection):
        sentences = {
            "account": self.env._(
                "Your account's e-mail and plan are not shown, because the permission "
                "user:read:user is missing."
            ),
            "read_back": self.env._(
                "You sign in at Zoom yourself before you join as host, because the "
                "permission meeting:read:meeting is missing."
            ),
            "reconcile": self.env._(
                "Lost meetings cannot be looked for, because the permission "
                "meeting:read:list_meetings is missing."
            ),
        }
        granted = (connection.scopes or "").split()
        missing = zoom_scopes.missing_optional(granted)
        return [sentences[zoom_scopes.OPTIONAL[scope]] for scope in missing]
