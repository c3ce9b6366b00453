# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The therapist's main job by clicking: connect, meet, move, cancel, disconnect."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
from calendar_page import CalendarPage, EventForm
from integrations_page import IntegrationsPage
from pictures import Album
from playwright.sync_api import expect

_CLIENT, _CLIENT_ADDRESS = "Pavel Novak", "pavel@client.example"
_ACCOUNT = "anna@zoom.example"
_RUSSIAN = Path(__file__).parents[2] / "psynamica_zoom" / "i18n" / "ru.po"


class MainJob:
    """The steps; each leaves what the next one needs."""

    def __init__(self, practice, page, album):
        self.practice = practice
        self.zoom = practice.zoom
        self.page = page
        self.album = album
        self.integrations = IntegrationsPage(page)
        self.calendar = CalendarPage(page, practice.url)

    def connect(self):
        self.integrations.open()
        expect(self.integrations.connect_button).to_be_visible()
        self.album.take(self.page, "not-connected")
        self._see_russian()
        self.integrations.connect()
        self.album.take(self.page, "zoom-asks")
        self.integrations.allow_as(_ACCOUNT)
        self.album.take(self.page, "connected")

    def _see_russian(self):
        if self.practice.language == "ru_RU" and _RUSSIAN.exists():
            expect(self.integrations.connect_button).to_have_text("Подключить")

    def make_session(self, name, time):
        """Returns the meeting's number and the link that the client was mailed."""
        seen = self.practice.postbox.count_to(_CLIENT_ADDRESS)
        self.calendar.open_tomorrow()
        self.calendar.begin(name, time)
        self.album.take(self.page, "quick-session")
        form = self.calendar.more_options()
        form.invite(_CLIENT)
        self.album.take(self.page, "new-session")
        form.save()
        form.wait_for_state("ready")
        self.album.take(self.page, "session-ready")
        number = form.meeting_number()
        self._see_at_zoom(number)
        return number, self._read_mail(seen)

    def _see_at_zoom(self, number):
        meeting = self.zoom.meeting(number)
        assert meeting["host"] == _ACCOUNT
        assert meeting["deleted_at"] is None

    def _read_mail(self, seen):
        mail = self.practice.postbox.next_to(_CLIENT_ADDRESS, seen)
        self._picture(mail, "invitation")
        assert len(mail.join_links) == 1
        link = mail.join_links[0]
        assert link.startswith(f"{self.practice.url}/video/join/")
        assert "BEGIN:VEVENT" in mail.calendar_text
        assert link in mail.calendar_text
        return link

    def _picture(self, mail, step):
        """Keeps what the mail looks like."""
        page = self.practice.stranger()
        page.set_content(mail.html)
        self.album.take(page, step)
        page.context.close()

    def join_as_client(self, link, number):
        page = self.practice.stranger()
        page.goto(link)
        self._expect_lobby(page, number)
        self.album.take(page, "client-in-lobby")
        page.context.close()

    def join_as_host(self, number):
        page = EventForm(self.page).join()
        self._expect_lobby(page, number)
        self.album.take(page, "host-in-lobby")
        page.close()

    def _expect_lobby(self, page, number):
        assert page.url.startswith(self.practice.stack.simulator_http_url)
        expect(page.locator("[data-fact='meeting_id']")).to_have_text(number)

    def move(self, name, number, time):
        self.zoom.clear_calls()
        seen = self.practice.postbox.count_to(_CLIENT_ADDRESS)
        self.calendar.open_tomorrow()
        goal = self.calendar.moment(time)
        self.calendar.drag(name, time)
        path = f"/v2/meetings/{number}"
        assert self.zoom.wait_for_calls(method="PATCH", path=path, timeout=60)
        started = datetime.fromisoformat(
            self.zoom.meeting(number)["start_time"].replace("Z", "+00:00")
        )
        assert started == goal.astimezone(timezone.utc)
        self.album.take(self.page, "moved")
        mail = self.practice.postbox.next_to(_CLIENT_ADDRESS, seen)
        self._picture(mail, "new-date")
        assert f"{goal:%Y%m%dT%H%M%S}" in mail.calendar_text
        return seen + 1

    def cancel(self, name, number, seen):
        self.calendar.open_tomorrow()
        self.calendar.open_popover(name)
        self.album.take(self.page, "popover")
        # The phone's size has scrolled the day somewhere else.
        self.calendar.open_tomorrow()
        self.calendar.cancel(name)
        path = f"/v2/meetings/{number}"
        assert self.zoom.wait_for_calls(method="DELETE", path=path, timeout=60)
        assert self.zoom.meeting(number)["deleted_at"]
        self.album.take(self.page, "cancelled")
        # The very next mail: nobody was told of the move twice.
        mail = self.practice.postbox.next_to(_CLIENT_ADDRESS, seen)
        self._picture(mail, "cancellation")
        assert "METHOD:CANCEL" in mail.calendar_text

    def disconnect(self):
        self.integrations.open()
        self.integrations.ask_to_disconnect()
        self.album.take(self.page, "disconnect-dialog")
        self.integrations.confirm()
        self.album.take(self.page, "disconnected")

    def find_built_in_room(self, link):
        page = self.practice.stranger()
        page.goto(link)
        room = page.locator("a.pz-button[href*='/calendar/join_videocall/']")
        expect(room).to_be_visible()
        self.album.take(page, "built-in-room")
        room.click()
        page.wait_for_url("**/discuss/channel/*")
        page.context.close()

    def find_no_trace(self):
        assert self.practice.count_sealed_tokens() == 0
        grants = self.zoom.state()["grants"]
        assert [one for one in grants if one["usable"]] == []
        self.zoom.clear_calls()
        self.practice.deliver_all()
        assert self.zoom.calls() == []


@pytest.mark.parametrize("language", ["en_US", "ru_RU"])
def test_main_job(open_practice, language):
    """From the first log-in to the last trace of the Zoom account."""
    practice = open_practice(language)
    job = MainJob(practice, practice.log_in("anna"), Album(f"main-{language}"))
    job.connect()
    number, link = job.make_session("First talk", "15:00")
    job.join_as_host(number)
    job.join_as_client(link, number)
    seen = job.move("First talk", number, "17:00")
    job.cancel("First talk", number, seen)
    _number, link = job.make_session("Second talk", "15:00")
    job.disconnect()
    job.find_built_in_room(link)
    job.find_no_trace()
