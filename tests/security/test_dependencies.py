# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The addon needs nothing from others beyond what Odoo itself needs."""

import ast
import re
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).parents[2]
ADDON = ROOT / "psynamica_zoom"
ALLOWED = {"requests", "cryptography"}
BROUGHT_BY_THEM = {"urllib3"}  # what `requests` itself is made of
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
IMPORTED_AS = {"python-dateutil": "dateutil", "psycopg2-binary": "psycopg2"}


def of_odoo():
    """Return the distributions that Odoo 19 itself requires, in small letters."""
    text = (ROOT / "requirements-odoo.txt").read_text(encoding="utf-8")
    found = (_NAME.match(line.strip()) for line in text.splitlines())
    return {match[0].lower() for match in found if match}


def imported(path):
    """Return the first parts of the names that a file imports from elsewhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@tagged("post_install", "-at_install")
class TestDependencies(BaseCase):
    def test_manifest(self):
        text = (ADDON / "__manifest__.py").read_text(encoding="utf-8")
        manifest = ast.literal_eval(text)
        needed = set(manifest["external_dependencies"]["python"])
        self.assertLessEqual(needed - ALLOWED, of_odoo())
        self.assertEqual(set(manifest["external_dependencies"]), {"python"})

    def test_imports(self):
        own = {IMPORTED_AS.get(name, name) for name in of_odoo()}
        known = {*sys.stdlib_module_names, "odoo", *ALLOWED, *BROUGHT_BY_THEM, *own}
        files = [path for path in ADDON.rglob("*.py") if "tests" not in path.parts]
        self.assertGreater(len(files), 50)
        for path in files:
            with self.subTest(file=path.name):
                self.assertLessEqual(set(imported(path)), known)

    def test_build_file(self):
        text = (ADDON / "pyproject.toml").read_text(encoding="utf-8")
        self.assertNotIn("dependencies", text)

    def test_scripts_and_styles_of_others(self):
        """Nothing for the browser is fetched from another server."""
        for path in (*ADDON.rglob("static/**/*.js"), *ADDON.rglob("views/*.xml")):
            text = path.read_text(encoding="utf-8")
            with self.subTest(file=path.name):
                self.assertNotRegex(text, r"(src|href)=[\"']https?://[^\"']+\.(js|css)")
                self.assertNotRegex(text, r"import .* from [\"']https?://")
