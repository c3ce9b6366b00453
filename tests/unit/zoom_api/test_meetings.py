# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone

import pytest

from psynamica_zoom.zoom_api import errors, meetings

UTC = timezone.utc
ID = "97763643886"
BODY = {
    "uuid": "aDYlohsHRtCd4ii1uC2+hA==",
    "id": 97763643886,
    "host_id": "30R7kT7bTIKSNUFEuH_Qlg",
    "host_email": "t@example.com",
    "topic": "Appointment",
    "agenda": "mark",
    "type": 2,
    "status": "waiting",
    "start_time": "2026-12-01T14:00:00Z",
    "duration": 50,
    "timezone": "Europe/Berlin",
    "start_url": "https://us06web.zoom.us/s/97763643886?zak=canary-zak",
    "join_url": "https://us06web.zoom.us/j/97763643886?pwd=canary-pwd",
    "password": "canary-passcode",
    "settings": {"waiting_room": True, "join_before_host": False},
}
REQUEST = meetings.MeetingRequest(
    topic="Appointment",
    agenda="mark",
    start_at=datetime(2026, 12, 1, 14, tzinfo=UTC),
    minutes=50,
    timezone="Europe/Berlin",
)
MEETING = meetings.Meeting(
    id=ID,
    uuid="aDYlohsHRtCd4ii1uC2+hA==",
    host_id="30R7kT7bTIKSNUFEuH_Qlg",
    join_url="https://us06web.zoom.us/j/97763643886?pwd=canary-pwd",
    passcode="canary-passcode",
    topic="Appointment",
    start_at=datetime(2026, 12, 1, 14, tzinfo=UTC),
    minutes=50,
    timezone="Europe/Berlin",
    waiting_room=True,
    start_url="https://us06web.zoom.us/s/97763643886?zak=canary-zak",
    agenda="mark",
    join_before_host=False,
)


def create(transport):
    return meetings.create(transport, "t", REQUEST)


def without(name):
    return {key: value for key, value in BODY.items() if key != name}


def test_create_returns_the_meeting(zoom, transport):
    zoom.reply(201, BODY)
    assert create(transport) == MEETING
    (request,) = zoom.received
    assert (request.method, request.path) == ("POST", "/v2/users/me/meetings")
    assert request.json == REQUEST.as_create_body()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"meeting_authentication": True}, {"sign_in": True}),
        ({"meeting_authentication": "yes"}, {}),
        ({"approval_type": 0}, {"registration": True}),
        ({"approval_type": 2}, {"registration": False}),
        ({"approval_type": True}, {}),
        ({"auto_recording": "cloud"}, {"recording": True}),
        ({"auto_recording": "none"}, {"recording": False}),
        ({"auto_recording": 1}, {}),
        ({"auto_recording": ""}, {}),
        ({"auto_start_meeting_summary": False}, {"assistant": False}),
        (
            {
                "auto_start_meeting_summary": False,
                "auto_start_ai_companion_questions": True,
            },
            {"assistant": True},
        ),
        ({"auto_start_meeting_summary": 1}, {}),
        (None, {}),
        (["waiting_room"], {}),
    ],
)
def test_settings_are_told_as_far_as_they_can_be_read(zoom, transport, settings, told):
    zoom.reply(201, BODY | {"settings": settings})
    meeting = create(transport)
    names = ("sign_in", "registration", "recording", "assistant", "waiting_room")
    found = {name: getattr(meeting, name) for name in names}
    assert found == dict.fromkeys(names) | told


def test_nothing_in_the_repr_opens_the_room(zoom, transport):
    zoom.reply(201, BODY)
    assert "canary" not in repr(create(transport))


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_create_that_is_no_201_is_ambiguous(zoom, transport, status):
    zoom.reply(status, b"" if status == 204 else BODY)
    with pytest.raises(errors.ZoomBadAnswer) as caught:
        create(transport)
    assert caught.value.ambiguous
    assert caught.value.status == status


@pytest.mark.parametrize(
    "value",
    [None, "", True, 12345678, "abc", "97763643886 ", 97763643886.0, -97763643886],
    ids=repr,
)
def test_a_meeting_without_usable_id_is_a_bad_answer(zoom, transport, value):
    zoom.reply(201, BODY | {"id": value})
    with pytest.raises(errors.ZoomBadAnswer):
        create(transport)


@pytest.mark.parametrize("name", ["join_url", "start_url"])
@pytest.mark.parametrize(
    "url",
    ["https://zoom.us.example/j/1", "http://zoom.us/j/1", "javascript:alert(1)"],
)
def test_a_link_that_leads_elsewhere_is_a_bad_answer(zoom, transport, name, url):
    zoom.reply(201, BODY | {name: url})
    with pytest.raises(errors.ZoomBadAnswer):
        create(transport)


def test_a_created_meeting_must_have_a_join_link(zoom, transport):
    zoom.reply(201, without("join_url"))
    with pytest.raises(errors.ZoomBadAnswer):
        create(transport)


def test_links_to_a_configured_simulator_are_taken(zoom, transport, server):
    url = server.url + "/j/97763643886"
    zoom.reply(201, BODY | {"join_url": url})
    assert create(transport).join_url == url


def test_all_but_id_and_join_link_may_be_missing_or_odd(zoom, transport):
    zoom.reply(
        201,
        {
            "id": ID,
            "join_url": BODY["join_url"],
            "duration": True,
            "settings": {"waiting_room": "yes"},
            "topic": 7,
            "start_time": "soon",
        },
    )
    meeting = create(transport)
    assert meeting.id == ID
    assert meeting.start_url is None
    assert meeting.start_at is None
    assert meeting.minutes is None
    assert meeting.waiting_room is None
    assert meeting.topic == ""
    assert meeting.passcode == ""


def test_an_impossible_length_is_none(zoom, transport):
    zoom.reply(201, BODY | {"duration": -1})
    assert create(transport).minutes is None


def test_read(zoom, transport):
    zoom.reply(200, BODY)
    assert meetings.read(transport, "t", ID) == MEETING
    assert zoom.received[0].path == f"/v2/meetings/{ID}"


def test_update_sends_the_request_and_expects_nothing(zoom, transport):
    zoom.reply(204)
    assert meetings.update(transport, "t", ID, REQUEST) is None
    (request,) = zoom.received
    assert (request.method, request.path) == ("PATCH", f"/v2/meetings/{ID}")
    assert request.json == REQUEST.as_update_body()


def test_delete_writes_to_nobody(zoom, transport):
    zoom.reply(204)
    assert meetings.delete(transport, "t", ID) is None
    (request,) = zoom.received
    assert (request.method, request.path) == (
        "DELETE",
        f"/v2/meetings/{ID}?schedule_for_reminder=false&cancel_meeting_reminder=false",
    )


@pytest.mark.parametrize("meeting_id", ["", "1/../2", "12345678", "9" * 30, None])
def test_nothing_is_sent_for_what_is_no_id(zoom, transport, meeting_id):
    for call in (meetings.read, meetings.delete):
        with pytest.raises(ValueError, match="no meeting id"):
            call(transport, "t", meeting_id)
    with pytest.raises(ValueError, match="no meeting id"):
        meetings.update(transport, "t", meeting_id, REQUEST)
    assert not zoom.received


def test_refusals_come_through(zoom, transport):
    zoom.reply(404, {"code": 3001, "message": "Meeting does not exist: 1."})
    with pytest.raises(errors.ZoomNotFound):
        meetings.read(transport, "t", ID)
    zoom.reply(400, {"code": 3002, "message": "in progress"})
    with pytest.raises(errors.ZoomMeetingInProgress):
        meetings.delete(transport, "t", ID)


# --- list --------------------------------------------------------------------------

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def listed(transport):
    return list(meetings.list_upcoming(transport, "t", now=NOW))


def test_list_goes_through_the_pages(zoom, transport):
    zoom.reply(200, {"next_page_token": "abc=", "meetings": [BODY]})
    zoom.reply(200, {"next_page_token": "", "meetings": [BODY | {"id": 88330591739}]})
    assert [meeting.id for meeting in listed(transport)] == [ID, "88330591739"]
    assert [request.path for request in zoom.received] == [
        "/v2/users/me/meetings?type=scheduled&page_size=300",
        "/v2/users/me/meetings?type=scheduled&page_size=300&next_page_token=abc%3D",
    ]


def test_list_asks_for_a_page_only_when_it_is_wanted(zoom, transport):
    zoom.reply(200, {"next_page_token": "abc", "meetings": [BODY]})
    assert next(meetings.list_upcoming(transport, "t", now=NOW)) == MEETING
    assert len(zoom.received) == 1


def test_listed_meetings_may_lack_a_join_link_but_not_have_a_wrong_one(zoom, transport):
    zoom.reply(200, {"meetings": [without("join_url")]})
    assert listed(transport)[0].join_url == ""
    zoom.reply(200, {"meetings": [BODY | {"join_url": "https://example/"}]})
    with pytest.raises(errors.ZoomBadAnswer):
        listed(transport)


@pytest.mark.parametrize(
    ("values", "is_listed"),
    [
        ({"start_time": "2026-12-01T11:09:00Z"}, False),
        ({"start_time": "2026-12-01T11:10:00Z"}, True),
        ({"start_time": "2026-12-01T11:10:00Z", "duration": None}, False),
        ({"start_time": None}, True),
    ],
)
def test_what_is_over_is_left_out(zoom, transport, values, is_listed):
    zoom.reply(200, {"meetings": [BODY | values]})
    assert bool(listed(transport)) is is_listed


def test_now_is_now_unless_told(zoom, transport):
    past, future = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
    items = [BODY | {"start_time": moment} for moment in (past, future)]
    zoom.reply(200, {"meetings": items})
    (meeting,) = meetings.list_upcoming(transport, "t")
    assert meeting.start_at.year == 2999


@pytest.mark.parametrize("items", [None, {}, "x", [7], [None]], ids=repr)
def test_a_list_that_is_none_is_a_bad_answer(zoom, transport, items):
    zoom.reply(200, {"meetings": items})
    with pytest.raises(errors.ZoomBadAnswer):
        listed(transport)


def test_pages_that_go_round_end(zoom, transport):
    for _ in range(meetings.MAX_PAGES):
        zoom.reply(200, {"next_page_token": "again", "meetings": []})
    with pytest.raises(errors.ZoomBadAnswer):
        listed(transport)
    assert len(zoom.received) == meetings.MAX_PAGES
