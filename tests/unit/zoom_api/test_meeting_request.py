# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api import zones
from psynamica_zoom.zoom_api.meeting_request import MeetingRequest

UTC = timezone.utc
FIRST = datetime.fromisoformat("2025-01-01")  # naive, as hypothesis wants them
LAST = datetime.fromisoformat("2035-01-01")


def request(**values):
    return MeetingRequest(
        **{
            "topic": "Appointment",
            "agenda": "",
            "start_at": datetime(2026, 12, 1, 14, tzinfo=UTC),
            "minutes": 50,
            "timezone": "Europe/Berlin",
        }
        | values
    )


def test_the_body_says_every_setting_we_care_about():
    assert request(agenda="mark").as_create_body() == {
        "type": 2,
        "default_password": True,
        "topic": "Appointment",
        "agenda": "mark",
        "start_time": "2026-12-01T15:00:00",
        "timezone": "Europe/Berlin",
        "duration": 50,
        "settings": {
            "waiting_room": True,
            "join_before_host": False,
            "meeting_authentication": False,
            "use_pmi": False,
            "private_meeting": True,
            "auto_recording": "none",
            "auto_start_meeting_summary": False,
            "auto_start_ai_companion_questions": False,
            "approval_type": 2,
            "registrants_email_notification": False,
            "email_notification": False,
        },
    }


def test_settings_that_may_be_chosen():
    settings = request(waiting_room=False, join_before_host=True).as_create_body()[
        "settings"
    ]
    assert settings["waiting_room"] is False
    assert settings["join_before_host"] is True


def test_an_update_does_not_touch_passcode_and_type():
    create, update = request().as_create_body(), request().as_update_body()
    assert set(create) - set(update) == {"type", "default_password"}
    assert create == {**create, **update}


@pytest.mark.parametrize(
    ("moment", "start_time"),
    [
        (datetime(2026, 7, 1, 14, tzinfo=UTC), "2026-07-01T16:00:00"),
        (datetime(2026, 12, 1, 14, tzinfo=UTC), "2026-12-01T15:00:00"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "2026-03-29T01:30:00"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2026-03-29T03:30:00"),
        # The hour from two to three comes twice: only UTC says which one is meant.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T00:30:00Z"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T01:30:00Z"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "2026-10-25T03:00:00"),
    ],
)
def test_wall_clock_time_unless_it_could_be_misunderstood(moment, start_time):
    body = request(start_at=moment).as_update_body()
    assert (body["start_time"], body["timezone"]) == (start_time, "Europe/Berlin")


def test_a_zone_that_zoom_does_not_know_is_told_in_utc():
    body = request(timezone="Europe/Samara").as_update_body()
    assert body["start_time"] == "2026-12-01T14:00:00Z"
    assert body["timezone"] == "UTC"


def test_a_zone_with_another_name_at_zoom_is_told_by_that():
    body = request(timezone="Europe/Kyiv").as_update_body()
    assert body["start_time"] == "2026-12-01T16:00:00"
    assert body["timezone"] == "Europe/Kiev"


@pytest.mark.parametrize("name", sorted(zones.SAME_CLOCK))
def test_the_other_name_has_the_same_clock(name):
    assert zones.SAME_CLOCK[name] in zones.KNOWN
    assert name not in zones.KNOWN
    here, there = ZoneInfo(name), ZoneInfo(zones.SAME_CLOCK[name])
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for hours in range(0, 24 * 366 * 2, 6):
        moment = first + timedelta(hours=hours)
        there_time = moment.astimezone(there).replace(tzinfo=None)
        assert moment.astimezone(here).replace(tzinfo=None) == there_time


@given(
    st.datetimes(FIRST, LAST, timezones=st.timezones()),
    st.sampled_from(sorted(zones.KNOWN | {"Europe/Samara", "Asia/Omsk"})),
)
def test_what_zoom_reads_is_the_moment_that_was_meant(moment, name):
    body = request(start_at=moment, timezone=name).as_update_body()
    text = body["start_time"]
    if text.endswith("Z"):
        told = datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    else:
        told = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(body["timezone"]))
    assert told.astimezone(UTC) == moment.astimezone(UTC).replace(microsecond=0)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        request(start_at=datetime(2026, 12, 1, 14))  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc", "Europe"])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(ValueError, match="zone|key|normalized|ZoneInfo"):
        request(timezone=name)


def test_limits_of_length():
    long = request(topic="ж" * 300, agenda="ж" * 3000)
    assert len(long.topic) == 200
    assert len(long.agenda) == 2000


@pytest.mark.parametrize(
    ("minutes", "sent"), [(-5, 1), (0, 1), (1, 1), (1440, 1440), (9999, 1440)]
)
def test_limits_of_minutes(minutes, sent):
    assert request(minutes=minutes).as_create_body()["duration"] == sent


def test_a_topic_is_one_line():
    assert request(topic="\r\nA\nB\u2028C\x00 👩\u200d⚕️ ").topic == "A B C  👩\u200d⚕️"


def test_equal_requests_are_equal_in_any_zone():
    east = datetime(2026, 12, 1, 15, tzinfo=timezone(timedelta(hours=1)))
    assert request(start_at=east) == request()
