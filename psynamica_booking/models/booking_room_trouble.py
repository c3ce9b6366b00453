# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""“The room doesn't work”: another meeting behind the same link, and all are told."""

from datetime import timedelta

from odoo import fields, models

from .booking_message import CRON

AROUND = timedelta(minutes=15)  # of the start; both sides are there then
PAUSE = timedelta(minutes=1)  # the new room is given a chance
TOLD_FOR = timedelta(hours=1)
LAYOUT = "psynamica_booking.mail_layout"


class Booking(models.Model):
    _inherit = "psynamica.booking"

    room_renewed_at = fields.Datetime("New room made at", readonly=True, copy=False)
    room_is_new = fields.Boolean(compute="_compute_room_is_new")

    def _compute_room_is_new(self):
        since = fields.Datetime.now() - TOLD_FOR
        for booking in self:
            at = booking.room_renewed_at
            booking.room_is_new = bool(at and at > since)

    def _may_renew_room(self):
        """Return whether a client may ask for another room now."""
        if self.state != "confirmed" or self.event_id.video_provider != "zoom":
            return False
        if not self.user_id.sudo()._zoom_live_connection():
            return False  # the built-in room is used already
        return abs(fields.Datetime.now() - self.start) <= AROUND

    def _renew_room(self):
        """Make another meeting behind the same link, and tell everybody.

        Asked for again at once, nothing happens: the new room is on its way.

        :return: whether there is a new room; not when it was asked for too often
        """
        now = fields.Datetime.now()
        if self.room_renewed_at and now - self.room_renewed_at < PAUSE:
            return True
        if not self.env["psynamica.booking.try"]._allow("room", f"booking {self.id}"):
            return False
        self.room_renewed_at = now
        self._mirrored_event().action_zoom_new_room()
        self._tell_of_new_room()
        return True

    def _tell_of_new_room(self):
        """Tell all: any of them may be in the old room, with no page of ours open."""
        for participant in self.participant_ids.filtered(lambda p: p.state == "booked"):
            self._write_down("new_room", participant, fields.Datetime.now())
        self.env.ref(CRON).sudo()._trigger()
        therapist = self.user_id
        reader = self.with_context(lang=therapist.lang, tz=therapist.tz)
        title = reader.env._("A new room for your session")
        words = reader.env._(
            "The room of your session at %(time)s did not work for the client. A new"
            " one was made. Please press Join once more.",
            time=reader.event_id._video_clock(self.start),
        )
        therapist._bus_send(
            "simple_notification",
            {"type": "warning", "title": title, "message": words, "sticky": True},
        )
        reader.message_notify(
            partner_ids=therapist.partner_id.ids,
            subject=title,
            body=words,
            email_layout_xmlid=LAYOUT,
            force_send=False,  # the client does not wait for the mail server
        )
