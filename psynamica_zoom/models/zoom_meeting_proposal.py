# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A meeting that its host has changed at Zoom: asked about, left until then."""

from odoo import api, fields, models

from ..services.reconciliation import Verdict
from .zoom_told import naive

DELETED_AT_ZOOM = "deleted_at_zoom"  # an `error_reason`


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    proposal_ids = fields.One2many(
        "psynamica.zoom.proposal", "meeting_id", readonly=True
    )

    def _is_deleted_at_zoom(self):
        """Return whether the host has deleted it and nobody has decided yet."""
        return self.error_reason == DELETED_AT_ZOOM

    def _open_proposal(self):
        return self.proposal_ids.filtered(lambda one: one.state == "open")

    # The delivery waits for a decision

    def _call(self):
        self._drop_obsolete_proposal()
        if self._is_deleted_at_zoom() and self._awaits_decision():
            self.delivered = self.wanted
            self._stop("failed")
            return None
        return super()._call()

    def _awaits_decision(self):
        is_connected = self.connection_id.state == "connected"
        return bool(is_connected and self._request() and self._open_proposal())

    def _drop_obsolete_proposal(self):
        """Forget about a host's change when the session has changed since."""
        proposal = self._open_proposal()
        if not proposal or (proposal._is_current() and self._request()):
            return
        proposal._close("obsolete")
        if self._is_deleted_at_zoom():
            self._forget_deleted()

    def _note_told(self, request):
        """Zoom has what the calendar says: there is nothing left to decide."""
        self._close_proposal("obsolete")
        return super()._note_told(request)

    def _forget_deleted(self):
        self._forget_meeting()
        self.error_reason = self.error_at = False

    # It fails for nobody: its organiser is asked

    @api.model
    def _domain_untold(self, now):
        """Leave out what the organiser is asked about in an activity of its own."""
        asked = fields.Domain("error_reason", "=", DELETED_AT_ZOOM)
        return super()._domain_untold(now) & ~asked

    def _try_again(self):
        deleted = self.filtered(lambda row: row._is_deleted_at_zoom())
        deleted._restore_ours(self.env.user)
        return super(ZoomMeeting, self - deleted)._try_again()

    # What was found

    def _act_on(self, verdict, times=None):
        """Do what a comparison with Zoom asks for.

        The row must be locked, and be what it was when Zoom was asked.

        :param times: of the meeting at Zoom
        """
        if verdict is Verdict.AGREES and not self._open_proposal():
            return
        if verdict is Verdict.AGREES:
            self._agrees()
        elif verdict is Verdict.UNWANTED and not self.event_id:
            self._remove_stray(self.connection_id, [self.zoom_id])
        elif verdict in (Verdict.MISSING, Verdict.UNWANTED):
            self._want()
        elif verdict is Verdict.UNDELIVERED:
            self._close_proposal("obsolete")
            self.fingerprint = False
            self._want()
        elif verdict is Verdict.LOST:
            self._look_for_lost()
        elif verdict in (Verdict.MOVED, Verdict.DELETED):
            self._propose(verdict, times)
        else:
            return
        self._wake_delivery()
        self._tell_sessions()

    def _agrees(self):
        """The host has taken a change back: all is well again."""
        self._close_proposal("obsolete")
        if self._is_deleted_at_zoom():
            self.write({"state": "ready", "error_reason": False, "error_at": False})

    def _look_for_lost(self):
        """Have the delivery find the meeting that carries our marker, and use it."""
        self._close_proposal("obsolete")
        self._forget_deleted()
        self.write(
            {
                "attempt_started_at": fields.Datetime.now(),
                "is_lost": True,
                "host_mark": self.connection_id.zoom_user_mark,
                "made_for": self.connection_id.connected_at,
            }
        )
        self._want()

    def _propose(self, verdict, times):
        """Ask the organiser what is to be done; once for each change."""
        values = self._proposal_values(verdict, times)
        proposal = self._open_proposal()
        if proposal and all(proposal[name] == values[name] for name in values):
            return
        if not proposal:
            proposal = self._create_proposal()
        proposal.write(values)
        if verdict is Verdict.DELETED:
            self.write(
                {"error_reason": DELETED_AT_ZOOM, "error_at": fields.Datetime.now()}
            )
            self._stop("failed")
        elif self._is_deleted_at_zoom():  # recovered, and at another time
            self.write({"state": "ready", "error_reason": False, "error_at": False})
        proposal._ask()

    def _proposal_values(self, verdict, times):
        event = self.event_id
        values = {
            "kind": "deleted" if verdict is Verdict.DELETED else "moved",
            "zoom_start": False,
            "zoom_minutes": 0,
            "our_start": event.start,
            "our_stop": event.stop,
        }
        if verdict is Verdict.MOVED:
            at_zoom = times.start_at and naive(times.start_at)
            values["zoom_start"] = at_zoom or event.start
            values["zoom_minutes"] = times.minutes or self.told_minutes
        return values

    def _create_proposal(self):
        quiet = self.env["psynamica.zoom.proposal"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        return quiet.sudo().create(
            {
                "meeting_id": self.id,
                "event_id": self.event_id.id,
                "user_id": self.event_id.user_id.id,
                "kind": "moved",
            }
        )

    def _close_proposal(self, state, user=None):
        self._open_proposal()._close(state, user)

    # What was decided

    def _restore_ours(self, user):
        """Have Zoom told again what the calendar says: changed, or made anew."""
        for meeting in self:
            if meeting._is_deleted_at_zoom():
                meeting._forget_deleted()
            meeting.fingerprint = False
            meeting._close_proposal("kept", user)
            meeting._want()
        self._wake_delivery()
        self._tell_sessions()

    def action_retry(self):
        """Try again now; for a meeting that was deleted at Zoom: make a new one."""
        result = super().action_retry()
        deleted = self.sudo().filtered(lambda row: row._is_deleted_at_zoom())
        deleted._restore_ours(self.env.user)
        return result
