# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import copy
import json
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psynamica_zoom.services import webhook_event
from psynamica_zoom.services.webhook_event import NotificationError, parse

UTC = timezone.utc
START = datetime(2026, 12, 1, 14, tzinfo=UTC)

# Zoom: webhooks, payloads of the events; values made up
CREATED = {
    "event": "meeting.created",
    "event_ts": 1764590400123,
    "payload": {
        "account_id": "A",
        "operator": "canary@example.com",
        "operator_id": "U",
        "object": {
            "uuid": "Jt4P==",
            "id": 88330591739,
            "host_id": "H",
            "topic": "canary-topic",
            "type": 2,
            "start_time": "2026-12-01T14:00:00Z",
            "duration": 50,
            "timezone": "Europe/Berlin",
            "join_url": "https://us05web.zoom.us/j/88330591739?pwd=canary",
            "password": "canary-passcode",
            "settings": {"use_pmi": False, "meeting_invitees": []},
        },
    },
}
UPDATED = {
    "event": "meeting.updated",
    "event_ts": 1764590500000,
    "payload": {
        "account_id": "A",
        "operator_id": "U",
        "scope": "all",
        "object": {"id": 88330591739, "topic": "New"},
        "old_object": {"id": 88330591739, "topic": "Old"},
        "time_stamp": 1764590500000,
    },
}
ENDED = {
    "event": "meeting.ended",
    "event_ts": 1626234291572,
    "payload": {
        "account_id": "A",
        "object": {
            "id": "88330591739",
            "uuid": "Jt4P==",
            "host_id": "H",
            "type": 2,
            "start_time": "2026-12-01T14:00:05Z",
            "end_time": "2026-12-01T14:48:00Z",
            "timezone": "Europe/Berlin",
            "duration": 50,
        },
    },
}
DEAUTHORIZED = {
    "event": "app_deauthorized",
    "event_ts": 1740439732278,
    "payload": {
        "account_id": "ACC",
        "user_id": "UID",
        "signature": "00ff",
        "deauthorization_time": "2019-06-17T13:52:28.632Z",
        "client_id": "CID",
        "user_data_retention": None,
    },
}
VALIDATION = {
    "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"},
    "event_ts": 1654503849680,
    "event": "endpoint.url_validation",
}
SAMPLES = [CREATED, UPDATED, ENDED, DEAUTHORIZED, VALIDATION]


def text(document):
    return json.dumps(document).encode()


def changed(document, **values):
    """Return a copy with values put at paths such as `payload__object__id`."""
    document = copy.deepcopy(document)
    for path, value in values.items():
        *folders, name = path.split("__")
        place = document
        for folder in folders:
            place = place[folder]
        place[name] = value
    return document


def refused(document):
    with pytest.raises(NotificationError) as caught:
        parse(document if isinstance(document, bytes) else text(document))
    assert "canary" not in str(caught.value)
    return str(caught.value)


def test_a_created_meeting():
    told = parse(text(CREATED))
    assert told.event == "meeting.created"
    assert told.event_at == datetime(2025, 12, 1, 12, 0, 0, 123000, tzinfo=UTC)
    assert (told.account_id, told.user_id, told.host_id) == ("A", "U", "H")
    assert (told.meeting_id, told.uuid) == ("88330591739", "Jt4P==")
    assert (told.start_at, told.minutes) == (START, 50)
    assert told.timezone == "Europe/Berlin"
    assert not told.occurrence
    assert told.plain_token is None
    opened = told.created
    assert opened.topic == "canary-topic"
    assert opened.join_url == CREATED["payload"]["object"]["join_url"]
    assert opened.passcode == "canary-passcode"
    assert opened.by_api is None
    assert "canary" not in repr(told)


@pytest.mark.parametrize(
    ("source", "by_api"), [("open_api", True), ("web_portal", False), (7, None)]
)
def test_who_made_a_meeting(source, by_api):
    document = changed(CREATED, payload__object__creation_source=source)
    assert parse(text(document)).created.by_api is by_api


@pytest.mark.parametrize("topic", [None, 7, ["x"], "x" * 5000])
def test_a_strange_topic_is_no_reason_to_refuse(topic):
    document = changed(CREATED, payload__object__topic=topic)
    assert parse(text(document)).created.topic == ""
    assert parse(text(changed(CREATED, payload__object__topic="\u200d"))).created


def test_only_a_new_meeting_is_told_with_what_opens_it():
    assert parse(text(ENDED)).created is None
    assert parse(text(UPDATED)).created is None


def test_an_updated_meeting_tells_only_what_changed():
    told = parse(text(UPDATED))
    assert (told.meeting_id, told.user_id) == ("88330591739", "U")
    assert (told.host_id, told.start_at, told.minutes) == (None, None, None)


def test_an_ended_meeting_has_its_id_as_text():
    told = parse(text(ENDED))
    assert told.meeting_id == "88330591739"
    assert told.ended_at == datetime(2026, 12, 1, 14, 48, tzinfo=UTC)
    assert told.user_id == "H"


def test_a_removed_app():
    told = parse(text(DEAUTHORIZED))
    assert (told.account_id, told.user_id, told.client_id) == ("ACC", "UID", "CID")
    assert told.deauthorized_at == datetime(2019, 6, 17, 13, 52, 28, 632000, tzinfo=UTC)
    assert told.meeting_id is None
    assert not told.keep_data


def test_an_old_removal_has_no_moment_of_its_own():
    document = changed(DEAUTHORIZED)
    del document["event_ts"]
    assert parse(text(document)).event_at is None


@pytest.mark.parametrize("value", [True, "true", "True"])
def test_data_is_kept_when_the_user_says_so(value):
    document = changed(DEAUTHORIZED, payload__user_data_retention=value)
    assert parse(text(document)).keep_data


@pytest.mark.parametrize("value", [False, "false", "", None, 1, "1", "yes", [], {}])
def test_data_is_not_kept_for_anything_less(value):
    document = changed(DEAUTHORIZED, payload__user_data_retention=value)
    assert not parse(text(document)).keep_data
    del document["payload"]["user_data_retention"]
    assert not parse(text(document)).keep_data


def test_a_url_validation():
    told = parse(text(VALIDATION))
    assert told.plain_token == "qgg8vlvZRS6UYooatFL8Aw"
    assert "qgg8" not in json.dumps(told.facts())


def test_an_unknown_event_is_a_value():
    document = changed(CREATED, event="user.updated", payload__object={"id": "U-1"})
    told = parse(text(document))
    assert (told.event, told.meeting_id) == ("user.updated", None)


@pytest.mark.parametrize(
    ("values", "occurrence"),
    [
        ({}, False),
        ({"payload__object__occurrences": None}, False),
        ({"payload__object__occurrences": []}, False),
        ({"payload__object__occurrences": [{"occurrence_id": "1"}]}, True),
        ({"payload__operation": "all"}, False),
        ({"payload__operation": "single"}, True),
    ],
)
def test_single_sessions_of_a_series_are_marked(values, occurrence):
    document = changed(CREATED, event="meeting.deleted", **values)
    assert parse(text(document)).occurrence is occurrence


def test_an_unreadable_moment_costs_only_the_moment():
    document = changed(CREATED, payload__object__start_time="soon")
    told = parse(text(document))
    assert told.start_at is None
    assert told.meeting_id == "88330591739"


def test_an_impossible_length_is_none():
    assert parse(text(changed(CREATED, payload__object__duration=-1))).minutes is None


def test_empty_texts_are_none():
    assert parse(text(changed(CREATED, payload__object__uuid=""))).uuid is None


# --- what is stored ----------------------------------------------------------------


@pytest.mark.parametrize("document", SAMPLES, ids=lambda sample: sample["event"])
def test_facts_are_json_without_people_links_or_topics(document):
    facts = parse(text(document)).facts()
    stored = json.dumps(facts)
    assert json.loads(stored) == facts
    assert None not in facts.values()
    for secret in ("canary", "join_url", "password", "topic", "plain", "@"):
        assert secret not in stored


def test_facts_hold_what_is_needed_later():
    assert parse(text(ENDED)).facts() == {
        "event": "meeting.ended",
        "event_at": "2021-07-14T03:44:51.572000+00:00",
        "account_id": "A",
        "user_id": "H",
        "meeting_id": "88330591739",
        "uuid": "Jt4P==",
        "host_id": "H",
        "start_at": "2026-12-01T14:00:05+00:00",
        "ended_at": "2026-12-01T14:48:00+00:00",
        "minutes": 50,
        "timezone": "Europe/Berlin",
        "occurrence": False,
        "keep_data": False,
    }


# --- the key -----------------------------------------------------------------------


def key(document):
    return parse(text(document)).key


@pytest.mark.parametrize("document", SAMPLES, ids=lambda sample: sample["event"])
def test_the_same_notification_has_the_same_key(document):
    again = json.loads(json.dumps(document))
    assert key(again) == key(document)
    assert len(key(document)) == 64


def test_the_form_of_the_id_does_not_change_the_key():
    assert key(changed(ENDED, payload__object__id=88330591739)) == key(ENDED)


@pytest.mark.parametrize(
    ("document", "values"),
    [
        (CREATED, {"event": "meeting.updated"}),
        (CREATED, {"event_ts": 1764590400124}),
        (CREATED, {"payload__account_id": "B"}),
        (CREATED, {"payload__object__id": 88330591740}),
        (CREATED, {"payload__object__uuid": "x"}),
        (CREATED, {"payload__object__occurrences": [{"occurrence_id": "1"}]}),
        (CREATED, {"payload__object__participant": {"user_id": "1"}}),
        (DEAUTHORIZED, {"payload__user_id": "other"}),
        (DEAUTHORIZED, {"payload__deauthorization_time": "2020-01-01T00:00:00Z"}),
    ],
    ids=str,
)
def test_another_notification_has_another_key(document, values):
    assert key(changed(document, **values)) != key(document)


def test_two_participants_in_one_millisecond_are_two_notifications():
    keys = {
        key(changed(ENDED, payload__object__participant={"user_id": user}))
        for user in ("1", "2")
    }
    assert len(keys) == 2


# --- what is refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"event=meeting.created",
        text(CREATED)[:-1],
        text(CREATED).replace(b"50", b"NaN"),
        text(CREATED).replace(b"50", b"Infinity"),
        text(CREATED).replace(b"50", b"1e999"),
        text(CREATED).replace(b'"type": 2', b'"type": 2, "type": 2'),
        text(CREATED).replace(b"50", b"[" * 20 + b"]" * 20),
        b'{"event":' * 5000,
        text(CREATED).decode().encode("utf-16"),
        text(CREATED) + b" " * webhook_event.MAX_BYTES,
    ],
    ids=lambda body: repr(body[:16]),
)
def test_what_is_no_proper_json_object_is_refused(body):
    refused(body)


@pytest.mark.parametrize(
    "values",
    [
        {"event": None},
        {"event": 7},
        {"event": ""},
        {"event": "canary\r\n"},
        {"event": "a" * 101},
        {"event": "Meeting.created"},
        {"event_ts": "1764590400123"},
        {"event_ts": 1.5},
        {"event_ts": True},
        {"event_ts": -1},
        {"event_ts": 10**16},
        {"payload": None},
        {"payload": []},
        {"payload__account_id": 7},
        {"payload__account_id": "x" * 257},
        {"payload__account_id": "canary\x00"},
        {"payload__operator_id": {}},
        {"payload__client_id": []},
        {"payload__object": None},
        {"payload__object": "88330591739"},
        {"payload__object__id": None},
        {"payload__object__id": True},
        {"payload__object__id": 88330591739.0},
        {"payload__object__id": "canary"},
        {"payload__object__id": "88330591739 "},
        {"payload__object__id": 1},
        {"payload__object__uuid": 7},
        {"payload__object__uuid": "\ud800"},
        {"payload__object__host_id": 7},
        {"payload__object__start_time": 7},
        {"payload__object__end_time": []},
        {"payload__object__duration": "50"},
        {"payload__object__duration": True},
        {"payload__object__duration": 1.5},
        {"payload__object__timezone": 7},
        {"payload__object__occurrences": {}},
        {"payload__deauthorization_time": 7},
    ],
    ids=str,
)
def test_a_wrong_type_or_form_is_refused(values):
    refused(changed(CREATED, **values))


@pytest.mark.parametrize("value", [None, "", 7, "a\nb", "x" * 257])
def test_a_validation_without_usable_token_is_refused(value):
    assert "plainToken" in refused(changed(VALIDATION, payload__plainToken=value))


# --- anything ----------------------------------------------------------------------


def parsed_or_refused(body):
    try:
        told = parse(body)
    except NotificationError:
        return
    assert json.loads(json.dumps(told.facts())) == told.facts()
    assert len(told.key) == 64


@settings(max_examples=500)
@given(st.binary())
def test_no_bytes_make_it_fail(body):
    parsed_or_refused(body)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


def places(document, path=()):
    yield path
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*path, name))


@settings(max_examples=1000)
@given(
    st.sampled_from([(s, p) for s in SAMPLES for p in places(s)]),
    values,
)
def test_no_value_in_any_place_makes_it_fail(place, value):
    document, path = place
    body = value if not path else changed(document, **{"__".join(path): value})
    parsed_or_refused(json.dumps(body).encode())


@settings(max_examples=500)
@given(st.sampled_from(SAMPLES), st.data())
def test_no_damage_to_the_text_makes_it_fail(document, data):
    body = bytearray(text(document))
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    parsed_or_refused(bytes(body))
