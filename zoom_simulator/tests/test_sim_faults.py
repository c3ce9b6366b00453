# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Faults: each kind on the wire, the choice of calls, the dice."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sim_case import ANNA, BORIS, NEXT_YEAR
from zoom_simulator.faults import PRESET_NAMES, Fault, Faults, preset
from zoom_simulator.sim_client import SimRefused

POST_MEETING = {"method": "POST", "path": "/v2/users/me/meetings"}
BODY = {"topic": "Appointment", "start_time": NEXT_YEAR}


def create(someone):
    return someone.api("POST", "/users/me/meetings", BODY)


# --- on the wire


def test_a_status_with_headers_and_json_instead_of_the_work(anna, sim):
    sim.fault(**POST_MEETING, status=503, headers={"Retry-After": "7"}, json={"a": 1})
    answer = create(anna)
    assert (answer.status_code, answer.json()) == (503, {"a": 1})
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["x-zm-trackingid"]
    assert sim.meetings() == []
    assert create(anna).status_code == 201


def test_the_work_can_be_done_all_the_same(anna, sim):
    sim.fault(**POST_MEETING, preset="500_after")
    assert create(anna).status_code == 500
    assert len(sim.meetings()) == 1


@pytest.mark.parametrize(("cut", "made"), [("before", 0), ("after", 1), ("during", 1)])
def test_cut_connections(anna, sim, cut, made):
    sim.fault(**POST_MEETING, cut=cut)
    with pytest.raises(
        (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        create(anna)
    assert len(sim.meetings()) == made
    call = sim.calls(**POST_MEETING)[-1]
    assert call["fault"] == "custom"
    assert call["status"] == (201 if cut == "during" else None)


@pytest.mark.parametrize(("after", "made"), [(False, 0), (True, 1)])
def test_a_call_can_be_held(anna, sim, after, made):
    sim.fault(**POST_MEETING, hold=True, after=after)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(create, anna)
        assert sim.wait_for_held() == 1
        assert len(sim.meetings()) == made
        sim.release()
        assert answer.result().status_code == 201
    assert len(sim.meetings()) == 1
    assert sim.wait_for_held(timeout=0) == 0


def test_held_calls_go_on_in_order(anna, connect, sim):
    boris = connect(BORIS)
    sim.fault(**POST_MEETING, hold=True, times=2)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(create, anna)
        sim.wait_for_held(1)
        second = pool.submit(create, boris)
        assert sim.wait_for_held(2) == 2
        sim.release(1)
        assert first.result().status_code == 201
        assert sim.wait_for_held(0) == 1
        sim.release()
        assert second.result().status_code == 201


def test_nothing_is_held_after_a_reset(anna, sim):
    sim.fault(**POST_MEETING, hold=True, cut="before")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(create, anna)
        sim.wait_for_held()
        sim.reset()
        assert isinstance(answer.exception(), requests.ConnectionError)


def test_a_token_answer_can_be_lost(anna, sim):
    sim.fault(path="/oauth/token", preset="cut_after")
    with pytest.raises(requests.ConnectionError):
        anna.refresh()
    assert anna.refresh().json()["error"] == "invalid_grant"


def test_xml_garbage_and_empty_bodies(anna, sim):
    sim.fault(preset="xml")
    answer = create(anna)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert answer.text.startswith("<?xml")
    sim.fault(preset="garbage")
    answer = create(anna)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    sim.fault(preset="empty")
    assert create(anna).content == b""


def test_missing_headers(anna, sim):
    sim.fault(preset="no_headers")
    answer = anna.api("GET", "/users/me")
    assert answer.status_code == 200
    for name in ("Content-Type", "x-zm-trackingid", "Date"):
        assert name not in answer.headers
    assert "Content-Type" in anna.api("GET", "/users/me").headers


@pytest.mark.parametrize("after", [False, True])
def test_a_slow_answer_is_given_up_by_the_client(anna, sim, after):
    sim.fault(**POST_MEETING, delay_s=30, after=after)
    with pytest.raises(requests.ReadTimeout):
        anna.call(
            "POST",
            "/v2/users/me/meetings",
            json=BODY,
            headers={"Authorization": f"Bearer {anna.access}"},
            timeout=0.5,
        )
    assert len(sim.meetings()) == int(after)


def test_a_delay_leaves_the_answer_alone(anna, sim):
    sim.fault(preset="slow", delay_s=0.01)
    assert create(anna).status_code == 201
    assert sim.calls(**POST_MEETING)[-1]["fault"] == "slow"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("429_second", "X-RateLimit-Reset"),
        ("429_day", "Retry-After"),
        ("429_seconds", "Retry-After"),
        ("429_writes", "X-RateLimit-Remaining"),
        ("429_concurrent", "x-zm-trackingid"),
    ],
)
def test_all_kinds_of_429(anna, sim, name, header):
    sim.fault(preset=name)
    answer = create(anna)
    assert (answer.status_code, answer.json()["code"]) == (429, 429)
    assert header in answer.headers


def test_latency_holds_for_api_and_token_calls(anna, sim):
    sim.latency(0.01, 0.01)
    create(anna)
    anna.refresh()
    assert all(call["ms"] >= 10 for call in sim.calls()[-2:])
    sim.latency(0)
    assert sim.state()["settings"]["latency_s"] == 0


def test_pages_and_control_have_no_faults(caller, sim):
    sim.fault(preset="500", times=None)
    assert caller.call("GET", "/").status_code == 200
    assert sim.state()["faults"]["fired"] == {}


# --- which calls


def test_method_path_user_and_number(connect, sim):
    anna, boris = connect(ANNA), connect(BORIS)
    sim.fault(method="get", path="/v2/users/.*", user=ANNA, times=2, preset="500")
    assert create(anna).status_code == 201
    assert boris.api("GET", "/users/me").status_code == 200
    codes = [anna.api("GET", "/users/me").status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    assert sim.faults() == {"rules": [], "fired": {"500": 2}}


def test_rules_queue_up_in_order(anna, sim):
    sim.fault(preset="500")
    sim.fault(preset="503")
    codes = [anna.api("GET", "/users/me").status_code for _ in range(3)]
    assert codes == [500, 503, 200]


def test_clearing(anna, sim):
    sim.fault(preset="500", times=None)
    assert create(anna).status_code == 500
    sim.clear_faults()
    assert create(anna).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"preset": "nonsense"},
        {"mix": ["500", "nonsense"]},
        {"cut": "sometimes"},
        {"status": "500"},
        {"headers": []},
        {"delay_s": "1"},
        {"path": "(", "preset": "500"},
        {"unknown": 1},
    ],
)
def test_faults_that_make_no_sense_are_refused(sim, wrong):
    with pytest.raises(SimRefused):
        sim.fault(**wrong)


# --- dice


def chosen(seed, percent=20.0, calls=2000):
    faults = Faults()
    faults.add({"percent": percent, "seed": seed, "mix": ["500", "cut_after"]}, 0.0)
    picked = [faults.pick("GET", "/v2/x", None, 0.0) for _ in range(calls)]
    return [fault.name if fault else None for fault in picked]


def test_a_percentage_with_a_seed_can_be_repeated():
    assert chosen(1) == chosen(1)
    assert chosen(1) != chosen(2)
    share = sum(name is not None for name in chosen(1)) / 2000
    assert 0.15 < share < 0.25
    assert {name for name in chosen(1) if name} == {"500", "cut_after"}


def test_a_percentage_ends_after_its_times():
    faults = Faults()
    faults.add({"percent": 100, "times": 2, "preset": "500"}, 0.0)
    picked = [faults.pick("GET", "/", None, 0.0) for _ in range(3)]
    assert [bool(fault) for fault in picked] == [True, True, False]


def test_a_mix_may_hold_a_fault_of_ones_own():
    faults = Faults()
    wanted = {"percent": 100, "seed": 3, "mix": ["500"], "name": "own", "status": 418}
    rule = faults.add(wanted, 0.0)
    assert rule["mix"] == ["500", "own"]
    names = {faults.pick("GET", "/", None, 0.0).name for _ in range(50)}
    assert names == {"500", "own"}


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_every_preset_does_something(name):
    assert preset(name, 0.0) != Fault(name=name)
