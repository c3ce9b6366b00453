# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetching axe-core: what is pinned, and what a machine without npm is told."""

import json

from devtools import axe


def test_without_npm_it_is_said_what_was_not_checked(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    script, problem = axe.script()
    assert not script
    assert "npm was not found" in problem


def test_lock_names_version_and_fingerprint_but_no_registry():
    wanted, lock = (json.loads(path.read_text()) for path in axe._FILES)
    [(name, version)] = wanted["devDependencies"].items()
    locked = lock["packages"][f"node_modules/{name}"]
    assert locked["version"] == version
    assert locked["integrity"].startswith("sha512-")
    assert "resolved" not in locked
