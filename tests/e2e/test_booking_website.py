# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where Odoo's website is installed: the same pages, and ways there and back."""

from booking_pages import Portal, Scheduling
from pictures import Album
from playwright.sync_api import expect
from rpc import Person

_NAME, _ADDRESS = "Vera Lang", "vera@client.example"


def test_pages_beside_the_website(open_practice):
    practice = open_practice("en_US", website=True)
    Person(practice.url, "anna").connect_zoom(practice.zoom, "anna@zoom.example")
    album = Album("booking-website")
    _book(practice, album)
    _look_into_the_portal(practice, album)


def _book(practice, album):
    """Somebody looks at the site first, and books then."""
    page = practice.stranger()
    pages = Scheduling(page, practice.url)
    pages.open()
    album.take(page, "services")
    page.locator("a.pz-practice-name[href='/']").click()
    expect(page.locator("header#top")).to_be_visible()
    pages.open()
    pages.choose_service("first-conversation", "anna")
    pages.choose_last_day()
    pages.choose_time()
    pages.fill_in(_NAME, _ADDRESS)
    link = pages.send().wait_for_room()
    assert practice.postbox.next_to(_ADDRESS, 0).join_links == [link]


def _look_into_the_portal(practice, album):
    page = practice.log_in_to_portal("pavel")
    expect(page.locator("header#top")).to_be_visible()
    portal = Portal(page)
    portal.open_sessions()
    expect(portal.coming.first).to_be_visible()
    album.take(page, "portal")
