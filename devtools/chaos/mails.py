# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mails of a run, reduced to what they tell."""

import email
import email.policy
import re

from devtools.chaos.checker import Mail

_FOLD = re.compile(r"\r?\n[ \t]")  # RFC 5545, 3.1: a long line goes on after a blank
_LINK = re.compile(r"https?://[^\s\"'<>)]+")
_TELLING = re.compile(
    r"^(METHOD|UID|SEQUENCE|RECURRENCE-ID|DTSTART)(?:;[^:\n]*)?:(.*?)\r?$", re.MULTILINE
)


def read(paths):
    """One :class:`~devtools.chaos.checker.Mail` a file of the mail sink."""
    return tuple(mail for path in paths for mail in parse(path.read_bytes()))


def parse(raw):
    """One `Mail` for each recipient of the envelope."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    facts = _calendar_facts(message)
    subject = str(message["Subject"] or "").strip()
    told = facts or [_words(message)]
    return [
        Mail(
            to=address.strip(),
            message_id=str(message["Message-Id"]).strip(),
            what=(subject, *told),
            is_of_session=bool(facts),
        )
        for address in str(message["X-Envelope-To"]).split(",")
    ]


def _words(message):
    """What is said, without links: those may be new in each mail."""
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    return " ".join(_LINK.sub(" ", text).split())


def _calendar_facts(message):
    """What the attached calendar files say: method, identity, version and time."""
    found = []
    for part in message.walk():
        if not (part.get_filename() or "").endswith(".ics"):
            continue
        text = _FOLD.sub("", part.get_payload(decode=True).decode("utf-8", "replace"))
        found += [f"{name}={value}" for name, value in _TELLING.findall(text)]
    return found
