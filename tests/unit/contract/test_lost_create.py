# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A create whose answer is lost, and how its meeting is found again."""

from datetime import datetime, timedelta, timezone

import pytest

from psynamica_zoom.services.delivery_call import Call, perform
from psynamica_zoom.services.event_to_meeting import Marker
from psynamica_zoom.services.lost_create import Candidate
from psynamica_zoom.services.meeting_sync import Action
from psynamica_zoom.zoom_api import meetings
from psynamica_zoom.zoom_api.transport import ZoomTransport

from .conftest import ANNA

MARKER = Marker("0123456789ab", "0123456789abcdef0123")
OTHER = Marker("ba9876543210", MARKER.unique)
REQUEST = meetings.MeetingRequest(
    topic="Appointment 7K3F",
    agenda=MARKER.text,
    start_at=datetime(2036, 12, 1, 14, tzinfo=timezone.utc),
    minutes=50,
    timezone="Europe/Berlin",
)
MEETINGS = "/v2/users/me/meetings"


def call(action=Action.FIND, **values):
    return Call(
        **{
            "meeting": 1,
            "connection": 1,
            "wanted": 1,
            "action": action,
            "zoom_id": "",
            "request": REQUEST,
            "fingerprint": "",
            "read_back": True,
            "look_for": MARKER if action is Action.FIND else None,
        }
        | values
    )


@pytest.fixture
def hasty(endpoint):
    """A transport that waits less than the simulator takes when it is slow."""
    made = ZoomTransport(endpoint, timeout_s=0.2)
    yield made
    made.close()


@pytest.fixture
def lost(transport, token, sim):
    """Lose the answers to creates of these markers; return the meetings' ids."""

    def made(*markers, **values):
        for marker in markers:
            request = REQUEST.__class__(
                **{**vars(REQUEST), "agenda": marker.text, **values}
            )
            sim.fault(method="POST", path=MEETINGS, preset="cut_after")
            outcome = perform(transport, token, call(Action.CREATE, request=request))
            assert outcome.error.ambiguous
            assert outcome.has_posted
        return [str(one["id"]) for one in sim.meetings(ANNA, alive=True)]

    return made


def alive(sim):
    return {str(one["id"]) for one in sim.meetings(alive=True)}


@pytest.mark.parametrize("preset", ["slow", "slow_after"])
def test_a_time_out_before_and_after_the_work(preset, hasty, transport, token, sim):
    sim.fault(method="POST", path=MEETINGS, preset=preset)
    outcome = perform(hasty, token, call(Action.CREATE))
    assert outcome.error.reason == "unreachable"
    assert outcome.error.ambiguous
    assert outcome.has_posted
    [made] = sim.wait_for_calls(method="POST", path=MEETINGS)
    assert made["status"] == 201
    found = perform(transport, token, call(may_create=True))
    assert {found.meeting.id} == alive(sim)
    assert found.is_read
    assert not found.has_posted


def test_what_was_not_found_is_waited_for(transport, token, sim):
    outcome = perform(transport, token, call())
    assert outcome.is_waiting
    assert not outcome.has_posted
    assert not alive(sim)


def test_what_was_not_found_is_made_in_the_end(transport, token, sim):
    outcome = perform(transport, token, call(may_create=True))
    assert outcome.has_posted
    assert alive(sim) == {outcome.meeting.id}


def test_the_meeting_of_another_database_is_not_ours(lost, transport, token, sim):
    [theirs] = lost(OTHER)
    outcome = perform(transport, token, call(may_create=True))
    assert outcome.meeting.id != theirs
    assert theirs in alive(sim)


def test_further_meetings_are_told_as_strays(lost, transport, token, sim):
    made = lost(MARKER, MARKER, MARKER)
    outcome = perform(transport, token, call())
    assert {outcome.meeting.id, *outcome.strays} == set(made)
    assert len(outcome.strays) == 2


def test_a_meeting_that_is_over_by_now_is_found_too(lost, transport, token, sim):
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    [made] = lost(MARKER, start_at=yesterday)
    assert [m.id for m in meetings.list_scheduled(transport, token)] == [made]
    assert not list(meetings.list_upcoming(transport, token))
    outcome = perform(transport, token, call())
    assert outcome.meeting.id == made
    assert outcome.meeting.start_at == REQUEST.start_at


def test_what_nobody_wants_any_more_is_deleted(lost, transport, token, sim):
    lost(MARKER, MARKER, OTHER)
    outcome = perform(transport, token, call(request=None))
    assert not outcome.error
    assert not outcome.is_waiting
    assert len(alive(sim)) == 1
    assert perform(transport, token, call(request=None)).is_waiting
    assert not perform(transport, token, call(request=None, may_create=True)).is_waiting


def test_what_is_gone_before_it_is_deleted(lost, transport, token, sim):
    [made] = lost(MARKER)
    sim.delete_meeting(made)
    announced = (Candidate(made),)
    outcome = perform(transport, token, call(request=None, candidates=announced))
    assert not outcome.error


def test_an_announced_meeting_is_taken_without_a_list(connect, lost, transport, sim):
    [made] = lost(MARKER)
    url = sim.meeting(made)["join_url"]
    blind = connect(
        scopes=[f"meeting:{verb}:meeting" for verb in ("write", "update", "delete")]
    )
    announced = (Candidate(made, url, "canary-passcode"),)
    outcome = perform(
        transport,
        blind.access_token,
        call(look_for=None, read_back=False, candidates=announced),
    )
    assert (outcome.meeting.id, outcome.meeting.join_url) == (made, url)
    assert outcome.meeting.passcode == "canary-passcode"
    assert not outcome.is_read
    assert "canary" not in repr(announced)


def test_nobody_can_be_led_into_a_meeting_without_a_link(lost, transport, token, sim):
    [made] = lost(MARKER)
    without_link = (Candidate(made),)
    outcome = perform(
        transport,
        token,
        call(look_for=None, read_back=False, candidates=without_link, may_create=True),
    )
    assert alive(sim) == {outcome.meeting.id}
    assert outcome.meeting.id != made


def test_a_candidate_that_has_gone_makes_room_for_the_next(lost, transport, token, sim):
    gone, there = lost(MARKER, MARKER)
    sim.delete_meeting(gone)
    candidates = (Candidate(gone), Candidate(there))
    outcome = perform(transport, token, call(candidates=candidates))
    assert outcome.meeting.id == there
    assert not outcome.strays


def test_a_failure_on_the_way_is_not_one_of_the_create(lost, transport, token, sim):
    lost(MARKER)
    sim.fault(method="GET", path=MEETINGS, preset="500")
    outcome = perform(transport, token, call(may_create=True))
    assert outcome.error.ambiguous
    assert not outcome.has_posted


def test_a_read_that_fails_does_not_undo_what_was_said(lost, transport, token, sim):
    [made] = lost(MARKER)
    sim.fault(method="GET", path="/v2/meetings/.*", preset="500")
    outcome = perform(transport, token, call(Action.UPDATE, zoom_id=made))
    assert not outcome.error
    assert not outcome.is_read
    sim.delete_meeting(made)
    sim.fault(method="PATCH", path="/v2/meetings/.*", status=204, body="")
    outcome = perform(transport, token, call(Action.UPDATE, zoom_id=made))
    assert outcome.error.reason == "not_found"
