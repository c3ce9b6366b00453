# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sessions that need a person, and the list of them."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from .session_case import SessionCase

LONG = timedelta(minutes=11)  # than one waits without a word
SHORT = timedelta(minutes=9)


class AttentionCase(SessionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, login="admin2", groups="base.group_system", tz="UTC"
        )
        cls.attention = cls.env["psynamica.zoom.attention"].with_user(cls.admin)

    def listed(self):
        self.env.invalidate_all()
        return self.attention.search(self.attention._needs_attention_domain())

    def refuse(self, method="POST", code=3161, times=1):
        """Have Zoom refuse the next calls of this kind, for good."""
        self.sim.fault(
            method=method,
            path="/v2/.*",
            times=times,
            status=400,
            json={"code": code, "message": "no"},
        )

    def failed(self, **values):
        """Return a session whose meeting Zoom has just refused to make."""
        event = self.plan_session(**values)
        self.refuse()
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "failed")
        return event

    def retrying(self, since=LONG):
        event = self.plan_session()
        self.deliver()
        event.start += timedelta(hours=1)
        self.sim.fault(method="PATCH", path="/v2/.*", times=1, status=503)
        self.deliver()
        meeting = self.meeting_of(event)
        self.assertEqual(meeting.state, "retry")
        meeting.error_since = fields.Datetime.now() - since
        return meeting

    def leftover(self):
        """Return the meeting of a deleted session that Zoom refuses to delete."""
        event = self.plan_session()
        self.deliver()
        meeting = self.meeting_of(event)
        event.unlink()
        self.refuse("DELETE")
        self.deliver()
        self.assertEqual(meeting.state, "failed")
        return meeting
