# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import heapq
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services import pacing
from psynamica_zoom.services.pacing import PacedTransport, Pacer, Slots
from psynamica_zoom.zoom_api import errors

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=timezone.utc)
FAST = 1000.0  # how many of Zoom's seconds pass in one of the test's


def test_zooms_own_numbers_are_not_exceeded():
    # Zoom: rate limits page: light and medium calls per second, by plan.
    for tier, (light, medium) in {"free": (4, 2), "paid": (30, 20)}.items():
        fast = pacing.PER_SECOND[tier]
        slow = pacing.PER_SECOND[pacing.patient(tier)]
        # Three processes may ask: the delivery, the inbox and the comparison, which
        # alone of the patient ones lists meetings.
        assert fast[pacing.LIGHT] + 2 * slow[pacing.LIGHT] <= light
        assert fast[pacing.MEDIUM] + slow[pacing.MEDIUM] <= medium
        alone = pacing.PER_SECOND[pacing.patient(tier, is_idle=True)]
        assert 2 * alone[pacing.LIGHT] <= light
        assert alone[pacing.MEDIUM] <= medium


@pytest.mark.parametrize(
    ("plans", "tier"),
    [
        (["licensed"], "paid"),
        (["basic", "licensed"], "paid"),
        (["basic"], "free"),
        (["unknown"], "free"),
        (["unassigned", False], "free"),
        ([], "free"),
    ],
)
def test_a_licence_tells_that_the_account_is_paid(plans, tier):
    assert pacing.tier(plans) == tier


def test_labels_and_changes_of_each_call():
    meetings, one = "/users/me/meetings", "/meetings/%s"
    assert pacing.labels_of(meetings) == ("light", "medium")
    assert pacing.labels_of(one) == pacing.labels_of("/users/me") == ("light",)
    changes = [
        (method, route)
        for method in ("GET", "POST", "PATCH", "DELETE")
        for route in (meetings, one, "/users/me")
        if pacing.is_change(method, route) and (method, route) != ("PATCH", "/users/me")
    ]
    assert changes == [("POST", meetings), ("PATCH", one)]


JOURNEYS = st.lists(
    st.tuples(
        st.floats(0, 0.5),  # after the one before
        st.floats(0, 5),  # longer than the fastest needs to reach Zoom
        st.floats(0, 5),  # longer than the fastest answer needs
    ),
    max_size=60,
)


def arrivals_at_zoom(slots, now, journeys, there_s=0.0, back_s=0.0):
    """Return when each journey reaches Zoom, begun as soon as the slots allow it.

    :param there_s: what the fastest needs to reach Zoom
    :param back_s: what the fastest answer needs
    """
    arrivals, answers = [], []
    for gap, there, back in journeys:
        now += gap
        while wait := slots.wait_s(now):
            # As a thread does: until a slot has cooled or an answer comes.
            moment = min([now + wait, *(answer for answer, _sent in answers[:1])])
            if answers and answers[0][0] <= moment:
                answer, sent = heapq.heappop(answers)
                moment = max(now, answer)
                slots.give_back(sent, moment)
            now = moment
        slots.take()
        arrivals.append(now + there_s + there)
        answer = arrivals[-1] + back + back_s
        heapq.heappush(answers, (answer, now))
        while answers and answers[0][0] <= now:
            answer, sent = heapq.heappop(answers)
            slots.give_back(sent, answer)
    return sorted(arrivals)


def assert_within_limit(arrivals, limit):
    for first, late in zip(arrivals, arrivals[limit:], strict=False):
        assert late - first >= pacing.WINDOW_S - 1e-9


@given(st.integers(1, 5), JOURNEYS)
def test_no_window_at_zoom_has_more_requests_than_slots(limit, journeys):
    unknown = journeys[: pacing.LEARNED_FROM - 1]
    assert_within_limit(arrivals_at_zoom(Slots(limit), 0.0, unknown), limit)


@given(st.integers(1, 5), JOURNEYS, st.floats(0, 3), st.floats(0, 3))
def test_nor_once_the_fastest_way_is_known(limit, journeys, there_s, back_s):
    slots, now = Slots(limit), 0.0
    for _number in range(pacing.LEARNED_FROM):
        slots.take()
        slots.give_back(now, now + there_s + back_s)
        now += there_s + back_s + pacing.WINDOW_S
    arrivals = arrivals_at_zoom(slots, now, journeys, there_s, back_s)
    assert_within_limit(arrivals, limit)


def test_a_long_way_to_zoom_costs_no_speed_once_it_is_known():
    slots, now = Slots(4), 0.0
    for _number in range(pacing.LEARNED_FROM):
        slots.take()
        slots.give_back(now, now + 0.5)
        now += 1.5
    begun = []
    for _number in range(8):
        now += slots.wait_s(now)
        slots.take()
        slots.give_back(now, now + 0.5)
        begun.append(now)
        now += 0.01
    assert begun[4] - begun[0] == pytest.approx(pacing.WINDOW_S)


def test_a_slot_on_its_way_is_not_known_to_come_back():
    slots = Slots(1)
    slots.take()
    assert slots.wait_s(100) == float("inf")
    slots.give_back(99, 100)
    assert slots.wait_s(100.5) == pytest.approx(pacing.WINDOW_S - 0.5)
    assert slots.wait_s(100 + pacing.WINDOW_S) == 0


def test_a_slot_is_not_used_again_before_its_answer():
    slots = Slots(1)
    for _number in range(pacing.LEARNED_FROM):
        slots.take()
        slots.give_back(0, 5)
    assert slots.wait_s(100) == 0
    slots.take()
    assert slots.wait_s(104) == float("inf")
    slots.give_back(100, 105)
    assert slots.wait_s(105) == 0


class Answering:
    """Stands for a transport; notes when it was asked."""

    endpoint = "here"

    def __init__(self, now, error=None):
        self.now, self.error, self.asked = now, error, []

    def call(self, method, route, **request):
        self.asked.append((self.now(), method, route, request))
        if self.error:
            raise self.error
        return self

    body = {"id": 1}


def in_threads(work, count):
    threads = [threading.Thread(target=work) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_share_the_slots_of_an_account():
    pacer = Pacer(FAST)
    transport = Answering(pacer.now)

    def ask():
        for _number in range(5):
            paced = PacedTransport(transport, pacer, "account/1", "free")
            paced.call("POST", pacing.COLLECTION, token="t")

    in_threads(ask, 4)
    moments = sorted(moment for moment, *_rest in transport.asked)
    assert len(moments) == 20
    limit = pacing.PER_SECOND["free"][pacing.MEDIUM]
    for first, late in zip(moments, moments[limit:], strict=False):
        assert late - first >= pacing.WINDOW_S


def test_accounts_do_not_wait_for_each_other():
    pacer = Pacer(clock=lambda: 0.0)
    transport = Answering(pacer.now)
    for key in ("account/1", "account/2"):
        PacedTransport(transport, pacer, key, "paid").call("GET", "/meetings/%s")
        PacedTransport(transport, pacer, key, "paid").call("GET", pacing.COLLECTION)
    assert len(transport.asked) == 4
    assert pacer.waits() == {}


def test_an_account_that_must_wait_is_named():
    pacer = Pacer(clock=lambda: 0.0)
    paced = PacedTransport(Answering(pacer.now), pacer, "account/1", "free")
    for _number in range(pacing.PER_SECOND["free"][pacing.MEDIUM]):
        paced.call("GET", pacing.COLLECTION)
    assert pacer.waits() == {"account/1": pacing.WINDOW_S}


def test_whoever_waits_too_long_gives_up_without_asking():
    moments = iter([0.0, 0.0, *[100.0] * 10])
    pacer = Pacer(clock=lambda: next(moments))
    slots = pacer._slots_of("account/1", "free", pacing.LIGHT)
    for _number in range(slots.limit):
        slots.take()
    transport = Answering(pacer.now)
    paced = PacedTransport(transport, pacer, "account/1", "free")
    with pytest.raises(errors.ZoomRateLimited) as caught:
        paced.call("PATCH", "/meetings/%s")
    assert (transport.asked, paced.changes) == ([], 0)
    assert caught.value.status is None


def test_a_failed_call_gives_its_slot_back():
    pacer = Pacer(FAST)
    broken = Answering(pacer.now, errors.ZoomServerError("GET /x", status=500))
    for _number in range(10):
        with pytest.raises(errors.ZoomServerError):
            PacedTransport(broken, pacer, "account/1", "free").call("GET", "/users/me")
    assert len(broken.asked) == 10


def test_changes_are_counted_unless_they_never_left():
    pacer = Pacer(FAST)

    def changes(method, route, error=None):
        paced = PacedTransport(Answering(pacer.now, error), pacer, "a", "paid")
        try:
            paced.call(method, route)
        except errors.ZoomError as raised:
            assert raised is error  # noqa: PT017
        return paced.changes

    assert changes("POST", pacing.COLLECTION) == 1
    assert changes("PATCH", "/meetings/%s") == 1
    assert changes("GET", "/meetings/%s") == 0
    assert changes("DELETE", "/meetings/%s") == 0
    lost = errors.ZoomUnreachable("POST /x", ambiguous=True)
    assert changes("POST", pacing.COLLECTION, lost) == 1
    unsent = errors.ZoomUnreachable("POST /x", ambiguous=False)
    assert changes("POST", pacing.COLLECTION, unsent) == 0
    assert changes("GET", "/meetings/%s", unsent) == 0


def test_a_paced_transport_is_a_transport():
    pacer = Pacer(FAST)
    transport = Answering(pacer.now)
    paced = PacedTransport(transport, pacer, "account/1", "paid")
    assert paced.api("GET", "/meetings/%s", token="t", ids=("1",)) == {"id": 1}
    assert transport.asked[0][1:] == (
        "GET",
        "/meetings/%s",
        {"token": "t", "ids": ("1",)},
    )
    assert paced.endpoint == "here"


def test_an_account_is_warm_until_its_slots_are_free_again():
    moment = [0.0]
    pacer = Pacer(clock=lambda: moment[0])
    assert pacer.warm() == set()
    with pacer.turn("account/1", "paid", (pacing.LIGHT,)):
        assert pacer.warm() == {"account/1"}
    assert pacer.warm() == {"account/1"}
    assert pacer.waits() == {}  # it may be asked all the same, here
    moment[0] = pacing.WINDOW_S
    assert pacer.warm() == set()


# The day


@given(st.integers(0, 300), st.integers(-48, 2000))
def test_far_sessions_leave_the_reserve_and_soon_ones_use_it(used, hours):
    start = NOW + timedelta(hours=hours)
    allowed = pacing.may_change(used, start, NOW)
    if hours < 48:
        assert allowed == (used < 100)
    else:
        assert allowed == (used < 80)


def test_a_meeting_without_a_session_is_not_made_to_wait():
    assert pacing.may_change(99, None, NOW)
    assert not pacing.may_change(100, None, NOW)
