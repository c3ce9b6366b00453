# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling Zoom: claim a row, call, store the result; each in its own transaction.

No lock outlives a claim: whoever edits a session must not wait for Zoom.  One cron
never runs twice at once, so speed comes from threads that run the plain client only:
parallel over connections, in order within one.  What a thread needs is plain values,
what it returns is plain values; the database is touched by the cron's own thread.
"""

import concurrent.futures
import logging
import random
from dataclasses import dataclass
from datetime import timedelta, timezone

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..services import event_to_meeting, meeting_sync
from ..services.delivery_policy import Reaction, next_attempt, reaction
from ..services.meeting_sync import Action
from ..zoom_api import meetings as zoom_meetings
from ..zoom_api.errors import ZoomError, ZoomGrantRevoked, ZoomTokenExpired
from ..zoom_api.meeting import Meeting
from ..zoom_api.meeting_request import MeetingRequest

_logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=3)  # longer than any exchange; after a crash it is due again
PARALLEL = 8
STORE_ATTEMPTS = 5
BROKEN_ROW_DELAY = timedelta(minutes=10)
WAIT_S = 1.0  # how long the loop waits for an answer before it looks for new work


@dataclass(frozen=True)
class Call:
    """One call to Zoom, in plain values."""

    meeting: int
    connection: int
    wanted: int
    action: Action
    zoom_id: str
    request: MeetingRequest | None
    fingerprint: str
    look_for: str
    read_back: bool


@dataclass(frozen=True)
class Outcome:
    meeting: Meeting | None = None
    error: ZoomError | None = None


def perform(transport, token, call):
    """Carry out `call`; runs in a thread, so it knows nothing of Odoo.

    A create whose answer was lost before is looked for first.

    :return: an `Outcome`; errors of Zoom are part of it
    """
    try:
        return Outcome(meeting=_perform(transport, token, call))
    except ZoomError as error:
        return Outcome(error=error)


def _perform(transport, token, call):
    if call.action is Action.DELETE:
        return zoom_meetings.delete(transport, token, call.zoom_id)
    if call.action is Action.UPDATE:
        zoom_meetings.update(transport, token, call.zoom_id, call.request)
        if call.read_back:
            return zoom_meetings.read(transport, token, call.zoom_id)
        return None
    if call.look_for:
        for found in zoom_meetings.list_upcoming(transport, token):
            if event_to_meeting.find_marker(found.agenda) == call.look_for:
                zoom_meetings.update(transport, token, found.id, call.request)
                return zoom_meetings.read(transport, token, found.id)
    return zoom_meetings.create(transport, token, call.request)


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    # The loop

    @api.model
    def _cron_deliver(self):
        """Deliver what is due until nothing is left or the cron's time is up."""
        self.env["calendar.attendee"]._cron_release_held(fields.Datetime.now())
        self.env["ir.cron"]._commit_progress(remaining=self._count_due())
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            self._deliver_with(pool)

    def _deliver_with(self, pool):
        cron = self.env["ir.cron"]
        running = {}
        is_time_left = True
        while True:
            if is_time_left:
                self._start_calls(pool, running)
            if not running:
                return
            done, _waiting = concurrent.futures.wait(
                running, timeout=WAIT_S, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for future in done:
                call = running.pop(future)
                self._guarded(call.meeting, lambda: self._finish(call, future.result()))  # noqa: B023
                is_time_left = bool(cron._commit_progress(1)) and is_time_left

    def _start_calls(self, pool, running):
        """Claim due rows of connections that are idle, and start their calls."""
        while len(running) < PARALLEL:
            busy = [call.connection for call in running.values()]
            row = self._next_due(busy)
            if not row:
                return
            prepared = self._guarded(row.id, row._prepare)
            if prepared:
                call, token, transport = prepared
                running[pool.submit(perform, transport, token, call)] = call

    def _guarded(self, meeting_id, work):
        """Return what `work` returns; one broken row must not stop the others."""
        try:
            return work()
        except SerializationFailure:
            self.env.cr.rollback()  # changed under us this instant: due again soon
        except Exception:
            self.env.cr.rollback()
            _logger.exception("zoom meeting %d", meeting_id)
            row = self.browse(meeting_id)
            row.next_attempt_at = fields.Datetime.now() + BROKEN_ROW_DELAY
            self.env["ir.cron"]._commit_progress()
        return None

    @api.model
    def _count_due(self):
        return self.sudo().search_count(
            [("next_attempt_at", "<=", fields.Datetime.now())]
        )

    @api.model
    def _next_due(self, busy_connections):
        """Return the row to deliver next: the session that starts soonest."""
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM psynamica_zoom_meeting
                 WHERE next_attempt_at <= %s
                   AND NOT COALESCE(connection_id, 0) = ANY(%s)
              ORDER BY session_start NULLS FIRST, id
                 LIMIT 1
                """,
                fields.Datetime.now(),
                busy_connections,
            )
        )
        row = self.env.cr.fetchone()
        return self.sudo().browse(row[0] if row else None)

    # One delivery

    def _prepare(self):
        """Claim this row and return (call, token, transport); None when all is said.

        The claim is committed: after a crash the row is due again when it runs out.
        """
        self.invalidate_recordset()
        row = self.try_lock_for_update()
        if not row:
            self._postpone()
            return None
        call = row._call()
        if call is None:
            self.env["ir.cron"]._commit_progress(1)
            return None
        row.next_attempt_at = fields.Datetime.now() + CLAIM
        if call.action is Action.CREATE:
            row.attempt_started_at = fields.Datetime.now()
        connection = row.connection_id
        self.env["ir.cron"]._commit_progress()
        try:
            token = connection._access_token()
            transport = self.env["psynamica.zoom.app"]._get()._transport()
        except ZoomError as error:
            connection.invalidate_recordset()
            self._finish(call, Outcome(error=error))
            self.env["ir.cron"]._commit_progress(1)
            return None
        return call, token, transport

    def _postpone(self):
        """Leave a row alone that somebody else has locked this instant."""
        self.env.cr.rollback()
        self.env.cr.execute(
            SQL(
                "UPDATE psynamica_zoom_meeting SET next_attempt_at = %s WHERE id IN "
                "(SELECT id FROM psynamica_zoom_meeting WHERE id = %s"
                " FOR UPDATE SKIP LOCKED)",
                fields.Datetime.now() + timedelta(seconds=1),
                self.id,
            )
        )
        self.env["ir.cron"]._commit_progress()

    def _call(self):
        """Return what is to be said to Zoom about this row; None when nothing is."""
        connection = self.connection_id
        if connection.state not in ("connected", "disconnecting"):
            self._pause()
            return None
        if self.zoom_id and not self._is_of_this_account():
            return self._leave()
        request = self._request()
        said = meeting_sync.fingerprint(request) if request else ""
        action = meeting_sync.decide(request, self.zoom_id or None, self.fingerprint)
        if action is Action.NOTHING or (
            action is not Action.CREATE and not request and self._is_over()
        ):
            self._done()
            return None
        return Call(
            meeting=self.id,
            connection=connection.id,
            wanted=self.wanted,
            action=action,
            zoom_id=self.zoom_id or "",
            request=request,
            fingerprint=said,
            look_for=self._lost_code(),
            read_back=connection._has_scope("meeting:read:meeting"),
        )

    def _lost_code(self):
        """Return the marker of a create whose answer never came, "" otherwise."""
        can_list = self.connection_id._has_scope("meeting:read:list_meetings")
        return self.code if self.attempt_started_at and can_list else ""

    def _is_of_this_account(self):
        connection = self.connection_id
        if self.host_mark and connection.zoom_user_mark:
            return self.host_mark == connection.zoom_user_mark
        return self.made_for == connection.connected_at

    def _is_over(self):
        return bool(self.session_stop and self.session_stop < fields.Datetime.now())

    def _leave(self):
        """Give up a meeting of another Zoom account: our token must not touch it.

        The session, when there is one, gets another row.
        """
        event = self.event_id
        self.event_id = False
        self._stop("left")
        if event:
            event._video_sync_rooms({event.id: self.env.uid})

    def _request(self):
        """Return what Zoom should have for this row; None for no meeting."""
        event = self.event_id
        if not event or self.connection_id.state == "disconnecting":
            return None
        if not event._video_wants_zoom() or event.user_id != self.connection_id.user_id:
            return None
        if event._video_is_declined():
            return None
        return event_to_meeting.meeting_request(
            event_to_meeting.Session(
                start_at=event.start.replace(tzinfo=timezone.utc),
                stop_at=event.stop.replace(tzinfo=timezone.utc),
                timezone=event.event_tz or event.user_id.tz,
                code=self.code,
            )
        )

    # Results

    def _finish(self, call, outcome):
        """Store what came of `call`, then let people know.  Commits."""
        row = self.browse(call.meeting)
        for _attempt in range(STORE_ATTEMPTS):
            try:
                row._store(call, outcome)
                self.env["ir.cron"]._commit_progress()
                break
            except SerializationFailure:
                self.env.cr.rollback()
        else:
            raise SerializationFailure("the meeting keeps changing")
        row._after_store()
        self.env["ir.cron"]._commit_progress()

    def _store(self, call, outcome):
        self.env.cr.execute(
            SQL(
                "SELECT id FROM psynamica_zoom_meeting WHERE id = %s FOR UPDATE",
                call.meeting,
            )
        )
        self.env.invalidate_all()
        if outcome.error:
            self._store_error(call, outcome.error)
            return
        if outcome.meeting:
            self._store_meeting(outcome.meeting)
        if call.action is Action.DELETE:
            self._forget_meeting()
        self.fingerprint = call.fingerprint
        self.delivered = call.wanted
        self.connection_id.last_used_at = fields.Datetime.now()
        if self.wanted == call.wanted:
            self._done()
        else:
            self.next_attempt_at = fields.Datetime.now()

    def _store_meeting(self, meeting):
        connection = self.connection_id
        mark = connection._mark(meeting.host_id)
        values = {
            "zoom_id": meeting.id,
            "zoom_uuid": meeting.uuid,
            "join_url": meeting.join_url,
            "passcode": meeting.passcode,
            "attempt_started_at": False,
            "made_for": connection.connected_at,
        }
        if mark:
            values["host_mark"] = mark
            if not connection.zoom_user_mark:
                # Without the permission to read the account this is how we learn
                # whom a removal of the app will name.
                connection.zoom_user_mark = mark
        self.write(values)

    def _forget_meeting(self):
        self.write(
            {
                "zoom_id": False,
                "zoom_uuid": False,
                "join_url": False,
                "passcode": False,
                "fingerprint": False,
                "attempt_started_at": False,
            }
        )

    def _done(self):
        """Nothing is left to say."""
        self.write(
            {
                "delivered": self.wanted,
                "next_attempt_at": False,
                "attempts": 0,
                "error_reason": False,
                "error_at": False,
                "state": "ready" if self.zoom_id and self.event_id else "removed",
            }
        )
        if self.connection_id.state == "disconnecting":
            self._finish_disconnecting()

    def _finish_disconnecting(self):
        remaining = self.search_count(
            [
                ("connection_id", "=", self.connection_id.id),
                ("next_attempt_at", "!=", False),
            ]
        )
        if remaining:
            self.connection_id._tell_user()
        else:
            self.connection_id._disconnect()

    def _store_error(self, call, error):
        now = fields.Datetime.now()
        self.error_reason = error.reason
        self.error_at = now
        self.attempts += 1
        answer = reaction(error)
        if not error.ambiguous and call.action is Action.CREATE:
            self.attempt_started_at = False
        if answer is Reaction.GONE:
            self._meeting_is_gone(call)
        elif answer is Reaction.RECONNECT:
            self._connection_is_lost(error)
        else:
            self._retry_later(call, error, answer)

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
        self.next_attempt_at = moment
        if self.event_id:
            self.state = "retry" if moment else "failed"
        elif not moment:
            self.state = "failed"

    def _after_store(self):
        """Send what waited for this meeting, and refresh open pages."""
        self.invalidate_recordset()
        event = self.event_id
        if not event:
            return
        if self.state in ("ready", "failed"):
            event.attendee_ids._release_held_invitations()
        self._tell_sessions()
