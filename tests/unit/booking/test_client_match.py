# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psynamica_booking.services.client_match import (
    Match,
    Person,
    match,
    normal_email,
    normal_name,
    normal_phone,
    same_person,
)


@pytest.mark.parametrize(
    ("told", "normal"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        ("  anna@example.com\n", "anna@example.com"),
        # As Odoo: SMTPUTF8 is for local parts whose case may matter.
        ("Аня@Пример.РФ", "Аня@пример.рф"),
        # Ordinary characters of an address, and never wildcards.
        ("anna_%@example.com", "anna_%@example.com"),
        ("*@example.com", "*@example.com"),
        ("anna+zoom@example.com", "anna+zoom@example.com"),
        ("", None),
        ("anna", None),
        ("@example.com", None),
        ("anna@", None),
        ("a@b@example.com", None),
        ("anna@example.com, boris@example.com", None),
        ("anna@example.com;boris@example.com", None),
        ("Anna <anna@example.com>", None),
        ("anna@example.com\nBcc:all@example.com", None),
        ("anna @example.com", None),
        ("a" * 250 + "@example.com", None),
    ],
)
def test_an_address(told, normal):
    assert normal_email(told) == normal


@pytest.mark.parametrize(
    ("told", "normal"),
    [
        ("+7 (916) 123-45-67", "+79161234567"),
        ("8 916 123-45-67", "89161234567"),
        ("0049 30 901820", "+4930901820"),
        ("+49 (0)30 901820", "+4930901820"),
        ("030/901820", "030901820"),
        ("＋４９ 30 901820", "+4930901820"),
        ("+٤٩ 30 901820", "+4930901820"),
        ("0-049 30 901820", "+4930901820"),
        ("0:0", ""),
        ("none", ""),
        ("+", ""),
        ("00", ""),
        ("", ""),
    ],
)
def test_a_phone_number(told, normal):
    assert normal_phone(told) == normal


@pytest.mark.parametrize(
    "told", ["Пётр Иванов", "иванов  ПЕТР", "Иванов, Пётр", " Петр-Иванов "]
)
def test_a_name(told):
    assert normal_name(told) == "иванов петр"


@given(st.text())
def test_no_text_does_harm(text):
    assert normal_name(normal_name(text)) == normal_name(text)
    assert normal_phone(normal_phone(text)) == normal_phone(text)
    email = normal_email(text)
    assert email is None or normal_email(email) == email


ANNA = Person("anna@example.com", "+7 916 123-45-67", "Anna Petrova")


@pytest.mark.parametrize(
    "told",
    [
        ANNA,
        Person("ANNA@example.com ", "8 (916) 123 45 67", "petrova anna"),
        Person("anna@example.com", "9161234567", "Anna Petrova"),
        Person("anna@example.com", "", "Anna Petrova"),
        Person("anna@example.com"),
    ],
)
def test_the_same_person(told):
    assert same_person(told, ANNA) == same_person(ANNA, told) == "same"


@pytest.mark.parametrize(
    "told",
    [
        # Her husband, with the address they share.
        Person("anna@example.com", "", "Boris Petrov"),
        Person("anna@example.com", "+7 916 765-43-21", "Anna Petrova"),
        Person("anna@example.com", "+49 30 901820", "Anna Petrova"),
        # The end of her number is not her number.
        Person("anna@example.com", "34567", "Anna Petrova"),
    ],
)
def test_the_same_address_but_other_data_is_for_the_therapist_to_decide(told):
    assert same_person(told, ANNA) == same_person(ANNA, told) == "differs"


@pytest.mark.parametrize(
    "told",
    [
        Person("anna@example.org", "+7 916 123-45-67", "Anna Petrova"),
        Person("", "+7 916 123-45-67", "Anna Petrova"),
        Person("%@example.com", "", "Anna Petrova"),
        Person("nna@example.com"),
    ],
)
def test_without_the_same_address_it_is_somebody_else(told):
    assert same_person(told, ANNA) == same_person(ANNA, told) == "other"


def test_nobody_is_like_nobody():
    assert same_person(Person(), Person()) == "other"


def test_the_one_client_who_is_the_same_is_taken():
    boris = Person("anna@example.com", "", "Boris Petrov")
    other = Person("carl@example.com", "", "Carl")
    assert match(ANNA, {1: boris, 2: ANNA, 3: other}) == Match(2, ())


def test_of_two_alike_neither_is_taken():
    assert match(ANNA, {5: ANNA, 2: ANNA}) == Match(None, (2, 5))


def test_who_differs_is_proposed():
    boris = Person("anna@example.com", "", "Boris Petrov")
    assert match(boris, {1: ANNA}) == Match(None, (1,))
    assert match(Person("new@example.com"), {1: ANNA}) == Match(None, ())


def test_nothing_personal_is_printed():
    assert "anna" not in repr(ANNA).lower()
