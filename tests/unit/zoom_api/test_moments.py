# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.zoom_api import moments

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T14:00:00Z", datetime(2026, 12, 1, 14, tzinfo=UTC)),
        ("2026-12-01T14:00:00+02:00", datetime(2026, 12, 1, 12, tzinfo=UTC)),
        (
            "2025-06-08T06:55:26.209Z",
            datetime(2025, 6, 8, 6, 55, 26, 209000, tzinfo=UTC),
        ),
        (
            "2025-06-08T06:55:26.123456789Z",
            datetime(2025, 6, 8, 6, 55, 26, 123456, tzinfo=UTC),
        ),
    ],
)
def test_reads_a_full_moment(text, moment):
    assert moments.parse(text) == moment
    assert moments.parse(text).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T14:00:00",
        "2026-12-01",
        "0001-01-01T00:00:00+23:00",
        "T",
        "",
        "2026-12-01T14:00:00Z" + " " * 30,
        None,
        7,
    ],
)
def test_anything_less_is_no_moment(value):
    assert moments.parse(value) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_reads_every_moment_python_writes(moment):
    assert moments.parse(moment.isoformat()) == moment
    assert moments.parse(moment.isoformat().replace("+00:00", "Z")) == moment


@given(st.text(alphabet="0123456789-T:Z+. ", max_size=40))
def test_no_text_makes_it_fail(text):
    assert moments.parse(text) is None or moments.parse(text).tzinfo is UTC
