# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lets plain pytest import the addons' Odoo-free layers.

An addon's ``__init__.py`` imports its models, and they import Odoo. For the plain
suites an empty module with the addon's path stands in for it, so that ``from
psynamica_zoom.services import token_vault`` runs no Odoo code. Under pytest-odoo, which
has imported Odoo before this file is read, nothing is replaced.
"""

import sys
import types
from pathlib import Path

_UNDER_ODOO = "odoo" in sys.modules


def pytest_configure(config):
    """Makes warnings errors in the plain suites; Odoo's own warnings are not ours."""
    if not _UNDER_ODOO:
        config.addinivalue_line("filterwarnings", "error")


def _stand_in(folder):
    module = types.ModuleType(folder.name, "Stands in for the addon; see conftest.py.")
    module.__path__ = [str(folder)]
    return module


if not _UNDER_ODOO:
    for _addon in Path(__file__).parent.glob("psynamica_*"):
        if _addon.is_dir():
            sys.modules.setdefault(_addon.name, _stand_in(_addon))
