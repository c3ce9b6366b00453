# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The whole life of a meeting, and every way in which Zoom refuses."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from psynamica_zoom.services.event_to_meeting import Marker, find_marker
from psynamica_zoom.zoom_api import errors, meetings, users

from .conftest import ANNA, BORIS

UTC = timezone.utc
MARKER = Marker("0123456789ab", "0123456789abcdef0123")
REQUEST = meetings.MeetingRequest(
    topic="Appointment 7K3F",
    agenda=MARKER.text,
    start_at=datetime(2036, 12, 1, 14, tzinfo=UTC),
    minutes=50,
    timezone="Europe/Berlin",
)


@pytest.fixture
def create(transport, token):
    def made(**values):
        return meetings.create(transport, token, replace(REQUEST, **values))

    return made


# --- create, read, update, delete --------------------------------------------------


def test_create_makes_what_was_asked_for(create, sim):
    meeting = create()
    there = sim.meeting(meeting.id)
    assert there["topic"] == "Appointment 7K3F"
    assert find_marker(there["agenda"]) == MARKER
    assert there["start_time"] == "2036-12-01T14:00:00Z"
    assert there["duration"] == 50
    assert there["timezone"] == "Europe/Berlin"
    assert there["host"] == ANNA
    settings = there["settings"]
    assert settings["waiting_room"] is True
    assert settings["join_before_host"] is False
    assert settings["meeting_authentication"] is False
    assert settings["auto_recording"] == "none"
    assert settings["approval_type"] == 2


def test_create_returns_what_zoom_made(create, sim, endpoint):
    meeting = create()
    there = sim.meeting(meeting.id)
    assert int(meeting.id) > 2**31
    assert meeting.uuid == there["uuid"]
    assert meeting.host_id == there["host_id"]
    assert meeting.join_url == there["join_url"]
    assert meeting.passcode == there["password"] != ""
    assert meeting.start_at == REQUEST.start_at
    assert (meeting.minutes, meeting.timezone) == (50, "Europe/Berlin")
    assert meeting.waiting_room is True
    assert endpoint.allows_browser_url(meeting.join_url)
    assert endpoint.allows_browser_url(meeting.start_url)


def test_exactly_one_call_for_each_action(create, transport, token, sim):
    sim.clear_calls()
    meeting = create()
    meetings.update(transport, token, meeting.id, REQUEST)
    meetings.delete(transport, token, meeting.id)
    calls = [(call["method"], call["path"]) for call in sim.calls(kind="api")]
    assert calls == [
        ("POST", "/v2/users/me/meetings"),
        ("PATCH", f"/v2/meetings/{meeting.id}"),
        ("DELETE", f"/v2/meetings/{meeting.id}"),
    ]


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Europe/Samara"],
)
@pytest.mark.parametrize(
    "start_at",
    [
        datetime(2036, 1, 15, 9, 30, tzinfo=UTC),
        datetime(2036, 7, 15, 9, 30, tzinfo=UTC),
        datetime(2036, 10, 26, 0, 30, tzinfo=UTC),  # twice half past two in Berlin
        datetime(2036, 10, 26, 1, 30, tzinfo=UTC),
    ],
)
def test_the_moment_is_the_one_that_was_meant(create, name, start_at):
    assert create(start_at=start_at, timezone=name).start_at == start_at


def test_topic_and_agenda_of_any_length_and_alphabet_are_taken(create):
    assert create(topic="Ж" * 500, agenda="é" * 5000).topic == "Ж" * 200


def test_read_tells_what_is_there_now(create, transport, token, sim):
    meeting = create()
    sim.update_meeting(meeting.id, duration=25, settings={"waiting_room": False})
    now = meetings.read(transport, token, meeting.id)
    assert (now.id, now.minutes, now.waiting_room) == (meeting.id, 25, False)


def test_update_moves_and_keeps_link_and_passcode(create, transport, token):
    meeting = create()
    moved = replace(REQUEST, start_at=REQUEST.start_at + timedelta(days=1), minutes=25)
    meetings.update(transport, token, meeting.id, moved)
    now = meetings.read(transport, token, meeting.id)
    assert (now.start_at, now.minutes) == (moved.start_at, 25)
    assert (now.join_url, now.passcode) == (meeting.join_url, meeting.passcode)


def test_a_start_in_the_past_is_ignored_and_seen_by_reading(create, transport, token):
    meeting = create()
    past = replace(REQUEST, start_at=datetime(2020, 1, 1, tzinfo=UTC))
    meetings.update(transport, token, meeting.id, past)
    assert meetings.read(transport, token, meeting.id).start_at == REQUEST.start_at


def test_a_locked_setting_is_seen_in_the_answer(create, sim):
    sim.account(ANNA, locks={"waiting_room": True})
    assert create(waiting_room=False).waiting_room is True


def test_zoom_protects_a_meeting_that_nothing_protects(create, sim):
    meeting = create(waiting_room=False)
    assert meeting.passcode
    assert meeting.waiting_room is False


def test_delete_and_after(create, transport, token, sim):
    meeting = create()
    meetings.delete(transport, token, meeting.id)
    assert sim.meetings(ANNA, alive=True) == []
    for call in (meetings.delete, meetings.read):
        with pytest.raises(errors.ZoomNotFound):
            call(transport, token, meeting.id)
    with pytest.raises(errors.ZoomNotFound):
        meetings.update(transport, token, meeting.id, REQUEST)


def test_a_meeting_that_goes_on_cannot_be_deleted(create, transport, token, sim):
    meeting = create()
    sim.start_meeting(meeting.id)
    with pytest.raises(errors.ZoomMeetingInProgress):
        meetings.delete(transport, token, meeting.id)


def test_a_meeting_of_somebody_else(create, connect, transport):
    meeting = create()
    other = connect(BORIS).access_token
    for call in (meetings.read, meetings.delete):
        with pytest.raises(errors.ZoomForeignMeeting):
            call(transport, other, meeting.id)
    with pytest.raises(errors.ZoomForeignMeeting):
        meetings.update(transport, other, meeting.id, REQUEST)


def test_a_user_who_may_not_host(create, sim):
    sim.user(ANNA, hosting_allowed=False)
    with pytest.raises(errors.ZoomHostRejected) as caught:
        create()
    assert caught.value.code == 3161


# --- list --------------------------------------------------------------------------


def test_list_finds_a_meeting_by_its_marker(create, transport, token, sim):
    meeting = create()
    sim.create_meeting(ANNA, topic="Something else", start_time="2036-12-01T14:00:00Z")
    found = {m.id: m for m in meetings.list_upcoming(transport, token)}
    assert len(found) == 2
    assert find_marker(found[meeting.id].agenda) == MARKER
    assert found[meeting.id].start_at == REQUEST.start_at
    assert [m for m in found.values() if find_marker(m.agenda)] == [found[meeting.id]]


def test_list_goes_through_all_pages(transport, token, sim):
    made = {
        str(
            sim.create_meeting(
                ANNA, topic=str(number), start_time="2036-12-01T14:00:00Z"
            )["id"]
        )
        for number in range(meetings.PAGE_SIZE + 3)
    }
    sim.clear_calls()
    listed = [meeting.id for meeting in meetings.list_upcoming(transport, token)]
    assert len(listed) == len(made)
    assert set(listed) == made
    assert len(sim.calls(kind="api")) == 2


def test_list_leaves_out_what_is_over(create, transport, token, sim):
    now = datetime.now(UTC).replace(microsecond=0)
    create(start_at=now + timedelta(hours=1))
    later = now + timedelta(hours=1, minutes=49)
    assert len(list(meetings.list_upcoming(transport, token, now=later))) == 1
    later = now + timedelta(hours=1, minutes=51)
    assert list(meetings.list_upcoming(transport, token, now=later)) == []


# --- users -------------------------------------------------------------------------


@pytest.mark.parametrize(("email", "plan"), [(ANNA, "licensed"), (BORIS, "basic")])
def test_who_the_token_belongs_to(connect, transport, sim, email, plan):
    user = users.me(transport, connect(email).access_token)
    (there,) = [one for one in sim.state()["users"] if one["email"] == email]
    assert (user.id, user.account_id) == (there["id"], there["account_id"])
    assert (user.email, user.plan) == (email, plan)
    assert ZoneInfo(user.timezone)


# --- scopes ------------------------------------------------------------------------

CALLS = {
    "meeting:write:meeting": lambda t, a, m: meetings.create(t, a, REQUEST),
    "meeting:update:meeting": lambda t, a, m: meetings.update(t, a, m, REQUEST),
    "meeting:delete:meeting": lambda t, a, m: meetings.delete(t, a, m),
    "meeting:read:meeting": lambda t, a, m: meetings.read(t, a, m),
    "meeting:read:list_meetings": lambda t, a, m: list(meetings.list_upcoming(t, a)),
    "user:read:user": lambda t, a, m: users.me(t, a),
}


@pytest.mark.parametrize("old_style", [False, True])
@pytest.mark.parametrize("scope", sorted(CALLS))
def test_a_missing_scope_is_named(create, transport, token, sim, scope, old_style):
    meeting = create()
    sim.set_scopes(ANNA, [name for name in CALLS if name != scope])
    sim.settings(scope_error_4700=old_style)
    with pytest.raises(errors.ZoomScopeMissing) as caught:
        CALLS[scope](transport, token, meeting.id)
    assert scope in caught.value.scopes
    assert caught.value.code == (4700 if old_style else 4711)


@pytest.mark.parametrize("scope", sorted(CALLS))
def test_each_call_needs_its_own_scope_only(create, transport, token, sim, scope):
    meeting = create()
    sim.set_scopes(ANNA, [scope])
    CALLS[scope](transport, token, meeting.id)


# --- limits ------------------------------------------------------------------------


def limited(create):
    with pytest.raises(errors.ZoomRateLimited) as caught:
        create()
    assert not caught.value.ambiguous
    return caught.value


def midnight():
    today = datetime.now(UTC).date()
    return datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)


def test_the_hundredth_and_first_change_of_a_day(create, sim):
    sim.set_quota(ANNA, 100)
    before = midnight()
    error = limited(create)
    assert error.daily
    assert before <= error.retry_at <= midnight()
    assert sim.meetings(ANNA) == []


@pytest.mark.parametrize("preset", ["429_day", "429_writes"])
def test_daily_limits(create, sim, preset):
    sim.fault(preset=preset, path="/v2/users/me/meetings")
    before = midnight()
    error = limited(create)
    assert error.daily
    assert before <= error.retry_at <= midnight()


@pytest.mark.parametrize("preset", ["429_second", "429_concurrent", "429_seconds"])
def test_limits_that_pass_soon(create, sim, preset):
    sim.fault(preset=preset, path="/v2/users/me/meetings")
    now = datetime.now(UTC)
    error = limited(create)
    assert not error.daily
    assert error.retry_at is None or error.retry_at - now < timedelta(minutes=1)
    assert create().id


# --- faults ------------------------------------------------------------------------


def failed(create, sim, **fault):
    sim.fault(method="POST", path="/v2/users/me/meetings", **fault)
    with pytest.raises(errors.ZoomError) as caught:
        create()
    return caught.value


@pytest.mark.parametrize(
    ("preset", "kind", "made"),
    [
        ("500", errors.ZoomServerError, 0),
        ("502", errors.ZoomServerError, 0),
        ("503", errors.ZoomServerError, 0),
        ("500_after", errors.ZoomServerError, 1),
        ("xml", errors.ZoomServerError, 0),
        ("garbage", errors.ZoomBadAnswer, 1),
        ("empty", errors.ZoomBadAnswer, 1),
        ("cut_before", errors.ZoomUnreachable, 0),
        ("cut_after", errors.ZoomUnreachable, 1),
        ("cut_during", errors.ZoomUnreachable, 1),
    ],
)
def test_a_lost_answer_says_that_the_meeting_may_exist(create, sim, preset, kind, made):
    error = failed(create, sim, preset=preset)
    assert type(error) is kind
    assert error.ambiguous
    assert error.retryable
    assert len(sim.meetings(ANNA)) == made
    assert create().id


def test_missing_headers_do_no_harm(create, sim):
    sim.fault(method="POST", path="/v2/users/me/meetings", preset="no_headers")
    assert create().id


def test_a_meeting_made_by_a_lost_create_is_found_again(create, transport, token, sim):
    failed(create, sim, preset="cut_after")
    (found,) = meetings.list_upcoming(transport, token)
    assert find_marker(found.agenda) == MARKER
    assert found.id == str(sim.meetings(ANNA)[0]["id"])


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"code": 3007, "message": "ended"}, errors.ZoomMeetingEnded),
        (
            400,
            {"code": 200, "message": "Only available for paid account"},
            errors.ZoomPlanLimit,
        ),
        (404, {"code": 1001, "message": "User not exist"}, errors.ZoomHostRejected),
        (404, None, errors.ZoomBadAnswer),
        (403, None, errors.ZoomRejected),
    ],
    ids=str,
)
def test_refusals_that_are_hard_to_provoke(create, sim, status, body, kind):
    assert type(failed(create, sim, status=status, json=body)) is kind


def test_fields_that_zoom_refuses_are_told(create, sim):
    body = {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "topic", "message": "Invalid field."}],
    }
    error = failed(create, sim, status=400, json=body)
    assert type(error) is errors.ZoomRejected
    assert error.fields == (("topic", "Invalid field."),)
    assert error.tracking_id is None or error.tracking_id in str(error)
