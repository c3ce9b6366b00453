# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone

import pytest

from psynamica_zoom.services.event_to_meeting import CODE_LENGTH, find_codes
from psynamica_zoom.services.lost_create import looked_for_until

TRIED = datetime(2026, 12, 1, 14, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("starts_in_s", "can_list", "can_hear", "seconds"),
    [
        (86_400, True, True, 30),
        (60, True, False, 30),
        (None, True, True, 30),
        (86_400, False, False, 0),
        (86_400, False, True, 300),
        (None, False, True, 300),
        # Sessions that are about to start: clear two minutes before, when possible.
        (7 * 60, False, True, 300),
        (5 * 60, False, True, 180),
        (60, False, True, 30),
        (-600, False, True, 30),
    ],
)
def test_how_long_a_lost_meeting_is_looked_for(
    starts_in_s, can_list, can_hear, seconds
):
    start_at = None
    if starts_in_s is not None:
        start_at = TRIED + timedelta(seconds=starts_in_s)
    until = looked_for_until(TRIED, start_at, can_list=can_list, can_hear=can_hear)
    assert until - TRIED == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("topic", "codes"),
    [
        ("Appointment 7K3FQX", {"7K3FQX"}),
        ("7K3FQX/PMTRVW, a b", {"7K3FQX", "PMTRVW"}),
        ("Sitzung ä7K3FQX", set()),
        ("7K3FQXC", set()),
        ("7k3fqx", set()),
        ("Meeting with ANNA BERG", set()),
        ("", set()),
    ],
)
def test_codes_in_a_topic(topic, codes):
    assert find_codes(topic) == codes
    assert all(len(code) == CODE_LENGTH for code in codes)


def test_the_wait_for_a_notification_can_be_chosen():
    until = looked_for_until(
        TRIED,
        None,
        can_list=False,
        can_hear=True,
        announced_after=timedelta(minutes=1),
    )

    assert until == TRIED + timedelta(minutes=1)
