# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser: the system's Chromium, without what would reach beyond this machine."""

import contextlib

from playwright.sync_api import expect, sync_playwright

from devtools import chromium

_WORDS = (
    "--no-sandbox",  # the suite also runs as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 30_000

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}


@contextlib.contextmanager
def launched():
    """A running browser; closed afterwards."""
    expect.set_options(timeout=PATIENCE_MS)  # five seconds are few on a busy machine
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), headless=True, args=list(_WORDS)
        )
        try:
            yield browser
        finally:
            browser.close()


def somebody(browser, language, size=DESKTOP, zone="Europe/Berlin"):
    """A browser context of its own, as on somebody's desk in that time zone."""
    context = browser.new_context(
        viewport=size, locale=language.replace("_", "-"), timezone_id=zone
    )
    context.set_default_timeout(PATIENCE_MS)
    return context
