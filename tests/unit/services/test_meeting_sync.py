# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from psynamica_zoom.services.meeting_sync import Action, decide, fingerprint
from psynamica_zoom.zoom_api.meeting_request import MeetingRequest

REQUEST = MeetingRequest(
    topic="Appointment 7K3F",
    agenda="psynamica-zoom/7K3F",
    start_at=datetime(2026, 12, 1, 14, tzinfo=timezone.utc),
    minutes=50,
    timezone="Europe/Berlin",
)
ID = "88330591739"
OTHER = {
    "topic": "Appointment 9XXX",
    "agenda": "psynamica-zoom/9XXX",
    "start_at": REQUEST.start_at + timedelta(seconds=1),
    "minutes": 51,
    "timezone": "Europe/Paris",
    "waiting_room": False,
    "join_before_host": True,
}


@pytest.mark.parametrize(
    ("desired", "meeting_id", "delivered", "action"),
    [
        (None, None, None, Action.NOTHING),
        (None, "", "", Action.NOTHING),
        (None, None, "old", Action.NOTHING),
        (None, ID, None, Action.DELETE),
        (None, ID, fingerprint(REQUEST), Action.DELETE),
        (REQUEST, None, None, Action.CREATE),
        (REQUEST, "", fingerprint(REQUEST), Action.CREATE),
        (REQUEST, ID, None, Action.UPDATE),
        (REQUEST, ID, "", Action.UPDATE),
        (REQUEST, ID, "old", Action.UPDATE),
        (REQUEST, ID, fingerprint(REQUEST), Action.NOTHING),
    ],
)
def test_the_one_call_that_makes_zoom_agree(desired, meeting_id, delivered, action):
    assert decide(desired, meeting_id, delivered) is action


@pytest.mark.parametrize("desired", [None, REQUEST])
def test_what_was_lost_is_looked_for(desired):
    assert decide(desired, None, None, is_lost=True) is Action.FIND
    known = decide(desired, ID, "old", is_lost=True)
    assert known is decide(desired, ID, "old")


def test_a_fingerprint_is_short_and_stays_the_same_over_releases():
    assert fingerprint(REQUEST) == "bb770ad55a3d34d9db0c"
    assert fingerprint(replace(REQUEST)) == fingerprint(REQUEST)


def test_the_zone_a_start_is_written_in_does_not_matter():
    east = timezone(timedelta(hours=9))
    same = replace(REQUEST, start_at=REQUEST.start_at.astimezone(east))
    assert fingerprint(same) == fingerprint(REQUEST)


@pytest.mark.parametrize("name", sorted(OTHER))
def test_every_change_of_what_zoom_is_told_is_noticed(name):
    changed = replace(REQUEST, **{name: OTHER[name]})
    assert fingerprint(changed) != fingerprint(REQUEST)


def test_nothing_zoom_is_told_is_forgotten():
    assert set(OTHER) == set(REQUEST.__dataclass_fields__)
