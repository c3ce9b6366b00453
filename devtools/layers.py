# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks the direction of imports that ruff's per-folder bans cannot see."""

import ast
import sys
from pathlib import Path

from devtools.project import ROOT

_ADDON = "psynamica_zoom"

# Folder → what its files must not import, and why. Tests may import anything.
_BANS = {
    "zoom_simulator": (
        ("odoo", "psynamica_zoom", "psynamica_booking", "devtools"),
        "the simulator stands alone: sharing code would share mistakes",
    ),
    f"{_ADDON}/zoom_api": (
        ("odoo", *(f"{_ADDON}.{name}" for name in ("services", "models"))),
        "the client layer knows nothing above it",
    ),
    f"{_ADDON}/services": (
        ("odoo", f"{_ADDON}.models", f"{_ADDON}.controllers"),
        "the service layer knows only the client layer",
    ),
    f"{_ADDON}/models": (
        (f"{_ADDON}.controllers", f"odoo.addons.{_ADDON}.controllers"),
        "controllers are the top layer",
    ),
    "psynamica_booking/services": (
        ("odoo", *(f"psynamica_booking.{name}" for name in ("models", "controllers"))),
        "decisions about bookings know nothing above them",
    ),
    _ADDON: (("zoom_simulator", "devtools"), "the addon is delivered without them"),
}


def violations(root=ROOT):
    """One sentence per forbidden import below *root*, as ``path:line: …``."""
    found = []
    for folder, (banned, reason) in _BANS.items():
        for path in sorted((root / folder).rglob("*.py")):
            place = path.relative_to(root)
            if "tests" in place.parts:
                continue
            for line, module in imports(path, place):
                if any(_is_inside(module, name) for name in banned):
                    found.append(f"{place}:{line}: imports {module}, but {reason}")
    return found


def imports(path, place):
    """(line, full module name) of every import in the file *path*.

    *place* is the path relative to the checkout; relative imports are resolved from it.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, place)
            # `from .. import services` names a module as well.
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _absolute(node, place):
    if not node.level:
        return node.module
    package = place.parts[: len(place.parts) - node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _is_inside(module, name):
    return module == name or module.startswith(f"{name}.")


def main(root=ROOT):
    """Prints the violations; the exit code."""
    found = violations(Path(root))
    print("\n".join(found) or "layers: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
