# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page Integrations, and Zoom's own page between Connect and Connected."""

import re

from playwright.sync_api import expect


class IntegrationsPage:
    """What a therapist sees and clicks there."""

    def __init__(self, page):
        self.page = page
        self.zoom = page.locator("[data-provider='zoom']")
        self.builtin = page.locator("[data-provider='builtin']")
        self.connect_button = self.zoom.locator("button[name='connect']")
        self.disconnect_button = self.zoom.locator("button[name='disconnect']")

    def open(self):
        """Goes there through the menu of apps."""
        self.page.locator(".o_navbar_apps_menu button").click()
        name = "psynamica_zoom.menu_integrations_root"
        self.page.locator(f".o_app[data-menu-xmlid='{name}']").click()
        expect(self.zoom).to_be_visible()

    def connect(self):
        """Leaves for Zoom."""
        self.connect_button.click()
        expect(
            self.page.locator("button[name='decision'][value='allow']")
        ).to_be_visible()

    def allow_as(self, address):
        """Chooses the Zoom account *address* and allows; back on the connected card."""
        self.page.locator("label", has_text=address).locator("input").check()
        self.page.locator("button[name='decision'][value='allow']").click()
        self.page.wait_for_url(re.compile(r"/odoo/integrations"))
        expect(self.zoom.locator(".text-bg-success")).to_be_visible()
        expect(self.zoom.locator("dd", has_text=address)).to_be_visible()

    def ask_to_disconnect(self):
        """Opens the dialog."""
        self.disconnect_button.click()
        expect(self._confirm).to_be_visible()

    def confirm(self):
        """Disconnects; the card then offers to connect."""
        self._confirm.click()
        expect(self.connect_button).to_be_visible()
        expect(self.builtin.locator(".o_psynamica_default")).to_be_visible()

    @property
    def _confirm(self):
        return self.page.locator(".modal button[name='confirm_disconnect']")
