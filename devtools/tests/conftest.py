# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest


@pytest.fixture
def cache_folder(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("PSYNAMICA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def write(tmp_path):
    """Writes a file below the test's folder: ``write("a/b.py", "text")``."""

    def write_file(place, text=""):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
