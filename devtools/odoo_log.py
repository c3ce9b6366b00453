# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads Odoo's log for warnings and errors nobody expected."""

import dataclasses
import re

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>[^:\s]+): (?P<message>.*)"
)
_SERIOUS = ("WARNING", "ERROR", "CRITICAL")

# Each with the reason why it says nothing about our addons.
_KNOWN = (
    # The PostgreSQL wheels carry no extensions; Odoo goes on without.
    re.compile(r"extension \"?(pg_trgm|unaccent)|CREATE EXTENSION", re.IGNORECASE),
    # Odoo fails at a request without a Host before any route of ours is looked for.
    re.compile(r"KeyError: 'HTTP_HOST'"),
)


@dataclasses.dataclass
class Entry:
    """One serious entry: its first line, and the lines that belong to it."""

    level: str
    logger: str
    lines: list

    def __str__(self):
        return "\n".join(self.lines)


def serious_entries(text):
    """The entries from WARNING upwards, without those known to mean nothing."""
    entries = [entry for entry in _entries(text) if entry.level in _SERIOUS]
    return [entry for entry in entries if not _is_known(entry)]


def alike(entries):
    """(count, first entry) of each sort of entry, numbers in it left out of account."""
    sorts = {}
    for entry in entries:
        message = entry.lines[0].partition(f"{entry.logger}: ")[2]
        key = (entry.level, entry.logger, re.sub(r"[0-9]+", "", message))
        sorts.setdefault(key, []).append(entry)
    return [(len(same), same[0]) for same in sorts.values()]


def is_error(entry):
    """Whether the entry is worse than a warning."""
    return entry.level != "WARNING"


def _entries(text):
    current = None
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            if current:
                yield current
            current = Entry(match["level"], match["logger"], [line])
        elif current:
            current.lines.append(line)
    if current:
        yield current


def _is_known(entry):
    return any(pattern.search(str(entry)) for pattern in _KNOWN)
