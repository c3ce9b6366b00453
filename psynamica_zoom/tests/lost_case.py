# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creates whose answers are lost, and what is left of them at Zoom."""

from odoo import fields

from odoo.addons.psynamica_zoom.services.delivery_call import perform

# What a user may untick, without the list of meetings.
WITHOUT_LIST = (
    "meeting:write:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:meeting",
    "user:read:user",
)
BLIND = WITHOUT_LIST[:3] + WITHOUT_LIST[4:]  # nor may a meeting be read
UNREAD = WITHOUT_LIST[:4]  # nor the account


class LostSetUp:
    """Mixed into a case with sessions."""

    def lose(self, preset="cut_after"):
        """Let Zoom's answer to the next create be lost."""
        self.sim.fault(method="POST", path="/v2/users/me/meetings", preset=preset)

    def lost(self, preset="cut_after", **values):
        """Return a session whose create went wrong like this, and its row."""
        self.lose(preset)
        event = self.plan_session(**values)
        self.deliver()
        return event, self.meeting_of(event)

    def killed(self, *, before=False):
        """Return a session whose delivery was killed, and its row.

        :param before: before the create was sent, not after it
        """
        event = self.plan_session()
        self.commit()
        row = self.meeting_of(event)
        with self.env.registry.cursor() as cr:
            call, token, transport = row.with_env(self.env(cr=cr))._prepare()
        if not before:
            self.assertTrue(perform(transport, token, call).meeting)
        self.env.invalidate_all()
        # The claim runs out.
        row.next_attempt_at = fields.Datetime.now()
        return event, row

    def assert_one_meeting(self, event):
        """Assert that Zoom has one meeting, and that the session leads into it."""
        meeting = self.meeting_of(event)
        (there,) = self.at_zoom().values()
        self.assertEqual(str(there["id"]), meeting.zoom_id)
        self.assertEqual(there["topic"], f"Appointment {meeting.code}")
        self.assertEqual(there["start_time"], f"{event.start.isoformat()}Z")
        self.assertEqual(there["duration"], (event.stop - event.start).seconds // 60)
        self.assertEqual(there["join_url"], meeting.join_url)
        self.assertEqual(meeting.state, "ready")
        self.assertFalse(meeting.is_lost)
        self.assertFalse(meeting.attempt_started_at)
        self.assertFalse(meeting._announced())
        return there

    def creates(self):
        """Return how many creates were sent."""
        return len(self.calls("POST"))
