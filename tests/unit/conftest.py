# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lets this suite run by itself; the root `conftest.py` does the same."""

import sys
import types
from pathlib import Path

from hypothesis import settings

_ADDON = Path(__file__).resolve().parents[2] / "psynamica_zoom"

# No deadline: a busy machine is not a bug.  No database: nothing is left in the tree.
settings.register_profile("unit", deadline=None, database=None)
settings.load_profile("unit")

if "psynamica_zoom" not in sys.modules:
    _module = types.ModuleType("psynamica_zoom")
    _module.__path__ = [str(_ADDON)]
    sys.modules["psynamica_zoom"] = _module


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "error")
