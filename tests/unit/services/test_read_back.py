# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from psynamica_zoom.services.read_back import REMARKS, keeps_wrong_time, remarks
from psynamica_zoom.zoom_api.meeting import Meeting
from psynamica_zoom.zoom_api.meeting_request import MeetingRequest

START = datetime(2026, 12, 1, 14, tzinfo=timezone.utc)
NOW = START - timedelta(days=1)
REQUEST = MeetingRequest(
    topic="Appointment 7K3F",
    agenda="",
    start_at=START,
    minutes=50,
    timezone="Europe/Berlin",
)
AS_ASKED = Meeting(
    id="97763643886",
    join_url="https://zoom.us/j/97763643886",
    passcode="106747",
    topic="Appointment 7K3F",
    start_at=START,
    minutes=50,
    timezone="Europe/Berlin",
    waiting_room=True,
    join_before_host=False,
    sign_in=False,
    registration=False,
    recording=False,
    assistant=False,
)
UNTOLD = replace(
    AS_ASKED,
    start_at=None,
    minutes=None,
    waiting_room=None,
    join_before_host=None,
    sign_in=None,
    registration=None,
    recording=None,
    assistant=None,
)
OPEN = replace(REQUEST, waiting_room=False, join_before_host=True)
AS_OPEN = replace(AS_ASKED, waiting_room=False, join_before_host=True)


@pytest.mark.parametrize(
    ("request_", "meeting"), [(REQUEST, AS_ASKED), (REQUEST, UNTOLD), (OPEN, AS_OPEN)]
)
def test_what_is_as_asked_or_not_told_is_no_remark(request_, meeting):
    assert remarks(request_, meeting) == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"start_at": START + timedelta(minutes=1)}, "start_ignored"),
        ({"sign_in": True}, "sign_in_forced"),
        ({"registration": True}, "registration_forced"),
        ({"recording": True}, "recording_forced"),
        ({"assistant": True}, "assistant_forced"),
        ({"waiting_room": False}, "waiting_room_refused"),
        ({"join_before_host": True}, "early_entry_forced"),
    ],
)
def test_what_zoom_makes_otherwise(changed, code):
    assert remarks(REQUEST, replace(AS_ASKED, **changed)) == (code,)


def test_settings_that_were_asked_for_otherwise():
    assert remarks(OPEN, replace(AS_OPEN, waiting_room=True)) == (
        "waiting_room_forced",
    )
    refused = replace(AS_OPEN, join_before_host=False)
    assert remarks(OPEN, refused) == ("early_entry_refused",)
    # Zoom: a waiting room disables it; that is no news.
    both = replace(REQUEST, join_before_host=True)
    assert remarks(both, AS_ASKED) == ()


def test_a_meeting_that_nothing_guards():
    assert remarks(OPEN, replace(AS_OPEN, passcode="")) == ("unprotected",)
    assert remarks(REQUEST, replace(AS_ASKED, passcode="")) == ()


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (None, ()),
        ("106747", ()),
        ("", ("passcode_forced",)),
        ("999999", ("passcode_changed",)),
    ],
)
def test_a_passcode_is_a_remark_when_it_is_news(before, code):
    assert remarks(REQUEST, AS_ASKED, passcode_before=before) == code


def test_the_most_important_comes_first():
    found = remarks(
        REQUEST,
        replace(AS_ASKED, recording=True, sign_in=True, waiting_room=False),
        passcode_before="999999",
    )
    assert list(found) == sorted(found, key=REMARKS.index)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("changed", "now", "is_wrong"),
    [
        ({}, NOW, False),
        ({"start_at": START + timedelta(seconds=59)}, NOW, False),
        ({"start_at": START + timedelta(hours=1)}, NOW, True),
        ({"start_at": START - timedelta(hours=1)}, NOW, True),
        ({"start_at": None, "minutes": None}, NOW, False),
        ({"minutes": 40}, NOW, True),
        # Zoom takes no start in the past; a length it takes at any time.
        ({"start_at": START + timedelta(hours=1)}, START, False),
        ({"minutes": 40}, START, True),
    ],
)
def test_at_which_times_people_would_come_in_vain(changed, now, is_wrong):
    assert keeps_wrong_time(REQUEST, replace(AS_ASKED, **changed), now=now) is is_wrong
