# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`meeting.updated`, `meeting.deleted`, `meeting.recovered`: what has the host done?

Our own calls cause the same notifications, and they may come before the call's result
is stored.  So they wait until no delivery is at work on the meeting; then it is read,
or, without that permission, the notifications are taken at their word.
"""

import logging
import random
from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..services import delivery_policy, reconciliation
from ..services.reconciliation import Found, Hint, Times, Verdict
from ..zoom_api.errors import ZoomError, ZoomGrantRevoked
from .zoom_look import READ
from .zoom_told import aware, naive

_logger = logging.getLogger(__name__)

UPDATED = "meeting.updated"
DELETED = ("meeting.deleted", "meeting.permanently_deleted")
RECOVERED = "meeting.recovered"
CHANGES = (UPDATED, *DELETED, RECOVERED)
SOON = timedelta(seconds=5)  # after a delivery at work should have ended
PATIENCE = timedelta(hours=6)  # then the nightly comparison is the better judge
_CRON = "psynamica_zoom.ir_cron_look"


class ZoomNotification(models.Model):
    _inherit = "psynamica.zoom.notification"

    state = fields.Selection(
        selection_add=[("waiting", "To be compared with Zoom")],
        ondelete={"waiting": "set default"},
    )

    _waiting = models.Index("(id) WHERE state = 'waiting'")

    def _process(self):
        if self.event in CHANGES:
            return self._process_change()
        return super()._process()

    def _process_change(self):
        """Have the meeting looked at; Zoom names only what has changed."""
        is_part_of_series = (self.facts or {}).get("occurrence")
        if is_part_of_series or not self._row_of_meeting():
            return "ignored"
        self._wake_look()
        return "waiting"

    def _wake_look(self, at=None):
        """Have these looked at when this transaction is committed, or later.

        :param at: naive UTC
        """
        self.env.ref(_CRON).sudo()._trigger(at=at)

    @api.model
    def _cron_look(self):
        """Look at each meeting that its host may have changed."""
        waiting = self.sudo().search([("state", "=", "waiting")])
        groups = waiting.grouped(lambda one: one.facts["meeting_id"])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(groups))
        for group in groups.values():
            again_at = group._look_safely()
            if again_at:
                self.env.ref(_CRON).sudo()._trigger(at=again_at)
            if not cron._commit_progress(1):
                return

    def _look_safely(self):
        """Look at the meeting these are about; one failure must not stop the rest.

        :return: when to look again (naive UTC); None = no more
        """
        try:
            return self._look()
        except SerializationFailure:
            self.env.cr.rollback()
            return fields.Datetime.now() + SOON
        except ZoomError as error:
            self.env.cr.rollback()
            _logger.info("zoom: a meeting was not looked at: %s", error)
            return self._look_later(error)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom: notifications %s failed", self.ids)
            moments = [one._note_failure() for one in self]
            return max(filter(None, moments), default=None)

    def _look(self):
        row = self[-1:]._row_of_meeting()
        if not row or not row._request() or row.connection_id.state != "connected":
            self.state = "ignored"
            return None
        if row._is_at_work():
            return self._wait_for(row)
        stamp = row._stamp()
        if row.connection_id._has_scope(READ):
            row._look_now()
            found = row._found_at_zoom()
            row._look_now()
        else:
            found = self._found_by_word(row)
        verdict = row._settle_with_zoom(found, stamp, is_news=self._is_news(row))
        if verdict is Verdict.LEFT_ALONE:
            return self._wait_for(row)
        self.state = "done"
        return None

    def _wait_for(self, row):
        """Return when the delivery at work on `row` should be through."""
        now = fields.Datetime.now()
        if self._is_late() or (row.state == "failed" and row._is_at_work()):
            self.state = "ignored"
            return None
        return max(now, row.next_attempt_at or now) + SOON

    def _look_later(self, error):
        """Return when Zoom may be asked again; None = it is no use."""
        for notification in self:
            notification.attempts += 1
        moment = delivery_policy.next_attempt(
            error,
            max(self.mapped("attempts")),
            aware(fields.Datetime.now()),
            random.random(),  # noqa: S311 spreads load, guards nothing
        )
        if moment and not self._is_late():
            return naive(moment)
        # The nightly comparison comes upon it all the same.
        is_settled = moment or isinstance(error, ZoomGrantRevoked)
        self.write({"state": "ignored" if is_settled else "failed"})
        return None

    def _is_late(self):
        newest = max(self.mapped("received_at"))
        return newest + PATIENCE < fields.Datetime.now()

    # What they say

    def _is_news(self, row):
        """Return whether one of these tells of something after Zoom was told last."""
        told_at = row.told_at
        return any(
            one.event_at and (not told_at or one.event_at > told_at + SOON)
            for one in self
        )

    def _found_by_word(self, row):
        told = row._as_row().told
        hints = [one._hint() for one in self]
        times = reconciliation.from_hints(told, aware(row.told_at), hints)
        return times and Found(row.zoom_id, "", times)

    def _hint(self):
        facts = self.facts or {}
        is_deleted = {UPDATED: None, RECOVERED: False}.get(self.event, True)
        start, moment = facts.get("start_at"), facts.get("event_at")
        times = Times(start and datetime.fromisoformat(start), facts.get("minutes"))
        if self.event != UPDATED:
            times = Times(None, None)
        return Hint(moment and datetime.fromisoformat(moment), is_deleted, times)
