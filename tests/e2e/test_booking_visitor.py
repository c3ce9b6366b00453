# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Somebody in Tbilisi books by the scheduling page, on a phone and in Russian."""

from datetime import datetime
from zoneinfo import ZoneInfo

import requests
from booking_pages import Bookings, ClientPage, Portal, Scheduling
from browser import PHONE
from pictures import Album
from playwright.sync_api import expect
from rpc import Person

_NAME, _ADDRESS = "Нино Каландадзе", "nino@client.example"
_LOGIN = "nino-kalandadze"
_ZONE = "Asia/Tbilisi"
_OVERFLOW = (
    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
)
_BOOKING = """
select booking.id, booking.state, booking.start, participant.state, participant.token,
       participant.lang, participant.tz, booking.user_id
from psynamica_booking booking
join psynamica_booking_participant participant on participant.booking_id = booking.id
join res_partner partner on partner.id = participant.partner_id
where partner.email = %s
"""

_PARTNER = "select id from res_partner where email = %s"
_PORTAL_GROUP = """
select res_id from ir_model_data where module = 'base' and name = 'group_portal'
"""


class Visit:
    """The steps; each leaves what the next one needs."""

    def __init__(self, practice):
        self.practice = practice
        self.zoom = practice.zoom
        self.page = practice.stranger(size=PHONE, zone=_ZONE)
        self.album = Album("booking-visitor")

    def look(self, step):
        """Keeps a picture; nothing may be cut off or in the wrong language."""
        self.album.take(self.page, step)
        assert self.page.evaluate(_OVERFLOW) == 0, step
        assert self.page.locator("html").get_attribute("lang") == "ru-RU"

    def book(self):
        pages = Scheduling(self.page, self.practice.url)
        pages.open()
        expect(self.page.locator("h1")).to_have_text("Записаться на сессию")
        self.look("services")
        pages.choose_service("first-conversation", "anna")
        expect(self.page.locator("#tz")).to_have_value(_ZONE)
        pages.choose_last_day()
        self.look("times")
        pages.choose_time()
        pages.fill_in(_NAME, _ADDRESS)
        self.look("form")
        self.client = pages.send()
        self.link = self.client.wait_for_room()
        self.look("own-page")
        self.number = self.client.meeting_number

    def find_the_same_link_elsewhere(self):
        mail = self.practice.postbox.next_to(_ADDRESS, 0)
        assert mail.join_links == [self.link]
        assert self.link in mail.calendar_text
        [booking] = self.rows()
        assert (booking[1], *booking[5:7]) == ("confirmed", "ru_RU", _ZONE)
        assert self.zoom.meeting(self.number)["deleted_at"] is None
        therapist = self.practice.log_in("anna")
        therapist.goto(f"{self.practice.url}/odoo/bookings/{booking[0]}")
        shown = Bookings(therapist)
        shown.wait_for_room()
        assert shown.client_link == self.link
        assert shown.meeting_number == self.number
        therapist.context.close()
        return mail

    def find_the_same_link_in_the_portal(self):
        """The practice gives the client a log-in; the portal has the link as well."""
        ((partner_id,),) = self.practice.stack.psql(_PARTNER, _ADDRESS)
        groups = self.practice.stack.psql(_PORTAL_GROUP)
        user = {
            "login": _LOGIN,
            "password": _LOGIN,
            "partner_id": partner_id,
            "group_ids": [[6, 0, [group_id for (group_id,) in groups]]],
        }
        quiet = {"no_reset_password": True}
        admin = Person(self.practice.url, "admin")
        made = admin.call("res.users", "create", [user], context=quiet).json()
        assert "error" not in made, made
        page = self.practice.log_in_to_portal(_LOGIN, size=PHONE, zone=_ZONE)
        portal = Portal(page)
        portal.open_sessions()
        self.album.take(page, "portal")
        assert page.locator("html").get_attribute("lang") == "ru-RU"
        assert page.evaluate(_OVERFLOW) == 0
        assert portal.join_links == [self.link]
        portal.coming.locator("a.btn-secondary").click()
        assert ClientPage(page).wait_for_room() == self.link
        page.context.close()

    def rows(self):
        return self.practice.stack.psql(_BOOKING, _ADDRESS)

    def scan(self, mail):
        """Opens every link of the mail, and of the page behind it, as scanners do."""
        page = self.page.url.partition("?")[0]
        ours = [link for link in mail.links if link.startswith(self.practice.url)]
        assert page in [link.partition("?")[0] for link in ours]
        steps = [f"{page}/{step}" for step in ("move", "cancel", "room")]
        before = self.rows()
        self.zoom.clear_calls()
        for link in [*ours, *steps]:
            for method in ("HEAD", "GET"):
                answer = requests.request(
                    method, link, allow_redirects=False, timeout=60
                )
                assert answer.status_code < 400, (method, link)
        self.practice.deliver_all()
        assert self.rows() == before
        assert self.zoom.calls(method="PATCH") == []
        assert self.zoom.calls(method="DELETE") == []

    def move(self):
        self.client.ask_to_move()
        self.look("other-times")
        self.client.choose_other_time()
        self.look("ask-to-move")
        start = self.page.locator("input[name='start']").input_value()
        self.client.confirm("moved")
        assert self.client.wait_for_room() == self.link
        self.look("moved")
        path = f"/v2/meetings/{self.number}"
        assert self.zoom.wait_for_calls(method="PATCH", path=path, timeout=60)
        goal = datetime.fromisoformat(start.replace("Z", "+00:00"))
        told = self.zoom.meeting(self.number)["start_time"].replace("Z", "+00:00")
        assert datetime.fromisoformat(told) == goal
        mail = self.practice.postbox.next_to(_ADDRESS, 1)
        assert mail.join_links == [self.link]
        assert goal.astimezone(ZoneInfo(_ZONE)).strftime("%H:%M") in mail.html

    def cancel(self):
        self.client.ask_to_cancel()
        self.look("ask-to-cancel")
        self.client.confirm("cancelled")
        expect(self.page.locator(".pb-state-cancelled")).to_be_visible()
        expect(self.client.join_button).to_have_count(0)
        self.look("cancelled")
        path = f"/v2/meetings/{self.number}"
        assert self.zoom.wait_for_calls(method="DELETE", path=path, timeout=60)
        assert self.zoom.meeting(self.number)["deleted_at"]
        assert self.rows()[0][1] == "cancelled"
        mail = self.practice.postbox.next_to(_ADDRESS, 2)
        assert "METHOD:CANCEL" in mail.calendar_text


def test_visitor(open_practice):
    """Book, find the link everywhere, move, cancel; looking changes nothing."""
    practice = open_practice("ru_RU")
    anna = Person(practice.url, "anna")
    anna.connect_zoom(practice.zoom, "anna@zoom.example")
    visit = Visit(practice)
    visit.book()
    mail = visit.find_the_same_link_elsewhere()
    visit.find_the_same_link_in_the_portal()
    visit.scan(mail)
    visit.move()
    visit.cancel()
