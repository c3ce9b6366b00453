# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The table of attacks and the tests say the same."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "threat_model.md"
_ROW = re.compile(r"^\|(?P<who>[^|]+)\|(?P<stops>[^|]+)\|(?P<tests>[^|]+)\|$")
_TEST = re.compile(r"`(test_[a-z0-9_]+)`")


def functions_in(pattern):
    """Return the names of the tests in the files that match."""
    files = sorted(ROOT.glob(pattern))
    assert files, pattern
    return [
        node.name
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def rows():
    """Return the rows of the tables of attacks: (who does what, names of tests)."""
    text = TABLE.read_text(encoding="utf-8").partition("## Attacks")[2]
    found = [_ROW.match(line) for line in text.splitlines() if line.startswith("|")]
    assert all(found)
    cells = [(row["who"].strip(), row["tests"]) for row in found]
    heads = ("who does what", "---")
    return [(who, _TEST.findall(tests)) for who, tests in cells if who not in heads]


def test_every_row_names_a_test_that_exists():
    existing = {
        *functions_in("tests/security/test_*.py"),
        *functions_in("tests/e2e/test_*.py"),
        *functions_in("psynamica_booking/tests/test_booking_*.py"),
    }
    assert len(rows()) > 100
    for who, tests in rows():
        assert tests, who
        assert set(tests) <= existing, who


def test_every_attack_is_in_a_row():
    named = [test for _who, tests in rows() for test in tests]
    attacks = functions_in("tests/security/test_*.py")
    assert sorted(set(attacks) - set(named)) == []


def test_a_name_means_one_test_and_one_row():
    attacks = functions_in("tests/security/test_*.py")
    assert len(attacks) == len(set(attacks))
    named = [test for _who, tests in rows() for test in tests]
    assert len(named) == len(set(named))


def test_every_file_of_attacks_is_a_heading():
    text = TABLE.read_text(encoding="utf-8")
    for path in ROOT.glob("tests/security/test_*.py"):
        assert f"`tests/security/{path.name}`" in text
