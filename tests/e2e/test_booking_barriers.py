# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""axe-core finds nothing serious on the pages that strangers and clients open."""

import os
from pathlib import Path

import pytest
from booking_pages import Scheduling
from browser import PHONE
from playwright.sync_api import expect
from rpc import Person

_SCRIPT = os.environ.get("AXE_SCRIPT")
_RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map((one) => ({
        id: one.id, impact: one.impact, help: one.help,
        where: one.nodes.map((node) => node.target.join(" ")),
    }));
}"""
# A page without a contrast that can be read: axe must find it, or it looks at nothing.
_BAD = (
    "<html lang='en'><title>x</title><main><p style='color:#eee'>Hm</p></main></html>"
)


class Inspector:
    """Looks at the page as it is shown now."""

    def __init__(self, page):
        self.page = page
        self._axe = Path(_SCRIPT).read_text(encoding="utf-8")
        self.found = {}

    def look(self, step):
        """Notes what is serious or critical on the page."""
        serious = self.violations()
        if serious:
            self.found[step] = serious

    def violations(self):
        """What is serious or critical: rule, impact, words, places."""
        # Over the browser's own wire, since the pages' policy allows no other script.
        self.page.evaluate(self._axe)
        found = self.page.evaluate(_RUN)
        return [one for one in found if one["impact"] in ("serious", "critical")]


def _choose_zone_by_keys(page):
    """Another time zone: the arrows go through the list, and Enter sends it."""
    zones = page.locator("#tz")
    address, before = page.url, zones.input_value()
    zones.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(zones).not_to_have_value(before)
    expect(zones).to_be_focused()
    assert page.url == address
    chosen = zones.input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)
    expect(page.locator("#tz")).to_have_value(chosen)


def _walk(inspector, practice, address):
    page = inspector.page
    pages = Scheduling(page, practice.url)
    pages.open()
    inspector.look("services")
    pages.choose_service("first-conversation", "anna")
    inspector.look("month")
    _choose_zone_by_keys(page)
    pages.choose_last_day()
    inspector.look("times")
    pages.choose_time()
    inspector.look("form")
    pages.send_button.click()
    page.locator(".pb-problem").first.wait_for()
    inspector.look("form with problems")
    pages.fill_in("Nino", address)
    client = pages.send()
    link = client.wait_for_room()
    inspector.look("own page")
    client.ask_to_move()
    inspector.look("other times")
    client.choose_other_time()
    inspector.look("ask to move")
    client.confirm("moved")
    inspector.look("moved")
    client.ask_to_cancel()
    inspector.look("ask to cancel")
    client.confirm("cancelled")
    inspector.look("cancelled")
    for step, where in {
        "nothing here": f"{practice.url}/book/nothing-here",
        "link of a cancelled session": link,
        "link that nobody has": f"{practice.url}/video/join/{'x' * 43}",
        "page that nobody has": f"{practice.url}/session/{'x' * 43}",
        "guide": f"{practice.url}/zoom/guide",
    }.items():
        page.goto(where)
        inspector.look(step)


@pytest.mark.skipif(not _SCRIPT, reason="npm was not found, so axe-core is missing")
def test_no_serious_barrier(open_practice):
    """On a phone in daylight, and on a desk in the dark."""
    practice = open_practice("en_US")
    Person(practice.url, "anna").connect_zoom(practice.zoom, "anna@zoom.example")
    page = practice.stranger(size=PHONE)
    page.set_content(_BAD)
    phone = Inspector(page)
    assert [one["id"] for one in phone.violations()] == ["color-contrast"]
    _walk(phone, practice, "nino@client.example")
    page = practice.stranger()
    page.emulate_media(color_scheme="dark")
    desk = Inspector(page)
    _walk(desk, practice, "lia@client.example")
    assert (phone.found, desk.found) == ({}, {})
