# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications as Zoom sends them are taken, proven and understood."""

import json
import time
from datetime import datetime, timezone

import pytest

from psynamica_zoom.services import webhook_event
from psynamica_zoom.zoom_api import meetings, webhook

from .conftest import ANNA, CLIENT_ID, WEBHOOK_SECRET

START = datetime(2036, 12, 1, 14, tzinfo=timezone.utc)


@pytest.fixture
def meeting(inbox, transport, token):
    """Return a meeting whose `meeting.created` has been taken out of the inbox."""
    made = meetings.create(
        transport,
        token,
        meetings.MeetingRequest("Appointment", "", START, 50, "Europe/Berlin"),
    )
    inbox.made = taken(inbox)
    return made


def taken(inbox):
    headers, body = inbox.next()
    webhook.verify(body, headers, [WEBHOOK_SECRET], now=time.time())
    with pytest.raises(webhook.WebhookRejected):
        webhook.verify(body, headers, ["another"], now=time.time())
    return webhook_event.parse(body)


def test_created_also_tells_of_meetings_we_made(inbox, meeting):
    told = inbox.made
    assert told.event == "meeting.created"
    assert (told.meeting_id, told.uuid) == (meeting.id, meeting.uuid)
    assert told.host_id == told.user_id == meeting.host_id
    assert (told.start_at, told.minutes) == (START, 50)


def test_updated_by_the_host(inbox, meeting, sim):
    sim.update_meeting(meeting.id, topic="Other")
    told = taken(inbox)
    assert (told.event, told.meeting_id) == ("meeting.updated", meeting.id)
    assert told.user_id == meeting.host_id


def test_started_and_ended(inbox, meeting, sim):
    sim.start_meeting(meeting.id)
    sim.end_meeting(meeting.id)
    told = {one.event: one for one in (taken(inbox), taken(inbox))}
    assert set(told) == {"meeting.started", "meeting.ended"}
    assert {one.meeting_id for one in told.values()} == {meeting.id}
    assert told["meeting.ended"].ended_at is not None


def test_deleted_by_the_host(inbox, meeting, sim):
    sim.delete_meeting(meeting.id)
    told = taken(inbox)
    assert (told.event, told.meeting_id) == ("meeting.deleted", meeting.id)
    assert not told.occurrence


def test_removed_by_the_user(inbox, connect, sim):
    connect()
    sim.remove_app(ANNA)
    told = taken(inbox)
    (user,) = [one for one in sim.state()["users"] if one["email"] == ANNA]
    assert told.event == "app_deauthorized"
    assert (told.user_id, told.account_id) == (user["id"], user["account_id"])
    assert told.client_id == CLIENT_ID
    assert told.deauthorized_at is not None
    assert not told.keep_data


def test_the_validation_of_the_address(inbox, sim):
    sim.validate_webhook()
    told = taken(inbox)
    assert told.event == "endpoint.url_validation"
    answer = webhook.challenge_answer(told.plain_token, WEBHOOK_SECRET)
    assert set(answer) == {"plainToken", "encryptedToken"}


def test_a_notification_delivered_twice_has_one_key(inbox, meeting, sim):
    sim.weather(twice_percent=100)
    sim.update_meeting(meeting.id, topic="Other")
    assert taken(inbox).key == taken(inbox).key


def test_what_is_stored_names_nobody(inbox, meeting):
    stored = json.dumps(inbox.made.facts())
    for secret in (ANNA, meeting.join_url, meeting.passcode, meeting.topic):
        assert secret not in stored
