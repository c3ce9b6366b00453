# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How and when a session's Zoom meeting is made: for other addons to decide."""

from odoo import models

from ..services.event_to_meeting import Profile


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _video_zoom_profile(self):
        """Return how the meeting of this session is held.

        :return: `services.event_to_meeting.Profile`
        """
        return Profile()

    def _video_is_one_of_many(self):
        """Return whether the meeting is made only when the session comes near.

        Zoom takes 100 new or changed meetings a day from one user.
        """
        return bool(self.recurrency or self.sudo().video_made_when_near)

    def _video_is_far_off(self):
        """Return whether it is too early for the meeting."""
        return self._video_is_one_of_many() and self.start > self._video_horizon()
