# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pages: the host's, the lobby, without TLS and with."""

import re
from html import unescape

import pytest

from sim_case import ANNA, BORIS, NEXT_YEAR


@pytest.fixture
def browse(caller, zoom):
    """Returns a function that opens a page of the port without TLS."""

    def opened(path, form=None, method=None):
        url = path if path.startswith("http") else zoom.http_url + path
        return caller.call(
            method or ("GET" if form is None else "POST"), url, data=form
        )

    return opened


def test_the_index_leads_everywhere(browse):
    page = browse("/")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'name="viewport"' in page.text
    for path in re.findall(r'href="(/[^"]*)"', page.text):
        assert browse(path).status_code == 200, path


def test_the_api_is_not_there_without_tls(browse, zoom):
    for path in ("/v2/users/me", "/oauth/token", "/oauth/revoke"):
        assert browse(path, {"a": "b"}).status_code == 404
    assert browse("/_sim/state").status_code == 200


# --- meetings


def test_a_host_sees_meetings_in_their_zone(browse, anna):
    made = anna.new_meeting(
        topic="<i>Talk</i>", timezone="Europe/Moscow", password="secret7"
    )
    text = unescape(browse("/meetings").text)
    assert "Meetings of Anna Berg" in text
    assert "<i>Talk</i>" in text
    assert "&lt;i&gt;Talk" in browse("/meetings").text
    assert "Monday, 1 December 2036, 17:00 (Europe/Moscow)" in text
    assert "secret7" in text
    assert str(made["id"]) in text
    assert "No meetings." in browse(f"/meetings?user={BORIS}").text
    assert browse("/meetings?user=nobody").status_code == 404


def test_editing_deleting_starting_and_ending(browse, anna, sim, receiver):
    made = anna.new_meeting(timezone="Europe/Berlin")
    action = f"/meetings/{made['id']}"
    form = {"topic": "Moved", "start": "2036-12-02T09:30", "duration": "25"}
    answer = browse(f"{action}/save", form)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/meetings?user=anna%40zoom.example",
    )
    found = sim.meeting(made["id"])
    assert (found["topic"], found["duration"]) == ("Moved", 25)
    assert found["start_time"] == "2036-12-02T08:30:00Z"
    browse(f"{action}/start", {})
    assert "in progress" in browse("/meetings").text
    refused = browse(f"{action}/delete", {})
    assert (refused.status_code, "3,002" in refused.text) == (400, True)
    browse(f"{action}/end", {})
    browse(f"{action}/delete", {})
    assert sim.meeting(made["id"])["deleted_at"]
    assert "3,001" in browse(f"{action}/delete", {}).text
    sim.webhooks_settled()
    assert {delivery["event"] for delivery in sim.deliveries()} == {
        f"meeting.{what}"
        for what in ("created", "updated", "started", "ended", "deleted")
    }


def test_a_form_may_be_nearly_empty_or_wrong(browse, anna, sim):
    made = anna.new_meeting()
    action = f"/meetings/{made['id']}/save"
    browse(action, {"start": "2036-12-02T09:30:15", "duration": "x"})
    assert sim.meeting(made["id"])["duration"] == made["duration"]
    assert browse(action, {"duration": "9999"}).status_code == 400


def test_a_basic_host_runs_one_meeting_a_licensed_one_two(browse, connect):
    for user, most in ((BORIS, 1), (ANNA, 2)):
        someone = connect(user)
        numbers = [someone.new_meeting()["id"] for _ in range(most + 1)]
        answers = [browse(f"/meetings/{number}/start", {}) for number in numbers]
        codes = [answer.status_code for answer in answers]
        assert codes == [303] * most + [400]
        assert browse(f"/meetings/{numbers[0]}/start", {}).status_code == 303


# --- installed apps


def test_removing_an_app(browse, anna, sim, receiver):
    page = browse(f"/installed?user={ANNA}")
    assert "meeting:write:meeting" in page.text
    names = ("user", "client_id")
    form = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]
        for name in names
    }
    assert browse("/installed/remove", form).status_code == 303
    assert receiver.next_event()["event"] == "app_deauthorized"
    assert anna.api("GET", "/users/me").status_code == 401
    assert "No apps are installed." in browse(f"/installed?user={ANNA}").text


def test_wrong_users_and_apps(browse, anna):
    assert browse("/installed?user=nobody").status_code == 404
    for form in ({}, {"user": ANNA, "client_id": "nobody"}):
        assert browse("/installed/remove", form).status_code == 404


# --- the lobby


def test_a_guest_opens_the_join_link(browse, anna):
    made = anna.new_meeting(
        topic="Talk", default_password=True, timezone="Europe/Berlin", duration=50
    )
    page = browse(made["join_url"])
    assert page.status_code == 200
    for text in (
        "<h1>Talk</h1>",
        "Guest",
        "Monday, 1 December 2036, 15:00 (Europe/Berlin)",
        "50 minutes",
        "Anna Berg",
        str(made["id"]),
        "This is the Zoom simulator",
        f'datetime="{NEXT_YEAR}"',
    ):
        assert text in page.text, text


def test_the_passcode_is_asked_for(browse, anna):
    made = anna.new_meeting(password="secret7")
    lobby = f"/j/{made['id']}"
    asked = browse(lobby)
    assert (asked.status_code, "Enter the meeting passcode" in asked.text) == (
        403,
        True,
    )
    for query in ("?pwd=wrong", "?passcode=wrong"):
        wrong = browse(lobby + query)
        assert (wrong.status_code, "The passcode is wrong." in wrong.text) == (
            403,
            True,
        )
    assert browse(f"{lobby}?passcode=secret7").status_code == 200


def test_an_old_join_link_stops_working_with_its_passcode(browse, anna):
    made = anna.new_meeting(password="first1")
    anna.api("PATCH", f"/meetings/{made['id']}", {"password": "second2"})
    assert browse(made["join_url"]).status_code == 403


def test_the_notice_for_guests(browse, anna, sim):
    waiting = anna.new_meeting(settings={"waiting_room": True})
    page = browse(waiting["join_url"]).text
    assert "Waiting room: the host will let you in" in page
    sim.start_meeting(waiting["id"])
    assert "You are in the waiting room." in browse(waiting["join_url"]).text
    closed = anna.new_meeting(password="secret7")
    assert "Waiting for the host to start" in browse(closed["join_url"]).text
    open_ = anna.new_meeting(password="x1", settings={"join_before_host": True})
    assert "You are in the meeting." in browse(open_["join_url"]).text


def test_half_a_letter_in_a_topic_breaks_no_page(browse, anna):
    made = anna.new_meeting(topic="half \ud83d", password="secret7")
    assert "<h1>half ?</h1>" in browse(made["join_url"]).text
    assert browse("/meetings").status_code == 200


def test_an_instant_meeting_has_a_lobby_too(browse, anna):
    made = anna.api("POST", "/users/me/meetings", {"type": 1, "topic": "Now"}).json()
    assert "now (instant meeting)" in browse(made["join_url"]).text


def test_the_lobby_of_a_meeting_that_is_gone(browse, anna):
    made = anna.new_meeting()
    anna.api("DELETE", f"/meetings/{made['id']}")
    for url in (made["join_url"], made["start_url"], "/j/12", "/j/x"):
        assert browse(url).status_code == 404, url


def test_the_host_starts_and_ends_from_the_start_link(browse, anna, sim):
    made = anna.new_meeting()
    page = browse(made["start_url"])
    assert page.status_code == 200
    assert "Host" in page.text
    zak = re.search('name="zak" value="([^"]+)"', page.text)[1]
    assert browse(f"/s/{made['id']}/start", {"zak": zak}).status_code == 303
    assert sim.meeting(made["id"])["status"] == "started"
    assert "End meeting" in browse(made["start_url"]).text
    assert browse(f"/s/{made['id']}/end", {"zak": zak}).status_code == 303
    assert browse(f"/s/{made['id']}/end", {"zak": zak}).status_code == 400
    assert browse(f"/s/{made['id']}/start", {"zak": "x"}).status_code == 403


def test_a_start_link_is_good_for_two_hours_and_one_meeting(browse, anna, sim):
    made, other = anna.new_meeting(), anna.new_meeting()
    wrong = made["start_url"].replace(f"/s/{made['id']}", f"/s/{other['id']}")
    assert browse(wrong).status_code == 403
    assert browse(f"/s/{made['id']}").status_code == 403
    assert browse(f"/s/{made['id']}?zak=eyJx.y").status_code == 403
    sim.advance_clock(2 * 3600 + 1)
    late = browse(made["start_url"])
    assert (late.status_code, "two hours" in late.text) == (403, True)


def test_pages_are_in_the_log_when_asked_for(browse, anna, sim):
    made = anna.new_meeting(default_password=True)
    browse(made["join_url"])
    seen = sim.calls(kind="page", path=f"/j/{made['id']}")
    assert len(seen) == 1
    assert seen[0]["query"]["pwd"].startswith("#")
    assert sim.calls(path="/j/.*") == []
