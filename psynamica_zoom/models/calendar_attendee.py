# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attendees: the own part of the join link, and mails that wait for Zoom.

An invitation sent before the Zoom meeting exists could not carry Zoom's own link.  So
it is held until the delivery has stored the meeting, and not longer than `HOLD`.  A new
date is held until Zoom has heard of it, so that nobody who moves a session waits for
the mail to be written; moves that Zoom has not heard of yet are one mail.
"""

import logging
import secrets
from datetime import timedelta

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields, models

_logger = logging.getLogger(__name__)

TOKEN_BYTES = 24  # 192 bits: nobody finds a link by trying
HOLD = timedelta(seconds=60)
HOLD_AFTER_FAILURE = timedelta(hours=1)
HELD = (
    *("video_held_until", "video_held_by_id"),
    *("video_known_start", "video_known_stop"),
)


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # Nobody reads these over RPC: who has the token joins as this person.
    video_token = fields.Char("Join token", copy=False, groups=fields.NO_ACCESS)
    video_held_until = fields.Datetime(
        "Mail held until",
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )
    video_held_by_id = fields.Many2one(
        "res.users", "Mail held for", copy=False, groups=fields.NO_ACCESS
    )
    # When somebody invited believes the session to be, while a new date is held.
    video_known_start = fields.Datetime(
        "Known start", copy=False, groups=fields.NO_ACCESS
    )
    video_known_stop = fields.Datetime("Known end", copy=False, groups=fields.NO_ACCESS)

    _video_token_unique = models.UniqueIndex(
        "(video_token) WHERE video_token IS NOT NULL"
    )

    def _video_join_token(self):
        """Return what makes the join link this attendee's own.

        It is made when it is first given out: most attendees never need one.
        """
        self.ensure_one()
        attendee_sudo = self.sudo()
        if not attendee_sudo.video_token:
            attendee_sudo.video_token = secrets.token_urlsafe(TOKEN_BYTES)
        return attendee_sudo.video_token

    def _hold_mails(self, known=None):
        """Hold the invitations of these attendees until their meetings exist.

        :param known: when they are invited and a new date is to be told: event id →
            start and stop that they know, naive UTC
        """
        fresh_sudo = self.sudo().filtered(lambda a: not a.video_held_until)
        if not fresh_sudo:
            return
        until = fields.Datetime.now() + HOLD
        fresh_sudo.write({"video_held_until": until, "video_held_by_id": self.env.uid})
        for attendee_sudo in fresh_sudo if known else ():
            start, stop = known[attendee_sudo.event_id.id]
            attendee_sudo.write({"video_known_start": start, "video_known_stop": stop})
        # Not `ref`, which asks the database each time.
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "psynamica_zoom.ir_cron_deliver", raise_if_not_found=True
        )
        self.env["ir.cron"].browse(cron_id)._trigger(at=until)

    @api.model
    def _held_until(self, now):
        """Return those whose mail has waited long enough.

        :param now: naive UTC
        """
        return self.sudo().search([("video_held_until", "<=", now)])

    def _release_due_mails(self, now):
        """Send what is still held and has waited long enough.

        :param now: naive UTC
        """
        there = self.sudo().exists()
        due = there.filtered(lambda a: a.video_held_until and a.video_held_until <= now)
        due._release_held_mails(now)

    def _release_held_mails(self, now=None):
        """Send what is held for these attendees, once, as whoever caused it.

        Mails that cannot be made are tried again later: an exception here would undo
        what the caller has just stored about the meeting.

        :param now: naive UTC
        """
        now = now or fields.Datetime.now()
        held_sudo = self.sudo().filtered("video_held_until")
        if not held_sudo:
            return
        # The caller's own changes come first: if they fail, that is not ours to hide.
        self.env.flush_all()
        for event_sudo, attendees_sudo in held_sudo.grouped("event_id").items():
            attendees_sudo._send_held(event_sudo, now)
        # Not sent from here: a slow mail server must not hold up the deliveries.
        self.env["ir.cron"]._zoom_wake_mails()

    def _send_held(self, event, now):
        try:
            with self.env.cr.savepoint():
                self._lock_held()._send_held_now(event, now)
        except SerializationFailure:
            # Sent or changed by somebody else this instant.  What is still held then
            # is looked at again when its time is up.
            return
        except psycopg2.OperationalError:  # the transaction is lost, not one mail
            raise
        except Exception:
            _logger.exception("mails about calendar event %d", event.id)
            self.video_held_until = now + HOLD_AFTER_FAILURE

    def _lock_held(self):
        """Return those of these attendees that are held and that nobody else sends."""
        locked = self.try_lock_for_update(allow_referencing=True)
        locked.invalidate_recordset(HELD)
        return locked.filtered("video_held_until")

    def _send_held_now(self, event, now):
        if not self:
            return
        if not event.active and max(self.mapped("video_held_until")) > now:
            # A series that is being moved is archived for a moment.
            return
        by_cause = self.grouped(
            lambda a: (a.video_held_by_id, bool(a.video_known_start))
        )
        # Moved there and back: nothing is new.
        in_the_know = self.filtered(
            lambda a: a._video_known_times() == (event.start, event.stop)
        )
        self._stop_holding()
        if not event.active or event._is_event_over():
            return
        for (user, is_new_date), attendees in by_cause.items():
            sender = user or event.user_id or self.env["res.users"].browse(SUPERUSER_ID)
            # A scheduled action has no language of its own to fall back on.
            told = attendees.with_user(sender).sudo().with_context(lang=sender.lang)
            if is_new_date:
                (told - in_the_know)._send_new_date_now()
            else:
                told.filtered(lambda a: a.state != "declined")._send_invitations_now()

    def _video_known_times(self):
        """Return start and stop that this attendee has been told; () unless held."""
        attendee_sudo = self.sudo()
        if not attendee_sudo.video_known_start:
            return ()
        return attendee_sudo.video_known_start, attendee_sudo.video_known_stop

    def _stop_holding(self):
        self.write(dict.fromkeys(HELD, False))
