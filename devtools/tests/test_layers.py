# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest

from devtools import layers


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("psynamica_zoom/zoom_api/a.py", "from odoo import fields"),
        ("psynamica_zoom/zoom_api/a.py", "import odoo.tools"),
        ("psynamica_zoom/zoom_api/a.py", "from ..services import b"),
        ("psynamica_zoom/zoom_api/a.py", "from .. import services"),
        ("psynamica_zoom/services/a.py", "from ..models import b"),
        ("psynamica_zoom/services/deep/a.py", "from ...controllers.b import c"),
        ("psynamica_zoom/models/a.py", "from ..controllers import b"),
        (
            "psynamica_zoom/models/a.py",
            "from odoo.addons.psynamica_zoom.controllers import b",
        ),
        ("psynamica_zoom/models/a.py", "import zoom_simulator.state"),
        ("zoom_simulator/src/zoom_simulator/a.py", "import psynamica_zoom"),
        ("zoom_simulator/src/zoom_simulator/a.py", "from odoo import http"),
    ],
)
def test_an_import_against_the_direction_is_found(write, tmp_path, place, line):
    write(place, f"import os\n\n\ndef late():\n    {line}\n")

    [violation] = layers.violations(tmp_path)
    assert violation.startswith(f"{place}:5:")


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("psynamica_zoom/services/a.py", "from ..zoom_api import errors"),
        ("psynamica_zoom/models/a.py", "from odoo import models"),
        ("psynamica_zoom/controllers/a.py", "from ..models import b"),
        ("psynamica_zoom/tests/common.py", "from zoom_simulator import state"),
        ("zoom_simulator/src/zoom_simulator/a.py", "import odoology"),
    ],
)
def test_an_import_along_the_direction_is_not(write, tmp_path, place, line):
    write(place, f"{line}\n")

    assert layers.violations(tmp_path) == []
