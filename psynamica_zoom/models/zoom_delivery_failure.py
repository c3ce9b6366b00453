# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a failed call means for its meeting and its connection."""

import random
from datetime import timedelta, timezone

from odoo import fields, models

from ..services.circuit_breaker import is_outage
from ..services.delivery_policy import Reaction, next_attempt, reaction
from ..services.meeting_sync import Action
from ..zoom_api.errors import ZoomGrantRevoked, ZoomTokenExpired


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _store_error(self, call, error):
        now = fields.Datetime.now()
        self.error_reason = error.reason
        self.error_at = now
        self.attempts += 1
        answer = reaction(error)
        if answer is Reaction.GONE:
            self._meeting_is_gone(call)
        elif answer is Reaction.RECONNECT:
            self._connection_is_lost(error)
        else:
            self._retry_later(call, error, answer)
        is_last = self.connection_id.state == "disconnecting"
        if is_last and not self.next_attempt_at:
            self._finish_disconnecting()  # what Zoom refuses for good holds nobody up

    def _meeting_is_gone(self, call):
        self._forget_meeting()
        if call.action is Action.DELETE:
            self._done()
        else:  # made anew
            self.next_attempt_at = fields.Datetime.now()
            self.state = "creating"

    def _connection_is_lost(self, error):
        scopes = getattr(error, "scopes", ())
        if isinstance(error, ZoomGrantRevoked):
            self.connection_id._must_reconnect("token_revoked")
        else:
            self.connection_id._must_reconnect("scope_missing", ", ".join(scopes))
        self._pause()

    def _retry_later(self, call, error, answer):
        now = fields.Datetime.now()
        if isinstance(error, ZoomTokenExpired) and self.attempts <= 1:
            self.connection_id.access_expires_at = now  # the next call refreshes first
            self.next_attempt_at = now
            return
        if answer is Reaction.FIX_APP:
            moment = now + timedelta(hours=1)
        else:
            moment = next_attempt(
                error,
                self.attempts,
                now.replace(tzinfo=timezone.utc),
                random.random(),  # noqa: S311 spreads load, guards nothing
            )
            if moment is None and isinstance(error, ZoomTokenExpired):
                # Removed at Zoom without a word: private apps get no notification.
                self.connection_id._must_reconnect("token_revoked")
                self._pause()
                return
            moment = moment and moment.astimezone(timezone.utc).replace(tzinfo=None)
            moment = self._not_after_probe(error, moment)
        self.next_attempt_at = moment
        if self.event_id:
            self.state = "retry" if moment else "failed"
        elif not moment:
            self.state = "failed"

    def _not_after_probe(self, error, moment):
        """Return the next attempt; during an outage not later than its next probe.

        Something must be there to probe with, and to go on with when Zoom is back.
        """
        probe = is_outage(error) and self.connection_id._zoom_outage_until()
        return min(moment, probe) if moment and probe else moment
