# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_zoom.services import strict_json


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"nonsense",
        b"{} {}",
        b"\xff",
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b'{"a": 1, "a": 1}',
        b'{"x": {"a": 1, "\\u0061": 2}}',
        b"[" * 17 + b"]" * 17,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_surprises_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any of them is the documented one
        strict_json.decode(text)


def test_sixteen_levels_are_enough():
    assert strict_json.decode(b"[" * 16 + b"]" * 16)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.just(1.5),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_proper_values_come_through(value):
    text = json.dumps(value).encode()
    if text.count(b"[") + text.count(b"{") < strict_json.MAX_DEPTH:
        assert strict_json.decode(text) == value
