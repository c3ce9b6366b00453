# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoom's rules for meetings as pure functions."""

import pytest

from zoom_simulator import meeting_checks, meeting_settings, rules
from zoom_simulator.entities import (
    BASIC,
    INSTANT,
    LICENSED,
    SCHEDULED,
    Account,
    Meeting,
    PasscodeRules,
    User,
)
from zoom_simulator.errors import ZoomApiError

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z
TOMORROW = "2027-01-16T08:00:00Z"


def a_host(plan="pro", kind=LICENSED, **account):
    return User(
        id="U",
        account=Account("A", 1, plan, **account),
        email="host@zoom.example",
        first_name="Hilda",
        last_name="Host",
        type=kind,
        timezone="Europe/Berlin",
        pmi=1,
        created_at=NOW,
    )


def a_meeting(host=None, **values):
    values = {"settings": dict(meeting_settings.DEFAULTS), **values}
    return Meeting(2_345_678_901, "uuid==", host or a_host(), NOW, "open_api", **values)


def created(body, host=None):
    return rules.created_values(body, host or a_host(), make_passcode=lambda: "made1")


def updated(body, meeting):
    return rules.updated_values(body, meeting, now=NOW, make_passcode=lambda: "made1")


def refusal(body, host=None):
    with pytest.raises(ZoomApiError) as caught:
        created(body, host)
    return caught.value


# --- what is accepted


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "x" * 201),
        ("topic", 7),
        ("agenda", "x" * 2001),
        ("type", 5),
        ("type", True),
        ("type", "2"),
        ("duration", 0),
        ("duration", 1441),
        ("duration", "50"),
        ("duration", True),
        ("password", "12345678901"),
        ("password", "with space"),
        ("password", 123456),
        ("start_time", "2027-01-16 08:00:00"),
        ("start_time", "2027-01-16T08:00:00+02:00"),
        ("start_time", "2027-01-16T08:00:00.000Z"),
        ("start_time", "2027-02-30T08:00:00Z"),
        ("start_time", 5),
        ("start_time", "0001-01-01T00:00:00"),
        ("start_time", "9999-12-31T23:59:59"),
        ("tracking_fields", "text"),
        ("tracking_fields", [1]),
        ("tracking_fields", [{"value": "x"}]),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("timezone", ""),
        ("timezone", 3),
        ("default_password", "true"),
        ("pre_schedule", 1),
    ],
)
def test_a_wrong_field_is_named(field, value):
    error = refusal({"start_time": TOMORROW, field: value})
    assert (error.status, error.code) == (400, 300)
    assert [wrong["field"] for wrong in error.body()["errors"]] == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "x" * 200),
        ("agenda", "x" * 2000),
        ("duration", 1),
        ("duration", 1440),
        ("password", "aB3@-_*!90"),
        ("start_time", "2027-01-16T08:00:00"),
        ("timezone", "America/New_York"),
    ],
)
def test_a_field_at_its_limit_is_taken(field, value):
    body = {"start_time": TOMORROW, field: value}
    assert created(body)["type"] == SCHEDULED


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_refused(body):
    assert refusal(body).code == 300


@pytest.mark.parametrize("kind", [3, 8, 10])
def test_recurring_meetings_are_refused_aloud(kind):
    assert refusal({"type": kind}).status == 501


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("waiting_room", "yes"),
        ("jbh_time", 7),
        ("approval_type", True),
        ("auto_recording", "disk"),
        ("alternative_hosts", ["x"]),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    error = refusal({"start_time": TOMORROW, "settings": {name: value}})
    assert error.errors[0]["field"] == f"settings.{name}"


def test_settings_have_to_be_an_object():
    assert refusal({"settings": []}).errors[0]["field"] == "settings"


@pytest.mark.parametrize(
    "settings",
    [
        {"auto_recording": "cloud"},
        {"approval_type": 0},
        {"alternative_hosts": "x@zoom.example"},
    ],
)
def test_paid_features_are_refused_to_basic_hosts_only(settings):
    body = {"start_time": TOMORROW, "settings": settings}
    error = refusal(body, a_host("free", BASIC))
    assert (error.status, error.code) == (400, 200)
    assert created(body)["settings"].items() >= settings.items()


def test_scheduling_for_somebody_else_is_refused():
    body = {"start_time": TOMORROW, "schedule_for": "other@zoom.example"}
    assert refusal(body).code == 3000
    body["schedule_for"] = "host@zoom.example"
    assert created(body)["type"] == SCHEDULED


# --- times


def test_a_time_with_z_is_utc_whatever_the_zone():
    values = created({"start_time": TOMORROW, "timezone": "America/New_York"})
    assert values["start_at"] == NOW + 24 * 3600
    assert values["timezone"] == "America/New_York"


def test_a_time_without_z_is_local_in_the_zone_or_the_hosts():
    berlin = created({"start_time": "2027-01-16T09:00:00"})
    assert (berlin["start_at"], berlin["timezone"]) == (
        NOW + 24 * 3600,
        "Europe/Berlin",
    )
    moscow = {"start_time": "2027-01-16T11:00:00", "timezone": "Europe/Moscow"}
    assert created(moscow)["start_at"] == NOW + 24 * 3600


def test_a_meeting_without_start_becomes_instant():
    for body in ({"type": 2}, {"type": 1, "start_time": TOMORROW}):
        values = created(body)
        assert (values["type"], values["start_at"]) == (INSTANT, None)


def test_zones_that_are_folders_are_no_zones():
    assert not meeting_checks.zone_exists("Europe")
    assert meeting_checks.zone_exists("UTC")


# --- defaults


def test_defaults_of_a_create():
    values = created({"start_time": TOMORROW})
    assert values["topic"] == "Zoom Meeting"
    assert values["duration"] == 60
    assert values["agenda"] == values["password"] == ""


# --- passcodes


def test_a_passcode_is_made_when_asked_for_or_demanded():
    body = {"start_time": TOMORROW}
    assert created(body)["password"] == ""
    assert created(body | {"default_password": True})["password"] == "made1"
    strict = a_host(require_passcode=True)
    assert created(body, strict)["password"] == "made1"
    assert created(body | {"password": ""}, strict)["password"] == "made1"
    assert created(body | {"password": "mine7"}, strict)["password"] == "mine7"


@pytest.mark.parametrize(
    ("demand", "bad", "good"),
    [
        ({"length": 8}, "short1", "longenough"),
        ({"have_letter": True}, "123456", "12345a"),
        ({"have_number": True}, "abcdef", "abcde1"),
        ({"have_special_character": True}, "abcde1", "abcd@1"),
        ({"only_allow_numeric": True}, "abcde1", "123456"),
    ],
)
def test_the_accounts_passcode_rules(demand, bad, good):
    host = a_host(passcode_rules=PasscodeRules(**demand))
    body = {"start_time": TOMORROW}
    assert refusal(body | {"password": bad}, host).errors[0]["field"] == "password"
    assert created(body | {"password": good}, host)["password"] == good


# --- protection and locks


def test_a_waiting_room_is_forced_when_everything_is_off():
    off = {"waiting_room": False, "meeting_authentication": False}
    body = {"start_time": TOMORROW, "settings": off | {"join_before_host": True}}
    settings = created(body)["settings"]
    assert settings["waiting_room"] is True
    assert settings["join_before_host"] is False


def test_a_passcode_or_sign_in_is_protection_enough():
    body = {"start_time": TOMORROW, "password": "mine7"}
    assert created(body)["settings"]["waiting_room"] is False
    body = {"start_time": TOMORROW, "settings": {"meeting_authentication": True}}
    assert created(body)["settings"]["waiting_room"] is False


def test_some_accounts_are_given_a_passcode_instead():
    host = a_host(forced_protection="passcode")
    values = created({"start_time": TOMORROW}, host)
    assert (values["password"], values["settings"]["waiting_room"]) == ("made1", False)
    body = {"start_time": TOMORROW, "settings": {"waiting_room": True}}
    assert created(body, host)["password"] == ""


def test_locked_settings_win_without_a_word():
    host = a_host(locks={"waiting_room": True, "auto_recording": "local"})
    wish = {"waiting_room": False, "auto_recording": "none"}
    settings = created({"start_time": TOMORROW, "settings": wish}, host)["settings"]
    assert (settings["waiting_room"], settings["auto_recording"]) == (True, "local")


def test_settings_the_account_lacks_and_unknown_ones_are_dropped():
    host = a_host(dropped_settings=["focus_mode"])
    wish = {"focus_mode": True, "nobody_knows": 1, "use_pmi": True}
    settings = created({"start_time": TOMORROW, "settings": wish}, host)["settings"]
    assert settings["focus_mode"] is False
    assert settings["use_pmi"] is False
    assert "nobody_knows" not in settings


def test_making_a_meeting_leaves_the_defaults_alone():
    created({"start_time": TOMORROW, "settings": {"focus_mode": True}})
    assert meeting_settings.DEFAULTS["focus_mode"] is False


# --- updates


def test_an_update_changes_only_what_it_names():
    meeting = a_meeting(topic="Old", start_at=NOW + 60, password="mine7", agenda="a")
    values = updated({"duration": 25}, meeting)
    assert values["duration"] == 25
    for name in ("topic", "start_at", "password", "agenda", "settings", "timezone"):
        assert values[name] == getattr(meeting, name), name


@pytest.mark.parametrize("start", ["2027-01-15T08:00:00Z", "2020-01-01T00:00:00Z"])
def test_an_update_ignores_a_start_that_is_not_in_the_future(start):
    meeting = a_meeting(start_at=NOW + 60)
    values = updated({"start_time": start, "duration": 5}, meeting)
    assert (values["start_at"], values["duration"]) == (NOW + 60, 5)


def test_an_update_takes_a_future_start_in_the_meetings_zone():
    meeting = a_meeting(start_at=NOW + 60, timezone="Europe/Moscow")
    values = updated({"start_time": "2027-01-16T11:00:00"}, meeting)
    assert values["start_at"] == NOW + 24 * 3600


def test_removing_the_passcode_forces_the_waiting_room():
    meeting = a_meeting(start_at=NOW + 60, password="mine7")
    values = updated({"password": ""}, meeting)
    assert (values["password"], values["settings"]["waiting_room"]) == ("", True)


def test_an_update_can_turn_an_instant_meeting_into_a_scheduled_one():
    meeting = a_meeting(type=INSTANT)
    values = updated({"type": 2, "start_time": TOMORROW}, meeting)
    assert (values["type"], values["start_at"]) == (SCHEDULED, NOW + 24 * 3600)
    assert updated({"start_time": TOMORROW}, meeting)["start_at"] is None


# --- life


DAY = 24 * 3600


@pytest.mark.parametrize(
    ("values", "days", "expired"),
    [
        ({"start_at": NOW}, 29, False),
        ({"start_at": NOW}, 31, True),
        ({"start_at": NOW + 10 * DAY}, 31, False),
        ({"start_at": NOW, "last_started_at": NOW + 20 * DAY}, 45, False),
        ({"start_at": NOW, "status": "started"}, 400, False),
        ({"type": INSTANT}, 31, True),
        ({"type": INSTANT, "ended_at": NOW + 5}, 1, True),
    ],
)
def test_when_a_meeting_number_expires(values, days, expired):
    assert rules.has_expired(a_meeting(**values), NOW + days * DAY) is expired


def test_a_meeting_in_progress_or_over_cannot_be_deleted():
    def code(now, **values):
        with pytest.raises(ZoomApiError) as caught:
            rules.may_be_deleted(a_meeting(start_at=NOW, **values), now)
        return caught.value.code

    assert code(NOW, status="started") == 3002
    assert code(NOW + DAY, ended_at=NOW + 60) == 3007
    # Ended early, the planned hour is not over: it may be started again.
    rules.may_be_deleted(a_meeting(start_at=NOW, ended_at=NOW + 60), NOW + 120)
    rules.may_be_deleted(a_meeting(start_at=NOW), NOW + DAY)


@pytest.mark.parametrize(
    ("start_at", "status", "kinds"),
    [
        (NOW + DAY, "waiting", {"scheduled", "upcoming", "upcoming_meetings"}),
        (NOW + 200 * DAY, "waiting", {"scheduled"}),
        (NOW - DAY, "waiting", {"scheduled", "previous_meetings"}),
        (NOW - 60, "started", {"scheduled", "live", "upcoming", "upcoming_meetings"}),
    ],
)
def test_which_list_a_meeting_is_in(start_at, status, kinds):
    meeting = a_meeting(start_at=start_at, status=status)
    found = {kind for kind in rules.LIST_TYPES if rules.is_listed(meeting, kind, NOW)}
    assert found == kinds


def test_lists_can_be_limited_to_days():
    meeting = a_meeting(start_at=NOW)
    assert rules.is_between(meeting, "", "")
    assert rules.is_between(meeting, "2027-01-15", "2027-01-15")
    assert not rules.is_between(meeting, "2027-01-16", "")
    assert not rules.is_between(meeting, "", "2027-01-14")


@pytest.mark.parametrize(
    ("text", "valid"),
    [("2027-01-15", True), ("2027-02-30", False), ("2027-1-5", False), ("", False)],
)
def test_what_a_date_is(text, valid):
    assert meeting_checks.is_date(text) is valid


def test_how_many_meetings_a_host_may_run():
    assert rules.meetings_at_once(a_host()) == 2
    assert rules.meetings_at_once(a_host("free", BASIC)) == 1
    assert rules.meetings_at_once(a_host("pro", BASIC)) == 1
