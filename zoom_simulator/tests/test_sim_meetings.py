# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The REST API over real HTTPS."""

from datetime import datetime, timezone
from urllib.parse import urlsplit

import pytest

from sim_case import ANNA, BORIS, NEXT_YEAR


def said(answer):
    return answer.status_code, answer.json()


def missing(number):
    return 404, {"code": 3001, "message": f"Meeting does not exist: {number}."}


# --- who may


def test_no_token_or_a_wrong_one(caller):
    invalid = 401, {"code": 124, "message": "Invalid access token."}
    assert said(caller.call("GET", "/v2/users/me")) == invalid
    assert said(caller.api("GET", "/users/me", token="x.y.z")) == invalid
    basic = caller.call("GET", "/v2/users/me", auth=("a", "b"))
    assert said(basic) == invalid


def test_a_token_in_the_query_string(anna):
    answer = anna.api("GET", "/users/me?access_token=" + anna.access)
    assert answer.status_code == 401
    assert "query parameter" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/users/me", "user:read:user"),
        ("POST", "/users/me/meetings", "meeting:write:meeting"),
        ("GET", "/users/me/meetings", "meeting:read:list_meetings"),
        ("GET", "/meetings/{id}", "meeting:read:meeting"),
        ("PATCH", "/meetings/{id}", "meeting:update:meeting"),
        ("PUT", "/meetings/{id}/status", "meeting:update:status"),
        ("DELETE", "/meetings/{id}", "meeting:delete:meeting"),
    ],
)
def test_each_call_needs_its_scope(anna, sim, method, path, scope):
    path = path.replace("{id}", str(anna.new_meeting()["id"]))
    everything = [*sim.state()["apps"][0]["scopes"], "meeting:update:status"]
    sim.set_scopes(ANNA, [name for name in everything if name != scope])
    answer = anna.api(method, path, {})
    message = f"Invalid access token, does not contain scopes:[{scope}, {scope}:admin]."
    assert said(answer) == (400, {"code": 4711, "message": message})
    sim.settings(scope_error_4700=True)
    answer = anna.api(method, path, {})
    assert said(answer) == (401, {"code": 4700, "message": message})
    sim.set_scopes(ANNA, everything)
    assert "scopes" not in anna.api(method, path, {}).text


def test_classic_scopes_open_the_same_calls(anna, sim):
    sim.set_scopes(ANNA, ["meeting:write", "user:read"])
    number = anna.new_meeting()["id"]
    assert anna.api("PATCH", f"/meetings/{number}", {}).status_code == 204
    assert anna.api("GET", f"/meetings/{number}").status_code == 400
    assert anna.api("GET", "/users/me").status_code == 200
    assert anna.api("DELETE", f"/meetings/{number}").status_code == 204


def test_new_scopes_of_the_app_count_from_the_next_authorisation_on(connect, sim):
    old = connect()
    sim.app(scopes=["user:read:user"])
    assert old.api("POST", "/users/me/meetings", {}).status_code == 201
    new = connect()
    assert new.api("POST", "/users/me/meetings", {}).json()["code"] == 4711


def test_only_me_is_taken_as_user(anna):
    user_id = anna.api("GET", "/users/me").json()["id"]
    for key in (user_id, ANNA):
        answer = anna.api("GET", f"/users/{key}")
        assert (answer.status_code, answer.json()["code"]) == (400, 4711)
        assert "[user:read:user:admin]" in answer.json()["message"]
        assert anna.api("POST", f"/users/{key}/meetings", {}).status_code == 400


def test_unknown_endpoints(anna):
    assert anna.api("GET", "/users/me/webinars").status_code == 404


# --- users/me


def test_users_me(connect):
    anna, boris = connect(ANNA), connect(BORIS)
    one, other = (c.api("GET", "/users/me").json() for c in (anna, boris))
    assert (one["email"], one["type"], other["type"]) == (ANNA, 2, 1)
    assert isinstance(one["pmi"], int)
    assert len(one["id"]) > 20
    assert one["account_id"] != other["account_id"]
    assert one["timezone"] == "Europe/Berlin"


# --- creating


def test_the_answer_of_a_create(anna, zoom):
    made = anna.new_meeting(
        duration=50, timezone="Europe/Berlin", default_password=True, agenda="Marker"
    )
    assert 2**31 < made["id"] < 10**11
    assert made["host_email"] == ANNA
    assert made["start_time"] == NEXT_YEAR
    assert made["duration"] == 50
    assert made["status"] == "waiting"
    assert made["creation_source"] == "open_api"
    assert len(made["password"]) == 6
    assert made["join_url"].startswith(f"{zoom.http_url}/j/{made['id']}?pwd=")
    assert made["start_url"].startswith(f"{zoom.http_url}/s/{made['id']}?zak=eyJ")
    assert "dynamic_host_key" in made
    assert "support_participants_receive_summary" in made["settings"]


def test_each_meeting_has_its_own_id_and_some_uuids_begin_with_a_slash(anna):
    made = [anna.new_meeting() for _ in range(5)]
    assert len({one["id"] for one in made}) == 5
    assert any(one["uuid"].startswith("/") for one in made)


def test_a_create_without_start_time_is_instant_and_in_no_list(anna):
    made = anna.api("POST", "/users/me/meetings", {"type": 2, "topic": "Now"}).json()
    assert made["type"] == 1
    assert "start_time" not in made
    assert anna.api("GET", "/users/me/meetings").json()["total_records"] == 0


@pytest.mark.parametrize("text", ["{broken", '{"duration": Infinity}', "\xff", ""])
def test_a_body_that_is_not_json(anna, text):
    answer = anna.call(
        "POST",
        "/v2/users/me/meetings",
        data=text,
        headers={
            "Authorization": f"Bearer {anna.access}",
            "Content-Type": "application/json",
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_validation_errors_name_the_field(anna):
    answer = anna.api("POST", "/users/me/meetings", {"topic": "x" * 201})
    assert answer.status_code == 400
    assert answer.json()["code"] == 300
    assert answer.json()["errors"][0]["field"] == "topic"


def test_paid_only_on_basic(connect):
    body = {"start_time": NEXT_YEAR, "settings": {"auto_recording": "cloud"}}
    answer = connect(BORIS).api("POST", "/users/me/meetings", body)
    assert (answer.status_code, answer.json()["code"]) == (400, 200)
    assert answer.json()["message"].startswith("Only available for paid account")


def test_a_user_who_may_not_host(anna, sim):
    sim.user(ANNA, hosting_allowed=False)
    answer = anna.api("POST", "/users/me/meetings", {})
    assert (answer.status_code, answer.json()["code"]) == (400, 3161)


def test_tracking_fields_come_back_visible(anna):
    made = anna.new_meeting(tracking_fields=[{"field": "code", "value": "7K3F"}])
    shown = {"field": "code", "value": "7K3F", "visible": True}
    assert made["tracking_fields"] == [shown]


# --- reading


def test_reading_gives_what_was_made_with_a_new_start_url(anna, sim):
    made = anna.new_meeting()
    sim.advance_clock(10)
    read = anna.api("GET", f"/meetings/{made['id']}").json()
    assert read.pop("start_url") != made.pop("start_url")
    assert read == made


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_meetings_that_are_not_there(anna, method):
    assert said(anna.api(method, "/meetings/2345678901", {})) == missing("2345678901")
    answer = anna.api(method, "/meetings/abc", {})
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_meetings_of_somebody_else(anna, connect):
    number = anna.new_meeting()["id"]
    for other in (connect(BORIS), connect("clara@zoom.example")):
        for method in ("GET", "PATCH"):
            answer = other.api(method, f"/meetings/{number}", {})
            assert (answer.status_code, answer.json()["code"]) == (403, 2306)
        answer = other.api("DELETE", f"/meetings/{number}")
        assert (answer.status_code, answer.json()["code"]) == (400, 3003)
    assert anna.api("GET", f"/meetings/{number}").status_code == 200


# --- updating


def test_an_update_answers_204_without_a_body(anna):
    made = anna.new_meeting()
    answer = anna.api(
        "PATCH", f"/meetings/{made['id']}", {"start_time": "2037-01-02T03:04:05Z"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    read = anna.api("GET", f"/meetings/{made['id']}").json()
    assert read["start_time"] == "2037-01-02T03:04:05Z"
    assert read["topic"] == "Appointment"
    assert read["id"] == made["id"]


def test_a_past_start_time_is_ignored_without_a_word(anna):
    number = anna.new_meeting()["id"]
    body = {"start_time": "2020-01-01T00:00:00Z", "duration": 25}
    assert anna.api("PATCH", f"/meetings/{number}", body).status_code == 204
    read = anna.api("GET", f"/meetings/{number}").json()
    assert (read["start_time"], read["duration"]) == (NEXT_YEAR, 25)


def test_another_passcode_changes_the_join_link(anna):
    made = anna.new_meeting(password="first1")
    anna.api("PATCH", f"/meetings/{made['id']}", {"password": "second2"})
    read = anna.api("GET", f"/meetings/{made['id']}").json()
    assert read["password"] == "second2"
    assert urlsplit(read["join_url"]).path == urlsplit(made["join_url"]).path
    assert read["join_url"] != made["join_url"]


def test_locked_settings_are_overridden_silently(anna, sim):
    sim.account(ANNA, locks={"waiting_room": True}, require_passcode=True)
    made = anna.new_meeting(settings={"waiting_room": False})
    assert made["settings"]["waiting_room"] is True
    assert made["password"]
    body = {"settings": {"waiting_room": False}}
    assert anna.api("PATCH", f"/meetings/{made['id']}", body).status_code == 204
    read = anna.api("GET", f"/meetings/{made['id']}").json()
    assert read["settings"]["waiting_room"] is True


# --- deleting


def test_deleting(anna, sim):
    number = anna.new_meeting()["id"]
    path = f"/meetings/{number}"
    answer = anna.api(
        "DELETE", f"{path}?schedule_for_reminder=false&cancel_meeting_reminder=false"
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert said(anna.api("GET", path)) == missing(number)
    assert said(anna.api("PATCH", path, {})) == missing(number)
    again = anna.api("DELETE", path)
    assert (again.status_code, again.json()["code"]) == (404, 3001)
    assert "is not found or has expired" in again.json()["message"]
    assert sim.meeting(number)["deleted_at"]


def test_delete_checks_its_parameters(anna):
    path = f"/meetings/{anna.new_meeting()['id']}"
    answer = anna.api("DELETE", f"{path}?schedule_for_reminder=maybe")
    assert answer.json()["errors"][0]["field"] == "schedule_for_reminder"
    assert anna.api("DELETE", f"{path}?occurrence_id=1").json()["code"] == 3000
    assert anna.api("PATCH", f"{path}?occurrence_id=1", {}).json()["code"] == 3000


def test_a_meeting_in_progress_is_not_deleted(anna, sim):
    number = anna.new_meeting()["id"]
    sim.start_meeting(number)
    answer = anna.api("DELETE", f"/meetings/{number}")
    assert (answer.status_code, answer.json()["code"]) == (400, 3002)
    assert anna.api("GET", f"/meetings/{number}").json()["status"] == "started"
    sim.end_meeting(number)
    assert anna.api("DELETE", f"/meetings/{number}").status_code == 204


def test_a_meeting_that_is_over(connect, sim):
    anna = connect()
    soon = sim.clock()["unix"] + 60
    number = anna.new_meeting(start_time=_iso(soon), duration=1)["id"]
    sim.start_meeting(number)
    sim.end_meeting(number)
    sim.advance_clock(180)
    answer = anna.api("DELETE", f"/meetings/{number}")
    assert (answer.status_code, answer.json()["code"]) == (400, 3007)


def _iso(moment):
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_meeting_number_expires_thirty_days_after_its_date(connect, sim):
    number = connect().new_meeting(start_time=_iso(sim.clock()["unix"] + 60))["id"]
    sim.advance_clock(31 * 24 * 3600)
    anna = connect()
    assert said(anna.api("GET", f"/meetings/{number}")) == missing(number)
    assert anna.api("GET", "/users/me/meetings").json()["meetings"] == []


# --- status


@pytest.fixture
def anna_with_status(connect, sim):
    scopes = sim.state()["apps"][0]["scopes"]
    sim.app(scopes=[*scopes, "meeting:update:status"])
    return connect()


def test_ending_a_meeting_gives_the_room_a_new_uuid(anna_with_status, sim):
    anna = anna_with_status
    made = anna.new_meeting()
    path = f"/meetings/{made['id']}/status"
    assert anna.api("PUT", path, {"action": "end"}).json()["code"] == 3063
    sim.start_meeting(made["id"])
    assert sim.meeting(made["id"])["uuid"] == made["uuid"]
    assert anna.api("PUT", path, {"action": "end"}).status_code == 204
    read = anna.api("GET", f"/meetings/{made['id']}").json()
    assert read["status"] == "waiting"
    assert read["uuid"] != made["uuid"]


def test_recovering_a_deleted_meeting_within_a_week(anna_with_status, sim, connect):
    anna = anna_with_status
    number = anna.new_meeting()["id"]
    path = f"/meetings/{number}/status"
    assert said(anna.api("PUT", path, {"action": "recover"})) == missing(number)
    anna.api("DELETE", f"/meetings/{number}")
    other = connect(BORIS).api("PUT", path, {"action": "recover"})
    assert other.json()["code"] == 2306
    assert anna.api("PUT", path, {"action": "recover"}).status_code == 204
    assert anna.api("GET", f"/meetings/{number}").status_code == 200
    anna.api("DELETE", f"/meetings/{number}")
    sim.advance_clock(8 * 24 * 3600)
    late = connect().api("PUT", path, {"action": "recover"})
    assert said(late) == missing(number)


@pytest.mark.parametrize("body", [None, {}, {"action": "start"}])
def test_other_actions_are_refused(anna_with_status, body):
    number = anna_with_status.new_meeting()["id"]
    answer = anna_with_status.api("PUT", f"/meetings/{number}/status", body)
    assert answer.json()["errors"][0]["field"] == "action"


def test_recovering_what_never_was(anna_with_status):
    answer = anna_with_status.api("PUT", "/meetings/12/status", {"action": "recover"})
    assert said(answer) == missing("12")


# --- lists


def listed(someone, **query):
    return someone.api("GET", "/users/me/meetings", params=query)


def test_lists_come_in_pages_by_start(anna, sim):
    sim.settings(rate_limits=False)
    for day in range(1, 8):
        anna.new_meeting(start_time=f"2036-12-{8 - day:02}T10:00:00Z")
    starts, token = [], ""
    while True:
        answer = listed(anna, page_size=3, next_page_token=token).json()
        assert (answer["total_records"], answer["page_size"]) == (7, 3)
        starts += [one["start_time"] for one in answer["meetings"]]
        token = answer["next_page_token"]
        if not token:
            break
    assert starts == [f"2036-12-{day:02}T10:00:00Z" for day in range(1, 8)]


def test_a_list_item(anna):
    anna.new_meeting(agenda="Marker 1", password="secret7")
    item = listed(anna).json()["meetings"][0]
    assert set(item) == {
        "uuid",
        "id",
        "host_id",
        "topic",
        "type",
        "start_time",
        "duration",
        "timezone",
        "created_at",
        "join_url",
        "agenda",
    }


def test_lists_by_type_and_days(anna, sim):
    soon = sim.clock()["unix"] + 24 * 3600
    number = anna.new_meeting(start_time=_iso(soon))["id"]
    anna.new_meeting()  # years ahead: in no list of upcoming meetings
    upcoming = listed(anna, type="upcoming").json()["meetings"]
    assert [one["id"] for one in upcoming] == [number]
    assert listed(anna).json()["total_records"] == 2
    assert listed(anna, type="live").json()["meetings"] == []
    sim.start_meeting(number)
    assert listed(anna, type="live").json()["total_records"] == 1
    days = {"from": "2036-12-01", "to": "2036-12-01"}
    assert listed(anna, **days).json()["total_records"] == 1


@pytest.mark.parametrize(
    "query",
    [
        {"type": "all"},
        {"page_size": "0"},
        {"page_size": "301"},
        {"page_size": "x"},
        {"from": "1.12.2036"},
        {"to": "2036-02-30"},
        {"next_page_token": "invented"},
    ],
)
def test_wrong_list_parameters(anna, query):
    answer = listed(anna, **query)
    assert (answer.status_code, answer.json()["code"]) == (400, 300)


def test_a_page_token_is_for_one_user_and_fifteen_minutes(anna, connect, sim):
    anna.new_meeting(), anna.new_meeting()
    token = listed(anna, page_size=1).json()["next_page_token"]
    assert listed(connect(BORIS), next_page_token=token).status_code == 400
    assert listed(anna, next_page_token=token).status_code == 200
    sim.advance_clock(901)
    assert listed(anna, next_page_token=token).status_code == 400


# --- limits and headers


def test_every_answer_has_a_tracking_id_and_good_ones_a_category(anna):
    answers = [
        anna.api("GET", "/users/me"),
        anna.api("DELETE", "/meetings/12"),
        anna.api("GET", "/users/me", token="wrong"),
        anna.refresh(),
    ]
    assert len({answer.headers["x-zm-trackingid"] for answer in answers}) == 4
    assert answers[0].headers["x-ratelimit-category"] == "Light"
    assert "x-ratelimit-limit" not in answers[0].headers
    assert listed(anna).headers["x-ratelimit-category"] == "Medium"


def test_the_limit_per_second_over_http(connect, sim):
    boris = connect(BORIS)
    sim.clock(speed=0.000001)
    answers = [boris.api("GET", "/users/me") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert answers[4].headers["X-RateLimit-Type"] == "QPS"
    sim.settings(rate_limits=False)
    assert boris.api("GET", "/users/me").status_code == 200


def test_users_of_an_account_share_its_limit(connect, sim):
    sim.account(ANNA, plan="free")
    anna, clara = connect(ANNA), connect("clara@zoom.example")
    sim.clock(speed=0.000001)
    codes = [c.api("GET", "/users/me").status_code for c in (anna, clara) * 3]
    assert codes == [200] * 4 + [429] * 2


def test_the_hundred_a_day_over_http(anna, sim):
    number = anna.new_meeting()["id"]
    sim.set_quota(ANNA, 99)
    assert anna.api("PATCH", f"/meetings/{number}", {}).status_code == 204
    for answer in (
        anna.api("PATCH", f"/meetings/{number}", {}),
        anna.api("POST", "/users/me/meetings", {}),
    ):
        assert answer.status_code == 429
        assert "You may resume these requests at GMT 00:00:00." in answer.text
        assert answer.headers["X-RateLimit-Limit"] == "6000"
        assert "Retry-After" not in answer.headers
    assert anna.api("GET", f"/meetings/{number}").status_code == 200
    sim.settings(delete_counts_as_write=True)
    assert anna.api("DELETE", f"/meetings/{number}").status_code == 429
    sim.settings(delete_counts_as_write=False)
    assert anna.api("DELETE", f"/meetings/{number}").status_code == 204


def test_the_hundred_a_day_end_at_midnight_utc(anna, sim):
    sim.set_quota(ANNA, 100)
    assert anna.api("POST", "/users/me/meetings", {}).status_code == 429
    sim.advance_clock(24 * 3600)
    anna.keep(anna.refresh())
    assert anna.api("POST", "/users/me/meetings", {}).status_code == 201


def test_create_can_be_a_medium_call(connect, sim):
    sim.settings(create_is_medium=True)
    boris = connect(BORIS)
    sim.clock(speed=0.000001)
    codes = [boris.api("POST", "/users/me/meetings", {}).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
