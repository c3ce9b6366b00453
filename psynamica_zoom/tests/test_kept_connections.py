# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connections to Zoom are kept: a handshake costs more than the question."""

from datetime import timedelta

from odoo.tests import tagged

from .session_case import SessionCase
from .zoom_case import BORIS


@tagged("post_install", "-at_install")
class TestKeptConnections(SessionCase):
    def test_one_handshake_for_many_calls_of_several_therapists(self):
        self.connect(self.colleague, BORIS)
        before = self.sim.state()["tls_handshakes"]
        self.sim.clear_calls()
        for number in range(3):
            for user in self.therapist | self.colleague:
                self.plan_session(
                    user_id=user.id,
                    by=user,
                    start=self.start + timedelta(days=number),
                )
            self.deliver()
        self.assertEqual(len(self.calls("POST")), 6)
        opened = self.sim.state()["tls_handshakes"] - before
        # Two at a time: one beside the connection that was there.
        self.assertLessEqual(opened, 1)
