# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes the addons' Odoo-free layers importable without Odoo.

An addon's ``__init__.py`` imports its models, and they import Odoo; an empty module
with the addon's path stands in for it, as in the plain test suites.
"""

import sys
import types

from devtools import project


def make_importable():
    """After this, ``from psynamica_zoom.services import …`` runs no Odoo code."""
    for folder in project.addons():
        module = types.ModuleType(folder.name)
        module.__path__ = [str(folder)]
        sys.modules.setdefault(folder.name, module)
