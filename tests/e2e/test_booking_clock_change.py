# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A visitor where clocks are not changed books on either side of the change here."""

from datetime import datetime, time, timedelta, timezone
from html import unescape
from zoneinfo import ZoneInfo

from booking_pages import Scheduling
from playwright.sync_api import expect
from rpc import Person

_ADDRESS = "maia@client.example"
_HERE, _THERE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tbilisi")
_DAY = timedelta(days=1)
# The demo's own sessions are sooner.
_SOON = timedelta(days=30)
# The change may be further ahead than the demo's services can be booked.
_FAR_AHEAD = "update psynamica_booking_service set horizon_days = 400"
_HOURS = """
select hours.hour_from from resource_calendar_attendance hours
join resource_resource resource on resource.calendar_id = hours.calendar_id
join res_users anna on anna.id = resource.user_id and anna.login = 'anna'
where hours.dayofweek = %s and hours.booking_mode in ('both', 'online')
order by hours.hour_from limit 1
"""
_BOOKED = """
select booking.start from psynamica_booking booking
join res_partner partner on partner.id = booking.partner_id
where partner.email = %s and booking.state = 'confirmed'
"""


def _offset(day):
    return datetime.combine(day, time(12), _HERE).utcoffset()


def _next_change():
    """The first Sunday, later than soon, on which the clocks here are changed."""
    day = datetime.now(timezone.utc).date() + _SOON
    while _offset(day) == _offset(day - _DAY):
        day += _DAY
    assert day.weekday() == 6
    return day


class Visit:
    """The times of single days, as somebody elsewhere sees them."""

    def __init__(self, practice):
        self.practice = practice
        self.page = practice.stranger(zone=_THERE.key)
        self.pages = Scheduling(self.page, practice.url)

    def open(self):
        self.pages.open()
        self.pages.choose_service("first-conversation", "anna")
        expect(self.page.locator("#tz")).to_have_value(_THERE.key)

    def see(self, day):
        """Opens the day; the starts it offers, each shown rightly in both zones."""
        self.pages.choose_day(day)
        offered = self.pages.times()
        starts = []
        for value, shown, theirs in offered:
            start = datetime.fromisoformat(value.replace("Z", "+00:00"))
            assert shown == _clock(start, _THERE)
            assert _clock(start, _HERE) in theirs
            starts.append(start)
        return starts

    def begin_of_hours(self, day):
        """When the therapist's first hours of that weekday begin, on the day itself."""
        [[hour]] = self.practice.stack.psql(_HOURS, str(day.weekday()))
        minutes = round(float(hour) * 60)
        wall = datetime.combine(day, time(), _HERE) + timedelta(minutes=minutes)
        return wall.astimezone(timezone.utc)


def _clock(moment, zone):
    return moment.astimezone(zone).strftime("%I:%M %p").lstrip("0")


def _walls(starts):
    return [start.astimezone(_HERE).time() for start in starts]


def _see_both_sides(visit, change):
    """Friday before, the Mondays on either side; the last of the starts after it."""
    visit.open()
    friday, before = change - 2 * _DAY, change - 6 * _DAY
    after = change + _DAY
    seen = {day: visit.see(day) for day in (before, friday, after)}
    for day, starts in seen.items():
        assert starts[0] == visit.begin_of_hours(day)
    # The therapist's clock shows the same times; the visitor's, an hour's difference.
    assert _walls(seen[before]) == _walls(seen[after])
    here = [starts[0].astimezone(_THERE).hour for starts in (seen[before], seen[after])]
    gone_on = (_offset(after) - _offset(before)) // timedelta(hours=1)
    assert abs(gone_on) == 1
    assert here[0] - here[1] == gone_on
    return seen[after][0]


def _book(visit, start):
    visit.pages.choose_time()
    visit.pages.fill_in("Maia", _ADDRESS)
    client = visit.pages.send()
    client.wait_for_room()
    details = visit.page.locator("main").inner_text()
    assert _clock(start, _THERE) in details
    assert _clock(start, _HERE) in details
    return client


def test_week_of_the_change(open_practice):
    """Page, booking, mail, calendar file and Zoom tell the same moment."""
    practice = open_practice("en_US")
    practice.stack.psql(_FAR_AHEAD)
    anna = Person(practice.url, "anna")
    anna.connect_zoom(practice.zoom, "anna@zoom.example")
    visit = Visit(practice)
    start = _see_both_sides(visit, _next_change())
    client = _book(visit, start)
    [[stored]] = practice.stack.psql(_BOOKED, _ADDRESS)
    naive = datetime.fromisoformat(stored)
    assert naive.replace(tzinfo=timezone.utc) == start
    told = practice.zoom.meeting(client.meeting_number)["start_time"]
    assert datetime.fromisoformat(told.replace("Z", "+00:00")) == start
    mail = practice.postbox.next_to(_ADDRESS, 0)
    assert _clock(start, _THERE) in " ".join(unescape(mail.html).split())
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}" in mail.calendar_text
