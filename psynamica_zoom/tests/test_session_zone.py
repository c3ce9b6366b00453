# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The time zone that Zoom is told for a session."""

from .session_case import SessionCase


class TestSessionZone(SessionCase):
    def setUp(self):
        super().setUp()
        self.therapist.tz = "Australia/Sydney"
        # Whose zone core would give to a session that has left its series.
        self.env.ref("base.user_root").tz = "Europe/Brussels"

    def zone_at_zoom(self, event):
        return self.sim.meeting(self.meeting_of(event).zoom_id)["timezone"]

    def test_a_single_session_has_the_organisers_zone(self):
        event = self.plan_session()
        self.deliver()
        self.assertEqual(self.zone_at_zoom(event), "Australia/Sydney")

    def test_a_series_has_its_own_zone(self):
        first = self.series()[0]
        first.recurrence_id.event_tz = "Europe/Lisbon"
        self.deliver()
        self.assertEqual(self.zone_at_zoom(first), "Europe/Lisbon")

    def test_a_session_that_left_its_series_has_the_organisers_zone(self):
        """Core detaches sessions that a changed rule drops; people restore them."""
        second = self.series()[1]
        second.write({"recurrence_id": False, "active": False})
        self.commit()
        second.active = True
        self.assertTrue(second.recurrency)
        self.deliver()
        self.assertEqual(self.zone_at_zoom(second), "Australia/Sydney")
