# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A create whose answer was lost: the meeting is looked for before another is made.

"A create was sent" is committed before the call.  So whatever happens then, a lost
answer or a killed process, the next call knows.  It looks for the meeting in the list
of the user's meetings, by its marker; without the permission to list it waits for
Zoom's notification of the new meeting.  What is found becomes the session's meeting;
when nothing is found in time, another is made.  Whatever else turns up is deleted.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..services.event_to_meeting import find_codes
from ..services.lost_create import ANNOUNCED_AFTER, looked_for_until
from ..services.meeting_sync import Action

ANNOUNCED_PARAMETER = "psynamica_zoom.announcement_minutes"
# Zoom: webhooks, retries: after this nothing more will come.
LONGEST_ANNOUNCED_AFTER = timedelta(minutes=90)


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    is_lost = fields.Boolean(
        readonly=True,
        help="The answer to a create was lost: what came of it is being looked for.",
    )

    # Before the call

    def _is_open(self):
        """Return whether a create was sent of which nobody knows what came of it.

        Either its answer is still to come, or it was lost.
        """
        return bool(self.attempt_started_at and not self.zoom_id)

    def _announced(self):
        """Return the meetings that Zoom announced and that may be this row's."""
        announced = self.env["psynamica.zoom.announced.meeting"].sudo()
        return announced.search([("row_id", "in", self.ids)])

    @api.model
    def _announced_after(self):
        """Return how long Zoom's notification of a lost meeting is waited for."""
        text = self.env["ir.config_parameter"].sudo().get_param(ANNOUNCED_PARAMETER)
        if not (text and text.isascii() and text.isdigit()):
            return ANNOUNCED_AFTER
        return min(timedelta(minutes=int(text)), LONGEST_ANNOUNCED_AFTER)

    def _find_call(self, call):
        """Return `call` as one that looks for what was lost; None to wait for news.

        No call is on its way for this row, so the answer is lost for good.
        """
        self.is_lost = True
        connection = self.connection_id
        can_list = connection._has_scope("meeting:read:list_meetings")
        until = looked_for_until(
            self.attempt_started_at,
            self.session_start if call.request else None,
            can_list=can_list,
            can_hear=self.env["psynamica.zoom.app"]._get().has_webhook_secret,
            announced_after=self._announced_after(),
        )
        may_create = until <= fields.Datetime.now()
        candidates = self._announced()._as_candidates()
        if not (can_list or candidates or may_create):
            self._wait_for_lost(until)
            return None
        return call._replace(
            look_for=self._marker() if can_list else None,
            candidates=candidates,
            may_create=may_create,
            tried_at=self.attempt_started_at,
            wait_until=until,
        )

    def _note_attempt(self, call):
        """Note, to be committed before the call, that a create may be sent now."""
        if call.may_create and call.request:
            self.write(
                {
                    "attempt_started_at": fields.Datetime.now(),
                    "is_lost": False,
                    "host_mark": self.connection_id.zoom_user_mark,
                    "made_for": self.connection_id.connected_at,
                }
            )

    # After the call

    def _settle_attempt(self, call, outcome):
        """Note what is known of the create now, when the call did not succeed.

        One that was not sent, or was refused, says nothing of an earlier one.
        """
        if not (outcome.error or outcome.is_waiting):
            return
        if call.action in (Action.CREATE, Action.FIND):
            was_sent = outcome.has_posted and outcome.error.ambiguous
            if not was_sent and (call.tried_at or not self._announced()):
                self.attempt_started_at = call.tried_at
        self.is_lost = self._is_open()

    def _wait_for_lost(self, until):
        self.next_attempt_at = until
        self._wake_delivery(at=until)

    def _settle_others(self, call, outcome):
        """Have everything else deleted that came of this row's creates."""
        announced = self._announced()
        settled = {self.zoom_id, call.zoom_id}
        if not call.request:
            settled |= {candidate.zoom_id for candidate in call.candidates}
        strays = {*outcome.strays, *announced.mapped("zoom_id")} - settled
        announced.unlink()
        self._remove_stray(
            self.connection_id,
            strays,
            host_mark=self.host_mark,
            made_for=call.connected_at,
        )

    # News from Zoom

    @api.model
    def _hear_of(self, notification):
        """Take from a notification what it says of a lost meeting of ours.

        Called when it comes in: what opens the room goes where it belongs at once,
        and never into the inbox.

        :param notification: `services.webhook_event.Notification`
        :return: facts for the inbox; {} when it is not about one of our rows
        """
        created = notification.created
        if not created or not notification.meeting_id or created.by_api is False:
            return {}
        row = self.sudo()._row_of(find_codes(created.topic), notification.host_id)
        if not row:
            return {}
        if row._is_open():
            row._announced()._keep(row, notification)
        return {"row": row.id, "by_api": bool(created.by_api)}

    @api.model
    def _row_of(self, codes, host_id):
        """Return the one row with one of these codes whose host this may be."""
        mark = self.env["psynamica.zoom.connection"]._mark(host_id)
        if not codes or not mark:
            return self.browse()
        rows = self.search([("code", "in", list(codes))])
        rows = rows.filtered(lambda row: row._may_be_hosted_by(mark))
        return rows if len(rows) == 1 else self.browse()

    def _may_be_hosted_by(self, mark):
        """Return whether this is the mark of the host, as far as that is known.

        Without the permission to read the account it is learned from the first answer.
        """
        connection = self.connection_id
        own = self.host_mark
        if not own and self.made_for in (False, connection.connected_at):
            own = connection.zoom_user_mark
        if own:
            return own == mark
        others = Domain("zoom_user_mark", "=", mark) & Domain("id", "!=", connection.id)
        return not connection.search_count(others, limit=1)

    @api.model
    def _note_created(self, notification):
        """Act on a notification of a new meeting, after the answer was sent.

        Its row has it already, or looks for it, or has another: then it is one too
        many and deleted, or named to people when the row was given up.  What the host
        made by hand is left alone, whatever it is called.
        """
        facts = notification.facts or {}
        row = self.sudo().browse(facts.get("row")).exists()
        number = facts.get("meeting_id")
        if not row or not number:
            return
        if row._is_open() and row.state != "left":
            row._look_again()
            return
        row._announced().filtered(lambda a: a.zoom_id == number).unlink()
        if row.zoom_id != number and facts.get("by_api"):
            row._remove_announced(number, facts.get("host_id"))

    def _look_again(self):
        """Look for what was lost at once, for there are news.

        Not while the answer may still come.
        """
        if self.is_lost and self.next_attempt_at:
            self.next_attempt_at = fields.Datetime.now()
            self._wake_delivery()

    # Connected again

    @api.model
    def _resume(self, connection):
        """Go on with the coming meetings of a host who was not connected."""
        now = fields.Datetime.now()
        coming = Domain("session_stop", "=", False) | Domain("session_stop", ">", now)
        paused = Domain("connection_id", "=", connection.id) & Domain(
            "state", "=", "paused"
        )
        rows = self.sudo().search(paused & coming)
        rows._want()
        rows.filtered(lambda row: not row.event_id).state = "removing"
        if rows:
            rows._wake_delivery()


class ZoomConnection(models.Model):
    _inherit = "psynamica.zoom.connection"

    def _take_up_sessions(self):
        """Go on with what was left undone, too: meetings to be deleted."""
        result = super()._take_up_sessions()
        self.env["psynamica.zoom.meeting"]._resume(self)
        return result
