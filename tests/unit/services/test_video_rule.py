# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from psynamica_zoom.services.video_rule import wants_room


def wants(rule, others=1, allday=False, is_past=False):
    return wants_room(rule, other_attendees=others, allday=allday, is_past=is_past)


@pytest.mark.parametrize(
    ("rule", "others", "expected"),
    [
        ("others", 0, False),
        ("others", 1, True),
        ("others", 5, True),
        ("always", 0, True),
        ("always", 1, True),
        ("never", 0, False),
        ("never", 1, False),
    ],
)
def test_the_rule_and_who_is_there(rule, others, expected):
    assert wants(rule, others) is expected


@pytest.mark.parametrize("rule", ["others", "always", "never"])
def test_never_for_all_day_or_past_events(rule):
    assert not wants(rule, allday=True)
    assert not wants(rule, is_past=True)


@pytest.mark.parametrize("rule", ["", "Always", None])
def test_an_unknown_rule_is_refused(rule):
    with pytest.raises(ValueError, match="no such rule"):
        wants(rule, is_past=True)
