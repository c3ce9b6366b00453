# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The webhook inbox: what Zoom told us, once each, for after the answer was sent."""

import logging
from datetime import datetime, timedelta, timezone

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .vacuum import delete_old

_logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
MOST_ATTEMPTS = 5
BATCH = 100  # rows looked at before the progress is told
PEOPLE = ("account_id", "user_id", "host_id")
_CRON = "psynamica_zoom.ir_cron_inbox"


class ZoomNotification(models.Model):
    _name = "psynamica.zoom.notification"
    _description = "Notification of Zoom"
    _order = "id"

    key = fields.Char(required=True, readonly=True)
    event = fields.Char(required=True, readonly=True)
    event_at = fields.Datetime("Happened at", readonly=True)
    received_at = fields.Datetime(required=True, readonly=True, index=True)
    facts = fields.Json(readonly=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("done", "Done"),
            ("ignored", "Nothing to do"),
            ("failed", "Failed"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)

    _key_unique = models.UniqueIndex("(key)")
    _pending = models.Index("(id) WHERE state = 'pending'")

    @api.model
    def _receive(self, notification):
        """Store a verified notification and have it processed; return if it is new.

        Zoom repeats what it believes we did not get.
        """
        now = fields.Datetime.now()
        facts = self._facts_without_names(notification)
        facts |= self.env["psynamica.zoom.meeting"]._hear_of(notification)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO psynamica_zoom_notification
                    (key, event, event_at, received_at, facts, state, attempts,
                     create_uid, create_date, write_uid, write_date)
                VALUES (%(key)s, %(event)s, %(event_at)s, %(now)s, %(facts)s, 'pending',
                        0, %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (key) DO NOTHING RETURNING id
                """,
                key=notification.key,
                event=notification.event,
                event_at=_naive(notification.event_at),
                facts=self._fields["facts"].convert_to_column(facts, self),
                now=now,
                uid=self.env.uid,
            )
        )
        if rows:
            self.browse(rows[0])._wake_inbox()
        return bool(rows)

    def _wake_inbox(self, at=None):
        """Have these processed when this transaction is committed, or later.

        :param at: naive UTC
        """
        if at:
            self.env.ref(_CRON).sudo()._trigger(at=at)
        else:
            self.env["ir.cron"]._zoom_wake(_CRON)

    @api.model
    def _facts_without_names(self, notification):
        """Return what is kept: who somebody is at Zoom as a mark only."""
        facts = notification.facts()
        mark = self.env["psynamica.zoom.connection"]._mark
        return facts | {name: mark(facts[name]) for name in PEOPLE if facts.get(name)}

    @api.model
    def _cron_process(self):
        """Act on what has come in, in the order it came."""
        domain = Domain("state", "=", "pending")
        pending = self.sudo().search(domain, limit=BATCH)
        self.env["ir.cron"]._commit_progress(remaining=len(pending))
        for notification in pending:
            notification = notification.try_lock_for_update().filtered_domain(domain)
            again_at = notification and notification._process_safely()
            if again_at:
                self.env.ref(_CRON).sudo()._trigger(at=again_at)
            if not self.env["ir.cron"]._commit_progress(1):
                return
        if len(pending) == BATCH:
            self.env.ref(_CRON).sudo()._trigger()

    def _process_safely(self):
        """Process one notification; a failure is kept with it and tried again.

        :return: when to try again (naive UTC); None = no more
        """
        try:
            with self.env.cr.savepoint():
                self.state = self._process()
        except SerializationFailure:
            # A delivery has just stored something: what is newest counts.
            self.env.cr.rollback()
            return fields.Datetime.now() + timedelta(seconds=2)
        except Exception:
            # Whatever it is, the next notifications must not wait for this one.
            _logger.exception("zoom: notification %d failed", self.id)
            return self._note_failure()
        return None

    def _note_failure(self):
        self.attempts += 1
        if self.attempts < MOST_ATTEMPTS:
            return fields.Datetime.now() + timedelta(minutes=2**self.attempts)
        self.state = "failed"
        return None

    def _process(self):
        """Act on this notification and return its new state.

        Notifications of other kinds are kept for those who look for them.
        """
        self.ensure_one()
        if self.event == "app_deauthorized":
            return self._process_deauthorization()
        if self.event == "meeting.created":
            self.env["psynamica.zoom.meeting"]._note_created(self)
        return "done"

    def _process_deauthorization(self):
        """Forget the credentials of the user who removed the app at Zoom.

        Source: Zoom, deauthorization; Zoom names the user's id and the app's.
        """
        facts = self.facts or {}
        ours = self.env["psynamica.zoom.app"]._get().client_id
        if not facts.get("user_id") or facts.get("client_id") != ours:
            return "ignored"
        moment = facts.get("deauthorized_at") or facts.get("event_at")
        self.env["psynamica.zoom.connection"]._deauthorized(
            mark=facts["user_id"],
            at=_naive(datetime.fromisoformat(moment)) if moment else None,
            account_mark=facts.get("account_id"),
        )
        return "done"

    @api.autovacuum
    def _gc_old(self):
        """Remove what is older than 30 days; Zoom repeats nothing after hours."""
        ended = fields.Datetime.now() - KEPT
        return delete_old(self, [("received_at", "<", ended)])


def _naive(moment):
    """Return an aware moment as Odoo writes it: UTC, naive, whole seconds."""
    if moment is None:
        return None
    utc = moment.astimezone(timezone.utc)
    return utc.replace(tzinfo=None, microsecond=0)
