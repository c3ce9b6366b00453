# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Booking on the practice's own site, where the scheduling page is a frame, by keys."""

import contextlib
import functools
import http.server
import re
import threading

from booking_pages import ClientPage
from playwright.sync_api import expect
from rpc import Person

_MOST_TABS = 150
_FOCUSED = "chosen => Boolean(document.activeElement?.matches(chosen))"
_SITE = """<!DOCTYPE html><html lang="en"><title>Our practice</title>
<h1>Our practice</h1><iframe src="{address}?embed=1" title="Booking"
style="width: 100%; height: 800px"></iframe></html>"""


class _Site(http.server.BaseHTTPRequestHandler):
    """One page, whatever is asked for."""

    def __init__(self, body, *words):
        self._body = body
        super().__init__(*words)

    def do_GET(self):  # noqa: N802 (the library's name)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self._body)

    def log_message(self, *_words):
        """Says nothing."""


@contextlib.contextmanager
def _site(scheduling_address):
    """A site of its own that shows the scheduling page in a frame; its origin."""
    body = _SITE.format(address=scheduling_address).encode()
    answer = functools.partial(_Site, body)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Keys:
    """A visitor without a mouse."""

    def __init__(self, page):
        self._page = page
        self._keys = page.keyboard

    def go_to(self, where, chosen):
        """Presses Tab until the focus is on *chosen* in *where*, a page or a frame."""
        for _tab in range(_MOST_TABS):
            if where.evaluate(_FOCUSED, chosen):
                return
            self._keys.press("Tab")
        raise AssertionError(f"no key leads to {chosen}")

    def press(self, where, chosen, key="Enter"):
        self.go_to(where, chosen)
        self._keys.press(key)

    def write(self, where, chosen, text):
        self.go_to(where, chosen)
        self._keys.type(text)


def _choose_a_time(page, keys):
    """Leads from the frame to the form, which has the whole window."""
    frame = page.locator("iframe").element_handle().content_frame()
    frame.wait_for_selector(".pb-services")
    keys.press(frame, ".pb-services a[href*='/book/first-conversation']")
    frame.wait_for_selector("a.pb-turn[rel='next']")
    keys.press(frame, "a.pb-turn[rel='next']")
    frame.wait_for_url(re.compile("month="))
    keys.press(frame, "a.pb-day")
    frame.wait_for_url(re.compile("day="))
    keys.press(frame, "#times button.pb-time")
    # Out of the frame, where no session of the browser reaches, it is asked once more.
    expect(page.locator("h1")).to_have_text("Is this the right time?")
    keys.press(page, "main form button")
    expect(page.locator("#name")).to_be_visible()


def _fill_in(page, keys):
    keys.write(page, "#name", "Nino")
    keys.write(page, "#email", "nino@client.example")
    for tick in page.locator(".pb-tick input").all():
        keys.press(page, f"#{tick.get_attribute('id')}", "Space")
        expect(tick).to_be_checked()
    keys.press(page, "form.pb-form button.pz-button")
    page.wait_for_url(re.compile(r"/session/"))


def test_visitor_books_by_keyboard_from_the_practices_own_site(open_practice):
    practice = open_practice("en_US")
    Person(practice.url, "anna").connect_zoom(practice.zoom, "anna@zoom.example")
    page = practice.stranger()
    keys = Keys(page)
    with _site(f"{practice.url}/book") as origin:
        page.goto(origin)
        frame = page.locator("iframe").element_handle().content_frame()
        frame.wait_for_load_state()
        assert not frame.locator(".pb-services").count()  # not on a site of strangers
        practice.stack.psql("update res_company set booking_embed_hosts = %s", origin)
        page.goto(origin)
        _choose_a_time(page, keys)
    assert page.url.startswith(practice.url)
    _fill_in(page, keys)
    client = ClientPage(page)
    assert client.wait_for_room()
    keys.press(page, ".pz-actions a[href*='/cancel']")
    expect(page.locator("#reason")).to_be_visible()
    keys.press(page, "main form button.pz-button")
    page.wait_for_url(re.compile("done=cancelled"))
    expect(page.locator(".pb-done")).to_be_visible()
