# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a visitor wrote into the booking form, checked.

A stranger may send anything: what is returned has no control characters and no more
than so many letters, whatever was sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from .client_match import normal_email, normal_phone

_LONGEST = {"name": 120, "email": 254, "phone": 40, "short": 250, "long": 4000}
_LEAST_DIGITS = 5
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


class Problem(Enum):
    """What is wrong with one field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_NAME = "bad_name"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    NOT_OFFERED = "not_offered"
    NOT_AGREED = "not_agreed"


class Asked(NamedTuple):
    """One question of the service.

    :param key: name of its field in the form
    :param kind: short, long, choice or consent
    :param options: what can be chosen
    """

    key: str
    kind: str
    is_required: bool = False
    options: Collection[str] = ()


@dataclass(frozen=True, repr=False)
class Form:
    """What was written, cleaned, and what is wrong with it, by field."""

    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)


def read_form(
    raw: Mapping[str, object],
    asked: Iterable[Asked],
    *,
    is_known: bool = False,
    needs_phone: bool = False,
) -> Form:
    """Return what the visitor wrote, all of it, and the problems in the form's order.

    :param raw: fields as they were sent
    :param is_known: name and address are known already, and not asked
    :param needs_phone: the practice calls the client
    """
    form = Form()
    if not is_known:
        _read_person(form, raw, needs_phone)
    for question in asked:
        _read_answer(form, raw, question)
    _read_consent(form, raw, "agree", is_required=True)
    return form


def _read_person(form: Form, raw: Mapping[str, object], needs_phone: bool) -> None:
    _read_text(form, raw, "name", "name", is_required=True)
    _read_text(form, raw, "email", "email", is_required=True)
    _read_text(form, raw, "phone", "phone", is_required=needs_phone)
    _judge(form, "name", _LINK.search, Problem.BAD_NAME)
    _judge(form, "email", lambda text: not normal_email(text), Problem.BAD_EMAIL)
    _judge(form, "phone", _is_no_phone, Problem.BAD_PHONE)


def _read_answer(form: Form, raw: Mapping[str, object], question: Asked) -> None:
    if question.kind == "consent":
        _read_consent(form, raw, question.key, is_required=question.is_required)
        return
    kind = "long" if question.kind == "long" else "short"
    _read_text(form, raw, question.key, kind, is_required=question.is_required)
    if question.kind == "choice":
        _judge(
            form,
            question.key,
            lambda text: text not in question.options,
            Problem.NOT_OFFERED,
        )


def _read_consent(
    form: Form, raw: Mapping[str, object], key: str, *, is_required: bool
) -> None:
    agreed = bool(_clean(raw.get(key), keep_lines=False))
    form.values[key] = "1" if agreed else ""
    if is_required and not agreed:
        form.problems[key] = Problem.NOT_AGREED


def _read_text(
    form: Form, raw: Mapping[str, object], key: str, kind: str, *, is_required: bool
) -> None:
    text = _clean(raw.get(key), keep_lines=kind == "long")
    longest = _LONGEST[kind]
    form.values[key] = text[:longest]
    if len(text) > longest:
        form.problems[key] = Problem.TOO_LONG
    elif is_required and not text:
        form.problems[key] = Problem.MISSING


def _judge(form: Form, key: str, is_wrong, problem: Problem) -> None:
    text = form.values[key]
    if text and key not in form.problems and is_wrong(text):
        form.problems[key] = problem


def _is_no_phone(text: str) -> bool:
    digits = sum(sign.isdigit() for sign in normal_phone(text))
    return digits < _LEAST_DIGITS or any(sign.isalpha() for sign in text)


def _clean(text: object, *, keep_lines: bool) -> str:
    if not isinstance(text, str):
        return ""
    kept = {"\n"} if keep_lines else set()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not keep_lines:
        text = text.replace("\n", " ").replace("\t", " ")
    return "".join(
        sign for sign in text if sign in kept or not _is_unprintable(sign)
    ).strip()


def _is_unprintable(sign: str) -> bool:
    # Cc: control, Cs: half a character, which no database takes.
    return unicodedata.category(sign) in ("Cc", "Cs")
