# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ten sessions in one go: what stands in the way, ten links, meetings for the next."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import requests
from booking_pages import Bookings, Portal, Series
from pictures import Album
from playwright.sync_api import expect
from room import join_by
from rpc import Person

_ACCOUNT, _HERE = "anna@zoom.example", ZoneInfo("Europe/Berlin")
_CLIENT, _ADDRESS = "Pavel Novak", "pavel@client.example"
_WEEK = timedelta(weeks=1)
_HORIZON = 4 * _WEEK  # `psynamica_zoom.horizon_weeks` as installed
_SESSIONS = """
select booking.start, booking.series, attendee.video_token
from psynamica_booking booking
join psynamica_booking_participant participant on participant.booking_id = booking.id
join res_partner partner on partner.id = participant.partner_id
join calendar_attendee attendee
  on attendee.event_id = booking.event_id and attendee.partner_id = partner.id
join res_users maker on maker.id = booking.create_uid and maker.login = 'anna'
where partner.email = %s and booking.state = 'confirmed' and booking.start > now()
order by booking.start
"""


class Repeating:
    """The steps; each leaves what the next one needs."""

    def __init__(self, practice):
        self.practice = practice
        self.zoom = practice.zoom
        self.anna = Person(practice.url, "anna")
        self.anna.connect_zoom(practice.zoom, _ACCOUNT)
        self.page = practice.log_in("anna")
        self.album = Album("booking-series")

    def book_the_first(self):
        bookings = Bookings(self.page)
        bookings.open()
        # A list that answers late must not keep the dialog on the booking's page.
        self.page.route("**/psynamica.booking/web_read_group", lambda _route: None)
        bookings.book_by_keyboard(_CLIENT)
        bookings.wait_for_room()
        self.page.unroute("**/psynamica.booking/web_read_group")
        self.link = bookings.client_link
        [[start, _series, _token]] = self.sessions()
        self.first = start

    def sessions(self):
        rows = self.practice.stack.psql(_SESSIONS, _ADDRESS)
        return [
            (datetime.fromisoformat(start).replace(tzinfo=timezone.utc), *rest)
            for start, *rest in rows
        ]

    def weeks_later(self, weeks):
        """The same time on the clock, so many weeks after the first session."""
        wall = self.first.astimezone(_HERE).replace(tzinfo=None) + weeks * _WEEK
        return wall.replace(tzinfo=_HERE).astimezone(timezone.utc)

    def put_in_the_way(self):
        """A day off after two weeks, something else after three."""
        off = self.weeks_later(2).astimezone(_HERE).date().isoformat()
        self._done("psynamica.booking.hours", "add_time_off", False, {"first": off})
        start = self.weeks_later(3).replace(tzinfo=None)
        stop = start + timedelta(minutes=30)
        event = {"name": "Dentist", "start": str(start), "stop": str(stop)}
        self._done("calendar.event", "create", [event])

    def _done(self, model, method, *arguments):
        answer = self.anna.call(model, method, *arguments).json()
        assert "error" not in answer, answer

    def repeat(self):
        series = Series(self.page)
        series.ask()
        self.album.take(self.page, "repeat")
        # The one that is taken is left out, so one more is asked for.
        series.choose_times(11)
        expect(series.lines).to_have_count(11)
        free = (True, "Free")
        assert series.standings() == [
            free,
            (False, "Holiday or time off"),
            (False, "The therapist is busy"),
            *[free] * 8,
        ]
        self.album.take(self.page, "conflicts")
        series.book()
        expect(series.sessions).to_have_count(10)
        self.album.take(self.page, "series")

    def see_ten(self):
        sessions = self.sessions()
        assert [start for start, _series, _token in sessions] == [
            self.weeks_later(weeks) for weeks in (0, 1, *range(4, 12))
        ]
        assert len({series for _start, series, _token in sessions}) == 1
        self.links = [
            f"{self.practice.url}/video/join/{token}" for *_rest, token in sessions
        ]
        assert len(set(self.links)) == 10
        assert self.links[0] == self.link

    def see_meetings(self):
        """Those of the next weeks are at Zoom, and their links lead there."""
        self.practice.deliver_all()
        until = datetime.now(timezone.utc) + _HORIZON
        near = [start for start, *_rest in self.sessions() if start <= until]
        assert 1 <= len(near) < 10
        meetings = {
            meeting["start_time"].replace("Z", "+00:00"): meeting["id"]
            for meeting in self.zoom.meetings(_ACCOUNT, alive=True)
        }
        told = {datetime.fromisoformat(start): meetings[start] for start in meetings}
        assert [start for start, *_rest in self.sessions() if start in told] == near
        for start, link in zip(near, self.links, strict=False):
            where = requests.get(link, allow_redirects=False, timeout=60).headers
            assert f"/j/{told[start]}" in where["Location"]
        for link in self.links[len(near) :]:
            # Not at Zoom yet: our own page, and the practice's room.
            page = requests.get(link, allow_redirects=False, timeout=60)
            assert page.status_code == 200

    def see_portal(self):
        """The client finds all ten there, with the links the mails have."""
        page = self.practice.log_in_to_portal("pavel")
        portal = Portal(page)
        portal.open_sessions()
        self.album.take(page, "portal")
        # The demo data has other sessions of this client.
        shown = [link for link in portal.join_links if link in self.links]
        assert shown == self.links
        postbox = self.practice.postbox
        assert postbox.next_to(_ADDRESS, 0).join_links == [self.link]
        assert set(postbox.next_to(_ADDRESS, 1).join_links) <= set(self.links)
        first = portal.coming.locator(f"a.btn-primary[href='{self.links[0]}']")
        room = join_by(first)
        assert room.url.startswith(self.practice.stack.simulator_http_url)


def test_series_of_ten(open_practice):
    """Repeat, see the conflicts, book; ten joins, in the portal as well."""
    repeating = Repeating(open_practice("en_US"))
    repeating.book_the_first()
    repeating.put_in_the_way()
    repeating.repeat()
    repeating.see_ten()
    repeating.see_meetings()
    repeating.see_portal()
