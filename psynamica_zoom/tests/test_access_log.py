# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The access log of a real server, with requests to our own addresses."""

from odoo.tests import tagged

from odoo.addons.psynamica_zoom.models.zoom_app import CALLBACK_PATH

from .zoom_case import ZoomHttpCase


@tagged("post_install", "-at_install")
class TestAccessLog(ZoomHttpCase):
    def logged(self, address):
        with self.assertLogs("werkzeug") as logs:
            self.open(address)
        return "\n".join(logs.output)

    def test_holds_no_code_and_no_state(self):
        text = self.logged(f"{CALLBACK_PATH}?code=canary-code&state=canary-state")
        self.assertIn(f"GET {CALLBACK_PATH}?*** HTTP/1.1", text)
        self.assertNotIn("canary", text)

    def test_holds_no_token_of_a_join_link(self):
        text = self.logged("/video/join/canary-token?lang=en_US")
        self.assertIn("GET /video/join/*** HTTP/1.1", text)
        self.assertNotIn("canary", text)

    def test_holds_everything_else(self):
        self.assertIn("/zoom/guide?lang=en_US", self.logged("/zoom/guide?lang=en_US"))
