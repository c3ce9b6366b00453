# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytest

from psynamica_booking.services.slot_rules import SlotRules

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 1441},
        {"interval_minutes": 0},
        {"interval_minutes": -30},
        {"buffer_before_minutes": -1},
        {"buffer_after_minutes": 1441},
        {"notice": -DAY},
        {"notice": 2 * DAY, "horizon": DAY},
        {"horizon": timedelta.max},
        {"most_per_day": 0},
        {"most_per_week": -1},
        {"mode": "both"},
    ],
)
def test_rules_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        SlotRules(**{"minutes": 50, "interval_minutes": 60, **wrong})


def test_the_widest_rules_are_accepted():
    rules = SlotRules(
        minutes=1440,
        interval_minutes=1440,
        buffer_before_minutes=1440,
        buffer_after_minutes=0,
        notice=60 * DAY,
        horizon=60 * DAY,
        most_per_day=1,
        most_per_week=1,
        mode="in_person",
    )
    assert rules.length == rules.interval == rules.before == DAY
    assert rules.after == timedelta(0)
