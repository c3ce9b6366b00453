# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist books a session for somebody new, and meets them."""

from booking_pages import Bookings
from integrations_page import IntegrationsPage
from pictures import Album
from playwright.sync_api import expect

_CLIENT, _ADDRESS = "Viola Brandt", "viola@client.example"
_ACCOUNT = "anna@zoom.example"


def _connect(page):
    integrations = IntegrationsPage(page)
    integrations.open()
    integrations.connect()
    integrations.allow_as(_ACCOUNT)


def _book(page, album):
    bookings = Bookings(page)
    bookings.open()
    expect(page.locator(".o_booking_new_button")).to_be_visible()
    album.take(page, "today")
    bookings.start_new()
    bookings.name_client(_CLIENT, _ADDRESS)
    bookings.choose_first_time()
    album.take(page, "new-booking")
    bookings.create()
    bookings.wait_for_room()
    album.take(page, "booking")
    return bookings


def test_new_booking(open_practice):
    """The link is on the page and in the client's mail, and Join leads to the room."""
    practice = open_practice("en_US")
    page = practice.log_in("anna")
    _connect(page)
    bookings = _book(page, Album("booking-therapist"))
    number, link = bookings.meeting_number, bookings.client_link
    meeting = practice.zoom.meeting(number)
    assert meeting["host"] == _ACCOUNT
    assert meeting["deleted_at"] is None
    mail = practice.postbox.next_to(_ADDRESS, 0)
    assert mail.join_links == [link]
    assert "BEGIN:VEVENT" in mail.calendar_text
    assert link in mail.calendar_text
    room = bookings.join()
    assert room.url.startswith(practice.stack.simulator_http_url)
    expect(room.locator("[data-fact='meeting_id']")).to_have_text(number)
