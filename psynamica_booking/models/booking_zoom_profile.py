# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Zoom profile of a service, on its way to the meetings of its sessions."""

from odoo import fields, models

from odoo.addons.psynamica_zoom.services.event_to_meeting import Profile

PROFILE = {"topic_template", "waiting_room", "join_before_host"}


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_zoom_profile(self):
        service = self._bookings().service_id
        if not service:
            return super()._video_zoom_profile()
        return Profile(
            topic_template=service.topic_template or "",
            waiting_room=service.waiting_room,
            join_before_host=service.join_before_host,
        )


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    def write(self, vals):
        result = super().write(vals)
        if not PROFILE.isdisjoint(vals):
            self._tell_zoom_again()
        return result

    def _tell_zoom_again(self):
        """Have the coming sessions of these services told to Zoom as they are now."""
        coming = self._confirmed_sessions(
            [
                ("stop", ">", fields.Datetime.now()),
                ("event_id.video_provider", "=", "zoom"),
            ]
        )
        # Whoever changes the service does so for all its therapists.
        for therapist, bookings in coming.grouped("user_id").items():
            bookings.event_id._video_touch_as(therapist)
