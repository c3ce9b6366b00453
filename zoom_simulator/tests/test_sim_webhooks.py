# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications against a tiny receiver."""

import asyncio
import hashlib
import hmac
import json
import ssl
import threading
import time

import pytest
import trustme

from sim_case import ANNA, BORIS, CLIENT_ID, NEXT_YEAR, WEBHOOK_SECRET, Receiver
from zoom_simulator import webhook_rules
from zoom_simulator.clock import Clock
from zoom_simulator.entities import App
from zoom_simulator.running import start
from zoom_simulator.sim_client import SimRefused
from zoom_simulator.webhooks import Courier

# Zoom: webhooks: the vectors of the fact sheet.
VECTOR_BODY = (
    b'{"event":"app_deauthorized","event_ts":1749365726209,"payload":{"account_id":'
    b'"ACC","client_id":"CID","deauthorization_time":"2025-06-08T06:55:26.209Z",'
    b'"signature":"00ff","user_data_retention":null,"user_id":"UID"}}'
)
VECTOR = "v0=250b8b36d5eafd7acbf4cb81c04c9d6e05c60f202eca9e97d9c6a6b409a90115"


def right_signature(headers, raw, secret=WEBHOOK_SECRET):
    message = f"v0:{headers['x-zm-request-timestamp']}:".encode() + raw
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return f"v0={digest}"


def is_well_signed(headers, raw):
    return headers["x-zm-signature"] == right_signature(headers, raw)


# --- signing


def test_the_signature_vector():
    secret = "test_secret_token"
    assert webhook_rules.signature(VECTOR_BODY, "1749365726", secret) == VECTOR
    assert webhook_rules.compact(json.loads(VECTOR_BODY)) == VECTOR_BODY


def test_the_validation_vector():
    token = webhook_rules.encrypted_token("qgg8vlvZRS6UYooatFL8Aw", "test_secret_token")
    right = "4efea922935c335d972476de138d2208a0d46ab28c79ee592d497a1b216419b8"
    assert token == right


def test_letters_are_sent_as_they_are():
    assert webhook_rules.compact({"topic": "Приём"}) == '{"topic":"Приём"}'.encode()
    assert webhook_rules.compact({"topic": "\ud800"}) == b'{"topic":"?"}'


def test_a_notification_is_signed_over_its_raw_bytes_with_the_real_time(
    anna, sim, receiver
):
    sim.advance_clock(3 * 3600)
    anna.keep(anna.refresh())
    anna.new_meeting(topic="Приём")
    headers, raw = receiver.next()
    assert is_well_signed(headers, raw)
    assert b": " not in raw
    assert "Приём" in raw.decode()
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["user-agent"] == "Zoom Marketplace/1.0a"
    assert headers["clientid"] == CLIENT_ID
    assert abs(int(headers["x-zm-request-timestamp"]) - time.time()) < 60
    assert json.loads(raw)["event_ts"] > (time.time() + 2 * 3600) * 1000


# --- shapes


def test_meeting_created(anna, receiver):
    made = anna.new_meeting(password="secret7", duration=50)
    event = receiver.next_event()
    assert event["event"] == "meeting.created"
    payload = event["payload"]
    assert payload["operator"] == ANNA
    assert payload["operator_id"] == made["host_id"]
    content = payload["object"]
    for name in ("uuid", "id", "host_id", "topic", "type", "start_time", "duration"):
        assert content[name] == made[name], name
    assert content["join_url"] == made["join_url"]
    assert content["password"] == "secret7"
    assert content["creation_source"] == "open_api"
    assert isinstance(content["id"], int)


def test_meeting_updated_holds_only_what_changed(anna, receiver):
    made = anna.new_meeting()
    receiver.next()
    body = {"topic": "New", "duration": 60, "settings": {"mute_upon_entry": True}}
    anna.api("PATCH", f"/meetings/{made['id']}", body)
    payload = receiver.next_event()["payload"]
    assert payload["object"] == {
        "id": made["id"],
        "topic": "New",
        "settings": {"mute_upon_entry": True},
    }
    assert payload["old_object"] == {
        "id": made["id"],
        "topic": "Appointment",
        "settings": {"mute_upon_entry": False},
    }
    assert payload["scope"] == "all"
    assert isinstance(payload["time_stamp"], int)


def test_an_update_that_changes_nothing_is_not_told(anna, sim, receiver):
    made = anna.new_meeting()
    anna.api("PATCH", f"/meetings/{made['id']}", {"start_time": "2020-01-01T00:00:00Z"})
    sim.webhooks_settled()
    assert [d["event"] for d in sim.deliveries()] == ["meeting.created"]


def test_meeting_deleted_only_for_hosts_who_pay(connect, sim, receiver):
    for user in (ANNA, BORIS):
        someone = connect(user)
        someone.api("DELETE", f"/meetings/{someone.new_meeting()['id']}")
    sim.webhooks_settled()
    deleted = sim.deliveries("meeting.deleted")
    assert [d["body"]["payload"]["operator"] for d in deleted] == [ANNA]
    assert isinstance(deleted[0]["body"]["payload"]["object"]["id"], int)


def test_started_and_ended_have_the_id_as_text(anna, sim, receiver):
    made = anna.new_meeting(duration=50)
    receiver.next()
    sim.start_meeting(made["id"])
    started = receiver.next_event()
    sim.end_meeting(made["id"])
    ended = receiver.next_event()
    assert (started["event"], ended["event"]) == ("meeting.started", "meeting.ended")
    for event in (started, ended):
        content = event["payload"]["object"]
        assert content["id"] == str(made["id"])
        assert content["uuid"] == made["uuid"]
        assert content["duration"] == 50
        assert content["start_time"] != made["start_time"]
        assert "operator" not in event["payload"]
    assert "end_time" in ended["payload"]["object"]
    assert "end_time" not in started["payload"]["object"]


def test_recovered(anna, sim, receiver):
    made = anna.new_meeting()
    sim.delete_meeting(made["id"])
    sim.send("POST", f"meetings/{made['id']}/recover")
    sim.webhooks_settled()
    events = [d["event"] for d in sim.deliveries()]
    assert events == ["meeting.created", "meeting.deleted", "meeting.recovered"]


def test_what_the_host_does_at_zoom_is_told_too(anna, sim, receiver):
    made = sim.create_meeting(ANNA, topic="Mine", start_time=NEXT_YEAR)
    assert receiver.next_event()["payload"]["object"]["creation_source"] == "web_portal"
    sim.update_meeting(made["id"], start_time="2036-12-02T14:00:00Z")
    changed = receiver.next_event()["payload"]
    assert changed["object"]["start_time"] == "2036-12-02T14:00:00Z"
    assert changed["old_object"]["start_time"] == NEXT_YEAR
    sim.delete_meeting(made["id"])
    assert receiver.next_event()["event"] == "meeting.deleted"


# --- deauthorisation


@pytest.mark.parametrize("how", ["revoke", "remove"])
def test_app_deauthorized(anna, sim, receiver, how):
    user = anna.api("GET", "/users/me").json()
    if how == "revoke":
        auth = (CLIENT_ID, "canary-client-secret-5b1f0c")
        form = {"token": anna.access}
        assert anna.call("POST", "/oauth/revoke", data=form, auth=auth).ok
    else:
        assert sim.remove_app(ANNA) is True
        assert sim.remove_app(ANNA) is False
    headers, raw = receiver.next()
    assert is_well_signed(headers, raw)
    event = json.loads(raw)
    assert event["event"] == "app_deauthorized"
    payload = event["payload"]
    assert list(payload) == sorted(payload)
    assert payload["user_id"] == user["id"]
    assert payload["account_id"] == user["account_id"]
    assert payload["client_id"] == CLIENT_ID
    assert payload["user_data_retention"] is None
    assert payload["deauthorization_time"].endswith("Z")
    assert isinstance(event["event_ts"], int)


def test_a_private_app_is_not_told_of_its_removal(anna, sim, receiver):
    sim.app(published=False)
    sim.remove_app(ANNA)
    anna.api("GET", "/users/me")
    sim.webhooks_settled()
    assert sim.deliveries() == []


def test_removal_without_a_notification_and_a_notification_without_removal(
    anna, sim, receiver
):
    sim.deauthorize(ANNA)
    assert receiver.next_event()["event"] == "app_deauthorized"
    assert anna.api("GET", "/users/me").status_code == 200
    sim.remove_app(ANNA, tell=False)
    sim.webhooks_settled()
    assert len(sim.deliveries()) == 1
    assert anna.api("GET", "/users/me").status_code == 401


def test_deauthorisations_can_have_their_own_address(anna, sim, receiver):
    sim.app(deauthorization_url=receiver.url + "/gone")
    sim.remove_app(ANNA)
    assert receiver.next_event()["event"] == "app_deauthorized"


# --- who is told


def test_only_users_who_added_the_app_are_told_about(anna, sim, receiver):
    sim.create_meeting(BORIS, start_time=NEXT_YEAR)
    sim.remove_app(ANNA, tell=False)
    sim.create_meeting(ANNA, start_time=NEXT_YEAR)
    sim.webhooks_settled()
    assert sim.deliveries() == []


def test_only_subscribed_events_are_sent(anna, sim, receiver):
    sim.app(events=["meeting.deleted"])
    anna.api("DELETE", f"/meetings/{anna.new_meeting()['id']}")
    sim.webhooks_settled()
    assert [d["event"] for d in sim.deliveries()] == ["meeting.deleted"]


def test_nothing_is_sent_without_an_address(anna, sim):
    anna.new_meeting()
    assert sim.deliveries() == []


# --- retries


@pytest.mark.parametrize("status", [200, 204])
def test_success(anna, sim, receiver, status):
    receiver.answers = [status]
    anna.new_meeting()
    assert sim.webhooks_settled()["delivered"] == 1


@pytest.mark.parametrize("status", [201, 301, 302, 400, 401, 404, 429])
def test_no_retry_below_500(anna, sim, receiver, status):
    receiver.answers = [status]
    anna.new_meeting()
    assert sim.webhooks_settled()["failed"] == 1
    sim.advance_clock(2 * 3600)
    assert sim.webhooks_settled()["failed"] == 1
    assert receiver.received.qsize() == 1


@pytest.mark.parametrize("failure", [500, 503, None])
def test_retries_after_5_20_and_60_minutes(anna, sim, receiver, failure):
    receiver.answers = [failure] * 4
    anna.new_meeting()
    first = receiver.next()
    for minutes in (5, 20, 60):
        assert sim.webhooks_settled() == settled(pending=1)
        sim.advance_clock(minutes * 60 - 5)
        assert sim.webhooks_settled() == settled(pending=1)
        assert receiver.received.empty()
        sim.advance_clock(6)
        headers, raw = receiver.next()
        assert raw == first[1]
        assert is_well_signed(headers, raw)
    assert sim.webhooks_settled() == settled(failed=1)
    attempts = sim.deliveries()[0]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [failure] * 4


def settled(**counts):
    nothing = {"pending": 0, "delivered": 0, "failed": 0, "lost": 0}
    return {"settled": True} | nothing | counts


def test_any_2xx_will_do_for_a_retry(anna, sim, receiver):
    receiver.answers = [500, 202]
    anna.new_meeting()
    sim.webhooks_settled()
    sim.advance_clock(301)
    assert sim.webhooks_settled() == settled(delivered=1)


def test_a_fast_clock_makes_retries_fast(anna, sim, receiver):
    receiver.answers = [500, 500]
    sim.clock(speed=36_000)
    sim.create_meeting(ANNA)  # not by the API: tokens are old in a moment
    for _attempt in range(3):
        receiver.next()
    assert sim.webhooks_settled()["settled"]


def test_a_receiver_that_is_down(anna, sim):
    sim.app(webhook_url="http://127.0.0.1:9/webhook")
    anna.new_meeting()
    assert sim.webhooks_settled() == settled(pending=1)
    attempt = sim.deliveries()[0]["attempts"][0]
    assert attempt["status"] is None
    assert attempt["error"] == "ClientConnectorError"


def test_no_answer_in_time_is_a_failure():
    receiver = Receiver()
    receiver.hold.clear()
    app = App("cid", "s", [], [], "w")

    async def attempt():
        trust = ssl.create_default_context()
        courier = Courier(Clock(), trust, answer_within_s=0.05)
        courier.send(app, receiver.url, {"event": "x", "event_ts": 1})
        settled_in_time = await courier.settled(10)
        found = courier.deliveries()[0]
        await courier.close()
        return settled_in_time, found

    settled_in_time, delivery = asyncio.run(attempt())
    receiver.close()
    assert settled_in_time
    assert delivery["state"] == "pending"
    assert delivery["attempts"][0]["status"] is None
    assert webhook_rules.ANSWER_WITHIN_S == 3


def test_settling_gives_up_in_the_end(anna, sim, receiver):
    sim.weather(held=True)
    anna.new_meeting()
    assert sim.webhooks_settled(timeout_s=0.01)["settled"] is False
    assert receiver.received.empty()
    sim.weather(held=False)
    assert sim.webhooks_settled() == settled(delivered=1)


# --- weather


def test_notifications_can_be_lost_or_doubled(anna, sim, receiver):
    sim.weather(lost_percent=100, seed=1)
    anna.new_meeting()
    assert sim.webhooks_settled() == settled(lost=1)
    sim.weather(lost_percent=0, twice_percent=100, max_delay_s=0.01)
    anna.new_meeting()
    assert sim.webhooks_settled() == settled(lost=1, delivered=2)
    (_headers, one), (_headers, other) = receiver.next(), receiver.next()
    assert one == other
    with pytest.raises(SimRefused):
        sim.weather(rain=1)


# --- validation


class Validator:
    """Answers the challenge as `spoil` leaves it."""

    def __init__(self, receiver, spoil):
        self._receiver = receiver
        self._spoil = spoil
        self._thread = threading.Thread(target=self._answer)
        receiver.hold.clear()
        self._thread.start()

    def _answer(self):
        event = self._receiver.next_event()
        plain = event["payload"]["plainToken"]
        secret = WEBHOOK_SECRET.encode()
        digest = hmac.new(secret, plain.encode(), hashlib.sha256).hexdigest()
        answer = self._spoil({"plainToken": plain, "encryptedToken": digest})
        self._receiver.body = json.dumps(answer).encode()
        self._receiver.hold.set()

    def join(self):
        self._thread.join()


@pytest.mark.parametrize(
    ("spoil", "valid"),
    [
        (lambda right: right, True),
        (lambda right: right | {"encryptedToken": "00"}, False),
        (lambda right: right | {"encryptedToken": "ü"}, False),
        (lambda right: right | {"plainToken": "other"}, False),
        (lambda right: {}, False),
        (lambda right: [], False),
    ],
)
def test_url_validation(sim, receiver, spoil, valid):
    validator = Validator(receiver, spoil)
    result = sim.validate_webhook()
    validator.join()
    assert (result["valid"], result["status"]) == (valid, 200)


def test_validation_needs_200_and_an_address(sim, receiver):
    receiver.answers = [204]
    assert sim.validate_webhook() == {
        "valid": False,
        "status": 204,
        "error": "status 204",
    }
    sim.app(webhook_url="http://127.0.0.1:9/")
    assert sim.validate_webhook()["error"] == "ClientConnectorError"
    sim.app(webhook_url="")
    with pytest.raises(SimRefused):
        sim.validate_webhook()


def test_six_failed_validations_disable_the_subscription(anna, sim, receiver):
    receiver.answers = [500] * 6
    for _attempt in range(6):
        sim.validate_webhook()
    anna.new_meeting()
    assert sim.deliveries() == []
    for _attempt in range(6):
        receiver.next()
    validator = Validator(receiver, lambda right: right)
    assert sim.validate_webhook()["valid"]
    validator.join()
    anna.new_meeting()
    assert sim.webhooks_settled()["delivered"] == 1


def test_the_endpoint_is_validated_at_the_start_and_every_72_hours():
    receiver = Receiver()
    zoom = start(webhook_url=receiver.url, http_port=None)
    assert receiver.next_event()["event"] == "endpoint.url_validation"
    zoom.sim.advance_clock(73 * 3600)
    event = receiver.next_event()
    assert list(event) == ["payload", "event_ts", "event"]
    zoom.stop()
    receiver.close()


def test_a_receiver_with_tls(tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    receiver = Receiver(tls=context)
    for trust, status in ((ca_file, 200), (None, None)):
        zoom = start(webhook_ca=trust, http_port=None)
        fired = zoom.sim.fire(url=receiver.url, event="x")
        assert fired["status"] == status
        zoom.stop()
    assert fired["error"] == "ClientConnectorCertificateError"
    receiver.close()


# --- invented notifications


def test_firing_any_notification(sim, receiver):
    receiver.answers = [401]
    fired = sim.fire(event="meeting.deleted", payload={"a": 1}, event_ts=5)
    assert fired == {"status": 401, "answer": "{}", "error": None}
    headers, raw = receiver.next()
    assert raw == b'{"event":"meeting.deleted","event_ts":5,"payload":{"a":1}}'
    assert is_well_signed(headers, raw)
    assert sim.deliveries() == []


def test_firing_what_zoom_would_never_send(sim, receiver):
    sim.fire(body="{not json", secret="another", at=1000)
    headers, raw = receiver.next()
    assert raw == b"{not json"
    assert headers["x-zm-request-timestamp"] == "1000"
    assert headers["x-zm-signature"] == right_signature(headers, raw, "another")
    sim.fire(event="x", headers={"X-Zm-Signature": None, "x-other": 7})
    headers, _raw = receiver.next()
    assert "x-zm-signature" not in headers
    assert headers["x-other"] == "7"
    sim.fire(body={"event": "y"})
    assert receiver.next_event() == {"event": "y"}


def test_firing_into_the_void(sim):
    with pytest.raises(SimRefused):
        sim.fire(event="x")
    fired = sim.fire(event="x", url="http://127.0.0.1:9/")
    assert fired == {"status": None, "error": "ClientConnectorError"}
