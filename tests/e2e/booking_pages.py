# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Booking by clicking: the therapist's form, the scheduling page, the client's page."""

import re
from datetime import date

from playwright.sync_api import expect
from room import join_by, number_in

# More than the dialog has.
_FIELDS_BEFORE_TIMES = 15
_NARROW = str.maketrans("\u00a0\u202f", "  ")  # blanks that no line is broken at


def _plain(text):
    return text.translate(_NARROW)


class Bookings:
    """The app Bookings, as a therapist uses it."""

    def __init__(self, page):
        self.page = page
        self.join_button = page.locator(".o_form_view a.o_psynamica_join")

    def open(self):
        """Goes to Today through the menu of apps."""
        self.page.locator(".o_navbar_apps_menu button").click()
        name = "psynamica_booking.menu_root"
        self.page.locator(f".o_app[data-menu-xmlid='{name}']").click()

    def start_new(self):
        """Opens the form of a new booking."""
        self.page.locator(".o_booking_new_button").click()
        expect(self.page.locator(".modal .o_booking_new")).to_be_visible()

    def name_client(self, name, address):
        """Writes the name of somebody new, makes the contact, adds the address."""
        self.page.locator(".modal [name='partner_id'] input").fill(name)
        self.page.locator(".o_m2o_dropdown_option_create a").click()
        address_field = self.page.locator(".modal [name='email'] input")
        address_field.fill(address)

    def choose_first_time(self):
        """Presses the first free time, of a later day when today has none."""
        slots = self.page.locator(".modal .o_booking_slots")
        slots.locator("label, .btn-link").first.click()
        slots.locator("label").first.click()
        expect(slots.locator("input:checked")).to_have_count(1)

    def create(self):
        """Books; the booking's page."""
        self.page.locator(".modal button[name='action_create']").click()
        expect(self.page.locator(".modal")).to_have_count(0)

    def book_by_keyboard(self, name):
        """Books the first free time for the client *name*, without the mouse."""
        keys = self.page.keyboard
        expect(self.page.locator(".o_booking_new_button")).to_be_visible()
        keys.press("Alt+c")
        expect(self.page.locator(".modal [name='partner_id'] input")).to_be_focused()
        keys.type(name)
        proposed = self.page.locator(".o-autocomplete--dropdown-item").first
        expect(proposed).to_contain_text(name)
        keys.press("Enter")
        expect(self.page.locator(".modal [name='email'] input")).not_to_have_value("")
        expect(self.page.locator(".modal .o_booking_slots label").first).to_be_visible()
        for _field in range(_FIELDS_BEFORE_TIMES):
            if self.page.locator("input[name='booking_slot']:focus").count():
                break
            keys.press("Tab")
        keys.press("Space")
        expect(self.page.locator("input[name='booking_slot']:checked")).to_be_focused()
        keys.press("Alt+q")
        expect(self.page.locator(".modal")).to_have_count(0)

    def wait_for_room(self):
        """Returns once the booking's page shows the room as made, without a reload."""
        ready = self.page.locator(".o_form_view .o_psynamica_state[data-state='ready']")
        expect(ready).to_be_visible(timeout=60_000)

    @property
    def client_link(self):
        """The client's link, as the page shows it."""
        return self.page.locator("[name='client_link'] a").get_attribute("href")

    @property
    def meeting_number(self):
        """The meeting's number at Zoom, digits only."""
        return number_in(self.page.locator("[name='zoom_number']"))

    def join(self):
        """Presses Join; the new tab."""
        return join_by(self.join_button)


class Today:
    """The cards of the day's sessions."""

    def __init__(self, page, client):
        self.page = page
        self.card = page.locator(".o_kanban_record", has_text=client)
        self.state = self.card.locator("[name='state']")

    def open(self):
        """Goes there through the menu of apps."""
        Bookings(self.page).open()
        expect(self.card).to_be_visible()

    def press(self, button):
        self.card.locator(f"button[name='{button}']").click()


class Series:
    """Repeating the session whose page is open."""

    def __init__(self, page):
        self.page = page
        self.lines = page.locator(".modal .o_data_row")

    def ask(self):
        """Opens what would be booked."""
        self.page.locator("button[name='action_repeat']").click()
        expect(self.lines.first).to_be_visible()

    def choose_times(self, times):
        """Writes how many sessions there are to be, this one included."""
        count = self.page.locator(".modal [name='times'] input")
        count.fill(str(times))
        count.press("Tab")

    def standings(self):
        """What is said of each session, in order: whether it is booked, and why."""
        return [
            (
                line.locator("[name='is_booked'] input").is_checked(),
                line.locator("[name='standing']").inner_text(),
            )
            for line in self.lines.all()
        ]

    def book(self):
        """Books them; the list of the whole series is there."""
        self.page.locator(".modal button[name='action_book']").click()
        expect(self.page.locator(".modal")).to_have_count(0)
        expect(self.page.locator(".o_list_view")).to_be_visible()

    @property
    def sessions(self):
        """The rows of the series."""
        return self.page.locator(".o_list_view .o_data_row")


class Portal:
    """What a client with a log-in has of the sessions."""

    def __init__(self, page):
        self.page = page
        self.coming = page.locator("section[aria-labelledby='coming'] li")

    def open_sessions(self):
        """Goes to the sessions as from the portal's first page."""
        self.page.locator("a[href='/my/sessions']").first.click()
        expect(self.page.locator("#coming")).to_be_visible()

    @property
    def join_links(self):
        """The link to join of each coming session that has one, in order."""
        buttons = self.coming.locator("a.btn-primary").all()
        return [button.get_attribute("href") for button in buttons]


class Scheduling:
    """The public pages, from the list of services to the form."""

    def __init__(self, page, practice_url):
        self.page = page
        self._url = practice_url
        self.send_button = page.locator("form.pb-form button.pz-button")

    def open(self):
        """Shows what can be booked."""
        self.page.goto(f"{self._url}/book")
        expect(self.page.locator(".pb-services")).to_be_visible()

    def choose_service(self, slug, therapist):
        """Opens the times of the service, then only those of the therapist."""
        self.page.locator(f".pb-services a[href*='/book/{slug}']").click()
        self.page.locator(f".pb-people a[href*='/{therapist}']").click()
        chosen = self.page.locator(".pb-people a[aria-current]")
        expect(chosen).to_have_attribute("href", re.compile(f"/{therapist}"))

    def choose_last_day(self):
        """Opens the last free day of next month: nothing there is late."""
        self.page.locator("a.pb-turn[rel='next']").click()
        self.page.wait_for_url(re.compile("month="))
        self.page.locator("a.pb-day").last.click()
        self.page.wait_for_url(re.compile("day="))

    def choose_day(self, day):
        """Turns the months until *day* is there, and opens it."""
        wanted = self.page.locator(f"a.pb-day[href*='day={day.isoformat()}']")
        while not wanted.count():
            shown = self.page.locator("#month").inner_text()
            way = "next" if day > self._shown_day() else "prev"
            self.page.locator(f"a.pb-turn[rel='{way}']").click()
            expect(self.page.locator("#month")).not_to_have_text(shown)
        wanted.click()
        expect(wanted).to_have_attribute("aria-current", "date")

    def _shown_day(self):
        """A day of the month that is shown."""
        link = self.page.locator("a.pb-day").first.get_attribute("href")
        return date.fromisoformat(re.search(r"day=([0-9-]{10})", link)[1])

    def times(self):
        """Of each time: the moment it stands for, what is shown, and all of it."""
        buttons = self.page.locator("#times button.pb-time").all()
        return [
            (
                button.get_attribute("value"),
                _plain(button.locator("span").first.inner_text()),
                _plain(button.inner_text()),
            )
            for button in buttons
        ]

    def choose_time(self):
        """Presses the first time; the form."""
        self.page.locator("#times button.pb-time").first.click()
        expect(self.send_button).to_be_visible()

    def fill_in(self, name, address):
        """Writes who books, and agrees to all that is to be agreed to."""
        self.page.locator("#name").fill(name)
        self.page.locator("#email").fill(address)
        for tick in self.page.locator(".pb-tick input").all():
            tick.check()

    def send(self):
        """Books; the client's own page."""
        self.send_button.click()
        self.page.wait_for_url(re.compile(r"/session/"))
        return ClientPage(self.page)


class ClientPage:
    """The page behind a client's own link."""

    def __init__(self, page):
        self.page = page
        self.join_button = page.locator("a.pb-join")
        self._choices = page.locator(".pz-actions")

    def wait_for_room(self):
        """Returns the link to join once the Zoom room is there, without a reload."""
        expect(self.page.locator(".pb-details dl")).to_have_count(1, timeout=60_000)
        shown = self.page.locator("p.pb-link code").inner_text()
        assert self.join_button.get_attribute("href") == shown
        return shown

    @property
    def meeting_number(self):
        """The meeting's number at Zoom, digits only."""
        return number_in(self.page.locator(".pb-details dl dd").nth(1))

    def ask_to_move(self):
        """Opens the times to choose from instead."""
        self._choices.locator("a[href*='/move']").click()
        expect(self.page.locator("#times")).to_be_visible()

    def choose_other_time(self):
        """Presses the last time shown that is not the present one; what it means."""
        self.page.locator("#times a.pb-time").last.click()
        expect(self.page.locator("form input[name='start']")).to_have_count(1)

    def ask_to_cancel(self):
        """Opens what cancelling means."""
        self._choices.locator("a[href*='/cancel']").click()
        expect(self.page.locator("#reason")).to_be_visible()

    def confirm(self, done):
        """Presses the button that does it; the page says what was *done*."""
        self.page.locator("main form button.pz-button").click()
        self.page.wait_for_url(re.compile(f"done={done}"))
        expect(self.page.locator(".pb-done")).to_be_visible()
