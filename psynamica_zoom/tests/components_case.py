# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the tests of an addon's components in a real browser."""

from .zoom_case import ZoomHttpCase


def _job_id(name):
    """Return how the runner in the browser calls a suite in an address."""
    number = 0
    for character in name:
        number = (number * 31 + ord(character)) & 0xFFFFFFFF
    return f"{number:08x}"


class ComponentsCase(ZoomHttpCase):
    def run_components(self, addon):
        """Run what is in `static/tests` of this addon."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={_job_id(f'@{addon}')}",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            # Its own reports are not errors of the page.
            error_checker=lambda message: "[HOOT]" not in message,
        )
