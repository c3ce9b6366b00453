# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`/_sim`, the thread, the process."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim_case import ANNA, BORIS, CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET
from zoom_simulator import server
from zoom_simulator.running import start
from zoom_simulator.sim_client import SimClient, SimRefused

SOURCE = Path(__file__).parents[1] / "src"


# --- state and calls


def test_the_state_holds_no_secret(anna, sim):
    made = anna.new_meeting()
    state = sim.state()
    text = str(state)
    for secret in (
        anna.access,
        anna.refresh_token,
        CLIENT_SECRET,
        WEBHOOK_SECRET,
        made["start_url"],
    ):
        assert secret not in text
    assert [one["id"] for one in state["meetings"]] == [made["id"]]
    assert state["meetings"][0]["host"] == ANNA
    grant = state["grants"][0]
    assert grant["user"] == ANNA
    assert len(grant["tokens"]["access"]) == len(grant["tokens"]["refresh"]) == 1
    quota = {user["email"]: user["writes_today"] for user in state["users"]}
    assert quota == {ANNA: 1, "clara@zoom.example": 0, BORIS: 0}
    assert state["accounts"][0]["calls_today"]["Light"] == 1


def test_handshakes_are_counted_and_not_calls(zoom, sim):
    before = sim.state()["tls_handshakes"]
    other = SimClient(zoom.https_url, zoom.ca_file)
    counted = [other.state()["tls_handshakes"] for _number in range(3)]
    other.close()
    assert counted == [before + 1] * 3


def test_calls_tell_everything_but_secrets(anna, sim):
    anna.new_meeting(topic="Talk")
    anna.api("GET", "/meetings/12?a=b")
    anna.refresh()
    exchange, create, read, refresh = sim.calls()
    assert (create["method"], create["path"]) == ("POST", "/v2/users/me/meetings")
    assert create["body"]["topic"] == "Talk"
    assert (create["status"], create["user"], create["kind"]) == (201, ANNA, "api")
    assert (create["auth"], create["tls"]) == ("Bearer", "TLSv1.3")
    assert (read["query"], read["status"], read["code"]) == ({"a": "b"}, 404, 3001)
    assert read["token"] == create["token"]
    assert read["tracking_id"].startswith("v=2.0")
    assert (exchange["auth"], exchange["kind"]) == ("Basic", "oauth")
    assert exchange["user"] == refresh["user"] == ANNA
    assert refresh["body"]["refresh_token"].startswith("#")
    assert anna.refresh_token not in str(refresh)


def test_finding_and_clearing_calls(connect, sim):
    connect(ANNA).api("GET", "/users/me")
    connect(BORIS).api("GET", "/users/me")
    assert len(sim.calls(path="/v2/.*")) == 2
    assert len(sim.calls(path="/v2/.*", user=BORIS)) == 1
    assert len(sim.calls(method="post", kind="oauth")) == 2
    last = sim.calls()[-1]
    assert sim.calls(since=last["number"]) == []
    assert sim.calls(since=last["number"] - 1) == [last]
    sim.clear_calls()
    assert sim.calls() == []
    assert sim.state()["calls"] == 0


def test_waiting_for_calls(anna, sim):
    caller = threading.Thread(target=anna.new_meeting)
    caller.start()
    found = sim.wait_for_calls(1, method="POST", path="/v2/.*")
    caller.join()
    assert [call["status"] for call in found] == [201]
    assert sim.wait_for_calls(5, timeout=0.01, path="/v2/.*") == found


# --- reset


def test_reset_forgets_everything(anna, sim, receiver):
    receiver.answers = [500]
    anna.new_meeting()
    sim.webhooks_settled()
    sim.add_user("dora@zoom.example")
    sim.account(ANNA, plan="free")
    sim.app(scopes=["user:read:user"])
    sim.advance_clock(9999)
    sim.fault(preset="500")
    sim.settings(rate_limits=False)
    ids = {user["email"]: user["id"] for user in sim.state()["users"]}
    sim.reset()
    state = sim.state()
    assert state["meetings"] == state["grants"] == sim.deliveries() == []
    assert len(state["users"]) == 3
    assert all(ids[user["email"]] == user["id"] for user in state["users"])
    assert state["accounts"][0]["plan"] == "pro"
    assert "meeting:write:meeting" in state["apps"][0]["scopes"]
    assert state["faults"] == {"rules": [], "fired": {}}
    assert state["settings"]["rate_limits"] is True
    assert anna.api("GET", "/users/me").status_code == 401


# --- the clock


def test_the_clock(sim):
    assert sim.clock(set_to="2030-01-01T00:00:00Z")["now"][:16] == "2030-01-01T00:00"
    assert sim.clock(set_to=1_900_000_000)["unix"] >= 1_900_000_000
    before = sim.clock()["unix"]
    assert sim.advance_clock(3600)["unix"] >= before + 3600
    assert sim.clock(speed=10)["speed"] == 10
    assert sim.clock(reset=True)["speed"] == 1
    for wrong in ({"set_to": "2030-01-01T00:00:00"}, {"set_to": "soon"}, {"speed": 0}):
        with pytest.raises(SimRefused):
            sim.clock(**wrong)


# --- users, accounts, app


def test_adding_users_to_new_and_known_accounts(connect, sim):
    alone = sim.add_user("dora@zoom.example", plan="free")
    assert (alone["type"], alone["plan"]) == (1, "free")
    shared = sim.add_user("emil@zoom.example", account=ANNA, timezone="Asia/Almaty")
    assert (shared["type"], shared["plan"]) == (2, "pro")
    owner = connect(ANNA).api("GET", "/users/me").json()
    assert shared["account_id"] == owner["account_id"] != alone["account_id"]
    assert connect("emil@zoom.example").new_meeting()["timezone"] == "Asia/Almaty"


def test_changing_users_and_accounts(connect, sim):
    sim.user(BORIS, type=2, timezone="UTC")
    sim.account(BORIS, plan="pro", passcode_rules={"length": 8, "have_letter": True})
    boris = connect(BORIS)
    made = boris.new_meeting(
        settings={"auto_recording": "cloud"}, default_password=True
    )
    assert len(made["password"]) == 8
    assert made["timezone"] == "UTC"
    sim.account(BORIS, passcode_rules={"only_allow_numeric": True, "length": 4})
    assert boris.new_meeting(default_password=True)["password"].isdigit()
    sim.account(BORIS, passcode_rules={"have_special_character": True})
    password = boris.new_meeting(default_password=True)["password"]
    assert re.search(r"[@\-_*]", password)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda sim: sim.add_user(""),
        lambda sim: sim.add_user(ANNA),
        lambda sim: sim.add_user("x@x", account="nobody"),
        lambda sim: sim.add_user("x@x", plan="golden"),
        lambda sim: sim.add_user("x@x", colour="red"),
        lambda sim: sim.user("nobody"),
        lambda sim: sim.user(ANNA, plan="pro"),
        lambda sim: sim.user(ANNA, type="2"),
        lambda sim: sim.account(ANNA, plan="golden"),
        lambda sim: sim.account(ANNA, passcode_rules={"length": "8"}),
        lambda sim: sim.app(client_id="nobody", disabled=True),
        lambda sim: sim.app(colour="red"),
        lambda sim: sim.add_app(CLIENT_ID),
        lambda sim: sim.authorize("nobody"),
        lambda sim: sim.send("POST", "authorize", {}),
        lambda sim: sim.set_scopes(ANNA, []),
        lambda sim: sim.settings(colour="red"),
        lambda sim: sim.settings(rate_limits=1),
        lambda sim: sim.settings(latency_s="1"),
        lambda sim: sim.meeting(12),
        lambda sim: sim.meeting("x"),
        lambda sim: sim.send("POST", "clock", []),
        lambda sim: sim.send("GET", "nothing"),
    ],
)
def test_control_requests_that_make_no_sense(sim, wrong):
    with pytest.raises(SimRefused):
        wrong(sim)


def test_the_address_in_the_token_answer_can_be_a_strangers(sim, caller):
    sim.app(api_url="https://evil.example")
    pair = caller.exchange(sim.authorize(ANNA)["code"]).json()
    assert pair["api_url"] == "https://evil.example"


def test_expiring_tokens_and_changing_scopes(anna, sim):
    sim.expire_tokens(ANNA, "access")
    assert anna.api("GET", "/users/me").json()["message"] == "Access token is expired."
    anna.keep(anna.refresh())
    sim.set_scopes(ANNA, ["meeting:write:meeting"])
    assert anna.api("GET", "/users/me").json()["code"] == 4711
    sim.expire_tokens(ANNA, "refresh")
    assert anna.refresh().status_code == 400


def test_authorising_without_a_browser(sim, caller):
    answer = sim.authorize(
        ANNA, state="s", scopes=["user:read:user"], redirect_uri="https://x.example/y"
    )
    assert answer["redirect"] == f"https://x.example/y?code={answer['code']}&state=s"
    exchanged = caller.exchange(answer["code"], redirect_uri="https://x.example/y")
    assert exchanged.json()["scope"] == "user:read:user"


def test_meetings_of_one_user(connect, sim):
    anna, boris = connect(ANNA), connect(BORIS)
    kept, gone = anna.new_meeting(), anna.new_meeting()
    boris.new_meeting()
    anna.api("DELETE", f"/meetings/{gone['id']}")
    assert len(sim.meetings()) == 3
    assert len(sim.meetings(ANNA)) == 2
    assert [one["id"] for one in sim.meetings(ANNA, alive=True)] == [kept["id"]]


# --- the two ports


def test_control_without_tls_is_for_this_machine_only():
    assert server._is_loopback("127.0.0.1")
    assert server._is_loopback("::1")
    assert not server._is_loopback("192.0.2.1")
    assert not server._is_loopback(None)


def test_the_client_works_without_tls_too(zoom, sim):
    plain = SimClient(zoom.http_url)
    assert plain.state()["calls"] == 0
    plain.close()


def test_a_server_that_speaks_tls_1_2_only():
    old = start(tls="1.2", http_port=None)
    assert old.http_url == ""
    assert old.sim.state()["calls"] == 0
    strict = ssl.create_default_context(cafile=old.ca_file)
    strict.minimum_version = ssl.TLSVersion.TLSv1_3
    host, port = old.https_url.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as line:
        with pytest.raises(ssl.SSLError):
            strict.wrap_socket(line, server_hostname=host)
    old.stop()


def test_the_default_refuses_tls_1_2(zoom):
    old = ssl.create_default_context(cafile=zoom.ca_file)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    host, port = zoom.https_url.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as line:
        with pytest.raises(ssl.SSLError):
            old.wrap_socket(line, server_hostname=host)


def test_a_port_that_is_taken(zoom):
    port = int(zoom.https_url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        start(https_port=port)


def test_links_lead_to_the_address_given_for_browsers(tmp_path):
    zoom = start(browser_base="https://zoom.example/", ca_out=tmp_path / "ca.pem")
    made = zoom.sim.create_meeting(ANNA)
    assert made["join_url"] == f"https://zoom.example/j/{made['id']}"
    zoom.stop()
    assert (tmp_path / "ca.pem").exists()


def test_a_temporary_certificate_file_is_cleaned_up():
    zoom = start()
    assert Path(zoom.ca_file).exists()
    zoom.stop()
    assert not Path(zoom.ca_file).exists()


# --- the process


def test_the_process_says_which_port_is_taken(zoom):
    port = zoom.https_url.rsplit(":", 1)[1]
    done = subprocess.run(  # noqa: S603 (our own module)
        [sys.executable, "-m", "zoom_simulator", "--https-port", port],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("zoom_simulator: ")
    assert port in done.stderr


def test_the_process(tmp_path):
    ca_file = tmp_path / "ca.pem"
    command = [sys.executable, "-m", "zoom_simulator", "--demo", "--name", "sim.test"]
    command += ["--ca-out", str(ca_file), "--redirect-uri", "https://x.example/cb"]
    process = subprocess.Popen(  # noqa: S603 (our own module)
        command,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        ready = process.stdout.readline()
        match = re.fullmatch(r"ready https=(https://\S+) http=(http://\S+)\n", ready)
        assert match, ready
        sim = SimClient(match[1], str(ca_file))
        assert sim.state()["apps"][0]["redirect_uris"] == ["https://x.example/cb"]
        sim.close()
        guide = [process.stdout.readline() for _line in range(6)]
        assert match[2] in guide[0]
        assert ANNA in guide[4]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0
