# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calendar and the form of an event."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from room import join_by, number_in

BERLIN = ZoneInfo("Europe/Berlin")


class CalendarPage:
    """One day of the therapist's calendar."""

    def __init__(self, page, practice_url):
        self.page = page
        self._url = practice_url

    def open_tomorrow(self):
        """Shows tomorrow: a past session gets no meeting."""
        self.page.goto(f"{self._url}/odoo/calendar")
        self.page.locator(".scale_button_selection").click()
        self.page.locator(".o_scale_button_day").click()
        expect(self.page.locator(".fc-timeGridDay-view")).to_be_visible()
        self._close_side_panel()
        shown = self._day()
        self.page.locator(".o_calendar_button_next").click()
        expect(self._column(shown)).to_have_count(0)

    def _close_side_panel(self):
        """On a phone it would cover the day."""
        panel = self.page.locator(".o_calendar_sidebar")
        if panel.is_visible():
            self.page.locator(".o_sidebar_toggler button").click()
            expect(panel).to_have_count(0)

    def moment(self, time):
        """The moment of the wall-clock *time* (``HH:MM``) on the day shown."""
        return datetime.fromisoformat(f"{self._day()}T{time}").replace(tzinfo=BERLIN)

    def begin(self, name, time):
        """Clicks on the free slot at *time* and names the event; the quick form."""
        # A click in the middle of the lane would meet an event at the same time.
        self._slot(time).click(position={"x": 5, "y": 5})
        self.page.locator(".modal [name='name'] input").fill(name)

    def more_options(self):
        """Goes on in the full form."""
        self.page.locator(".modal-footer button.btn-secondary").first.click()
        expect(self.page.locator(".modal")).to_have_count(0)
        return EventForm(self.page)

    def event(self, name):
        """The box of the event called *name*."""
        return self.page.locator(".fc-event", has_text=name)

    def drag(self, name, time):
        """Moves the event to *time* with the mouse."""
        self.event(name).scroll_into_view_if_needed()
        slot = self._slot(time)
        slot.scroll_into_view_if_needed()
        start, goal = self.event(name).bounding_box(), slot.bounding_box()
        # By its middle: the edges would make it longer.
        across = start["x"] + start["width"] / 2
        down = start["y"] + start["height"] / 2
        mouse = self.page.mouse
        mouse.move(across, down)
        mouse.down()
        mouse.move(across, down + goal["y"] - start["y"], steps=10)
        mouse.up()

    def open_popover(self, name):
        """Clicks on the event; the popover."""
        self.event(name).first.click()
        popover = self.page.locator(".o_cw_popover")
        expect(popover).to_be_visible()
        return popover

    def cancel(self, name):
        """Deletes the event from its popover and lets the client know."""
        self.open_popover(name).locator(".o_cw_popover_delete").click()
        self.page.locator(".modal button.o_cw_send_notify_delete").click()
        expect(self.event(name)).to_have_count(0)

    def _day(self):
        return self.page.locator(".fc-timegrid-col[data-date]").get_attribute(
            "data-date"
        )

    def _column(self, day):
        return self.page.locator(f".fc-timegrid-col[data-date='{day}']")

    def _slot(self, time):
        return self.page.locator(f".fc-timegrid-slot-lane[data-time='{time}:00']")


class EventForm:
    """The full form of one event."""

    def __init__(self, page):
        self.page = page
        self.join_button = page.locator("a.o_psynamica_join")

    def invite(self, client):
        """Adds *client* to the attendees."""
        attendees = self.page.locator("[name='partner_ids']")
        attendees.locator("input").fill(client)
        self.page.locator(
            ".o-autocomplete--dropdown-item", has_text=client
        ).first.click()
        expect(attendees.locator(".o_tag", has_text=client)).to_be_visible()
        # Now somebody else takes part, the form tells what saving will make.
        expect(self.page.locator("[name='video_session_plan']")).to_be_visible()

    def save(self):
        """Saves; the form then has the event's own address."""
        self.page.locator(".o_form_button_save").click()
        self.page.wait_for_url(re.compile(r"/\d+(\?|$)"))

    def wait_for_state(self, state):
        """Returns once the form shows *state*, without a reload."""
        shown = self.page.locator(f".o_psynamica_state[data-state='{state}']")
        expect(shown).to_be_visible(timeout=60_000)

    def meeting_number(self):
        """The meeting's number at Zoom, digits only."""
        return number_in(self.page.locator("[name='zoom_meeting_number']"))

    def join(self):
        """Clicks on Join; the new tab."""
        return join_by(self.join_button)
