# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Is whoever books a client the practice knows?

By the e-mail address, exactly; never by a part of it, and never against other data: a
couple, or a mother and her child, may share one address.  What is normalised here is
compared with `=`; the `%` and `_` an address may hold stay ordinary characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Likeness = Literal["same", "differs", "other"]

_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
# Shorter ones are somebody's extension: too common to tell two people apart.
_LEAST_DIGITS = 7


@dataclass(frozen=True, repr=False)
class Person:
    """What somebody says of themselves; "" where nothing is known."""

    email: str = ""
    phone: str = ""
    name: str = ""


class Match(NamedTuple):
    """Which known client somebody is.

    :param client: the one known client this surely is, None when there is none
    :param proposed: whom it might be, for the therapist to decide, in order
    """

    client: int | None
    proposed: tuple[int, ...]


def match(person: Person, clients: Mapping[int, Person]) -> Match:
    """Return which of the known clients `person` is.

    Of two who are equally the same neither is taken for sure.
    """
    likeness = {key: same_person(person, known) for key, known in clients.items()}
    same = sorted(key for key, how in likeness.items() if how == "same")
    if len(same) == 1:
        return Match(same[0], ())
    return Match(
        None, tuple(sorted(k for k, how in likeness.items() if how != "other"))
    )


def same_person(a: Person, b: Person) -> Likeness:
    """Return how alike the two are.

    "same": one e-mail address, and nothing that says otherwise.  "differs": one
    address, but another name or phone number: for the therapist to decide.  "other":
    somebody else, or nothing to tell by.
    """
    email = normal_email(a.email)
    if email is None or email != normal_email(b.email):
        return "other"
    if _contradict(normal_name(a.name), normal_name(b.name)):
        return "differs"
    phones = normal_phone(a.phone), normal_phone(b.phone)
    if all(phones) and not _same_phone(*phones):
        return "differs"
    return "same"


def normal_email(text: str) -> str | None:
    """Return the address as it is compared, None when it is not exactly one address.

    As Odoo's `email_normalize` for a bare address: lower case, but for a local part
    beyond ASCII, which is left as it is.
    """
    address = text.strip()
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        return None
    local, _at, domain = address.rpartition("@")
    return f"{local.lower() if local.isascii() else local}@{domain.lower()}"


def normal_phone(text: str) -> str:
    """Return the digits, after a "+" when the country is told; "" without digits."""
    told = unicodedata.normalize("NFKC", text).strip()
    has_plus, digits = told.startswith("+"), _digits(told)
    if not has_plus and not digits.startswith("00"):
        return digits
    number = _digits(told.replace("(0)", ""))  # +49 (0)30: dialled at home only
    if not has_plus:
        number = number.removeprefix("00")
    return f"+{number}" if number else ""


def _digits(text: str) -> str:
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def normal_name(text: str) -> str:
    """Return the words of a name in one order, without case, punctuation, ё."""
    told = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(sorted(re.findall(r"\w+", told)))


def _contradict(a: str, b: str) -> bool:
    return bool(a and b and a != b)


def _same_phone(a: str, b: str) -> bool:
    if a == b:
        return True
    if a.startswith("+") == b.startswith("+"):
        return False
    abroad, at_home = (a, b) if a.startswith("+") else (b, a)
    # Dialled at home: 0 in most countries, 8 in Russia, nothing in some, then the rest.
    rests = {at_home, at_home[1:]} if at_home[:1] in ("0", "8") else {at_home}
    return any(len(rest) >= _LEAST_DIGITS and abroad.endswith(rest) for rest in rests)
