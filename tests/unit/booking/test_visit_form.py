# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What strangers may write, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.visit_form import Asked, Problem, read_form

GOOD = {"name": "Nina", "email": "nina@client.test", "phone": "", "agree": "1"}
QUESTIONS = [
    Asked("q1", "long"),
    Asked("q2", "choice", is_required=True, options=("A friend", "A doctor")),
    Asked("q3", "consent", is_required=True),
    Asked("q4", "short"),
]
ANSWERS = {"q1": "a\r\nb", "q2": "A friend", "q3": "1", "q4": "c\r\nd"}


def test_good_form_has_no_problem():
    form = read_form(GOOD | ANSWERS, QUESTIONS)
    assert form.problems == {}
    assert form.values["q1"] == "a\nb"
    assert form.values["q4"] == "c d"
    assert form.values["q3"] == "1"


def test_empty_form_tells_all_that_is_needed_in_order():
    form = read_form({}, QUESTIONS)
    assert list(form.problems) == ["name", "email", "q2", "q3", "agree"]
    assert form.problems["q3"] is Problem.NOT_AGREED
    assert set(form.values) == {"name", "email", "phone", "agree", *ANSWERS}


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("name", "see https://spam.test", Problem.BAD_NAME),
        ("name", "WWW.spam.test", Problem.BAD_NAME),
        ("name", "x" * 121, Problem.TOO_LONG),
        ("email", "nobody", Problem.BAD_EMAIL),
        ("email", "a@b.c, d@e.f", Problem.BAD_EMAIL),
        ("phone", "1234", Problem.BAD_PHONE),
        ("phone", "call me: 12345", Problem.BAD_PHONE),
        ("q2", "a friend", Problem.NOT_OFFERED),
        ("q1", "x" * 4001, Problem.TOO_LONG),
        ("q4", "x" * 251, Problem.TOO_LONG),
    ],
)
def test_one_bad_field_is_one_problem(key, value, problem):
    form = read_form(GOOD | ANSWERS | {key: value}, QUESTIONS)
    assert form.problems == {key: problem}
    assert form.values[key], "what was written is kept"


@pytest.mark.parametrize(
    "phone", ["+49 30 1234567", "(030) 12-34-567", "8 800 2000600"]
)
def test_phone_numbers_as_people_write_them(phone):
    assert read_form(GOOD | {"phone": phone}, []).problems == {}


def test_phone_is_needed_where_the_practice_calls():
    form = read_form(GOOD, [], needs_phone=True)
    assert form.problems == {"phone": Problem.MISSING}


def test_names_keep_their_letters():
    name = "Jean-Luc O’Neill, Ёлка 山田"
    assert read_form(GOOD | {"name": name}, []).values["name"] == name


@given(
    st.dictionaries(
        st.sampled_from(["name", "email", "phone", "q1", "q2", "q3", "q4", "agree"]),
        st.one_of(st.text(), st.none(), st.integers(), st.binary()),
    )
)
def test_whatever_is_sent_comes_back_clean(raw):
    form = read_form(raw, QUESTIONS)
    for key, value in form.values.items():
        value.encode()
        kept = "\n" if key == "q1" else ""
        assert all(sign in kept or sign >= " " for sign in value)
        assert len(value) <= 4000
