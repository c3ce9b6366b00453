# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist books a session for somebody new, and meets them."""

from booking_pages import Bookings, Today
from integrations_page import IntegrationsPage
from pictures import Album
from playwright.sync_api import expect

_CLIENT, _ADDRESS = "Viola Brandt", "viola@client.example"
_ACCOUNT = "anna@zoom.example"
_BOOKING_OF_CLIENT = """
select participant.booking_id from psynamica_booking_participant participant
join res_partner client on client.id = participant.partner_id where client.email = %s
"""


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
    page.bring_to_front()  # no frame is drawn of what lies behind the room
    _let_it_begin(practice)
    _note_who_came(page)


def _let_it_begin(practice):
    """The session's time comes; those of the demo data are out of its way."""
    [(booking_id,)] = practice.stack.psql(_BOOKING_OF_CLIENT, _ADDRESS)
    practice.stack.psql(
        "update psynamica_booking set state = 'cancelled' where id <> %s", booking_id
    )
    practice.stack.psql(
        "update psynamica_booking set"
        " start = now() at time zone 'utc' - interval '1 s',"
        " stop = now() at time zone 'utc' + interval '50 min' where id = %s",
        booking_id,
    )


def _note_who_came(page):
    """With one press each, on Today, and taken back on the booking's page."""
    today = Today(page, _CLIENT)
    today.open()
    expect(today.state).to_have_text("Confirmed")
    today.press("action_came_late")
    expect(today.card.locator(".badge", has_text="Came late")).to_be_visible()
    expect(today.card.locator("button[name='action_came_late']")).to_have_count(0)
    today.press("action_no_show")
    expect(today.state).to_have_text("Client did not come")
    today.card.click()
    page.locator("button[name='action_done']").click()
    expect(page.locator("[name='state'] .o_arrow_button_current")).to_have_text("Done")
