# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What failed is not hidden: the administrator's list, and what a comparison found."""

from datetime import datetime, timedelta, timezone

from browser import PHONE
from integrations_page import IntegrationsPage
from pictures import Album
from playwright.sync_api import expect
from rpc import Person

_MEETINGS = "/v2/users/me/meetings"
_HOLDING_MEETINGS_NOT_ALLOWED = 3161  # Zoom: create a meeting, error codes


class AttentionPage:
    """The list "Needs attention", as an administrator uses it."""

    def __init__(self, page, practice_url):
        self.page = page
        self._address = f"{practice_url}/odoo/zoom-attention"
        self.rows = page.locator(".o_psynamica_attention .o_data_row")
        self.empty = page.get_by_text("Nothing needs you at the moment")

    def open(self):
        """Loads the page; how many rows are listed."""
        self.page.goto(self._address)
        expect(self.rows.or_(self.empty).first).to_be_visible()
        return self.rows.count()

    def wait_for(self, count):
        """Loads the page again until so many rows are listed."""
        for _look in range(60):
            if self.open() == count:
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{self.rows.count()} rows instead of {count}")

    def press(self, title):
        """Presses this button of the first row."""
        self.rows.first.locator(f"button[data-tooltip='{title}']").click()


def _sessions(anna, count):
    """Plans *count* sessions of Anna's with a client, one a day; their ids."""
    begin = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    user = anna.call("res.users", "search", [["login", "=", "anna"]]).json()["result"]
    people = anna.call(
        "res.partner", "search", [["email", "in", ["pavel@client.example"]]]
    ).json()["result"]
    own = anna.call("res.users", "read", user, ["partner_id"]).json()["result"]
    ids = people + [own[0]["partner_id"][0]]
    values = [
        {
            "name": f"Session {number}",
            "start": (begin + timedelta(days=number + 2)).strftime("%Y-%m-%d %H:%M:%S"),
            "stop": (begin + timedelta(days=number + 2, hours=1)).strftime(
                "%Y-%m-%d %H:%M:%S"
            ),
            "user_id": user[0],
            "partner_ids": [[6, 0, ids]],
            "video_choice": "zoom",
        }
        for number in range(count)
    ]
    return anna.call("calendar.event", "create", values).json()["result"]


def test_failures_are_listed_and_mended_by_button(open_practice):
    practice = open_practice("en_US")
    anna = Person(practice.url, "anna")
    anna.connect_zoom(practice.zoom, "anna@zoom.example")
    practice.zoom.fault(
        method="POST",
        path=_MEETINGS,
        status=400,
        times=999,
        json={"code": _HOLDING_MEETINGS_NOT_ALLOWED, "message": "no"},
    )
    _sessions(anna, 3)
    practice.deliver_all()
    album = Album("attention")
    page = practice.log_in("admin")
    attention = AttentionPage(page, practice.url)
    count = attention.open()
    assert count >= 3  # and what the demo data have of Anna's
    album.take(page, "listed")
    expect(attention.rows.first).to_contain_text("does not let this account hold")

    practice.zoom.clear_faults()
    attention.press("Try again")
    attention.wait_for(count - 1)
    assert len(practice.zoom.meetings(alive=True)) == 1

    attention.press("Use built-in room")
    page.locator(".modal-footer button.btn-primary").click()
    expect(page.locator(".modal")).to_have_count(0)
    attention.wait_for(count - 2)

    for _row in range(count - 2):
        left = attention.rows.count()
        attention.press("Ignore")
        expect(attention.rows).to_have_count(left - 1)
    expect(attention.empty).to_be_visible()
    album.take(page, "nothing-left")
    attention.open()
    expect(attention.empty).to_be_visible()


def test_comparison_shows_progress_and_result(open_practice):
    practice = open_practice("en_US")
    anna = Person(practice.url, "anna")
    anna.connect_zoom(practice.zoom, "anna@zoom.example")
    _sessions(anna, 2)
    practice.deliver_all()
    assert len(practice.zoom.meetings(alive=True)) >= 2
    album = Album("comparison")
    page = practice.log_in("anna")
    integrations = IntegrationsPage(page)
    integrations.open()
    check = page.locator("button[name='check_meetings']")
    words = page.locator("[name='comparison_text']")
    practice.zoom.fault(method="GET", path=_MEETINGS, hold=True, times=1)
    check.click()
    practice.zoom.wait_for_held()
    expect(check).to_be_disabled()
    expect(words).not_to_be_empty()
    album.take(page, "comparing")
    under_way = words.inner_text()
    practice.zoom.release()
    expect(check).to_be_enabled()
    expect(words).not_to_have_text(under_way)
    expect(page.locator("[name='comparison']")).to_contain_text("Last compared")
    page.set_viewport_size(PHONE)
    album.take(page, "compared")
