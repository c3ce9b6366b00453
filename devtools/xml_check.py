# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks the addons' XML: well-formed, no id twice, named in the manifest.

Runs in the virtual environment: it needs ``lxml``.
"""

import sys
from pathlib import Path

from lxml import etree

from devtools import project

_DECLARING = ("record", "template", "menuitem", "asset")

# Client templates and icons: loaded as assets, not as data.
_NOT_DATA = ("static",)


def problems(addon):
    """One sentence per mistake in the XML files of the addon in folder *addon*."""
    found, seen = [], {}
    listed = _listed(addon)
    for path in sorted(addon.rglob("*.xml")):
        place = path.relative_to(addon)
        try:
            root = etree.parse(str(path)).getroot()
        except etree.XMLSyntaxError as error:
            found.append(f"{addon.name}/{place}: {error}")
            continue
        if place.parts[0] in _NOT_DATA:
            continue
        found += _data_problems(addon.name, place, root, seen)
        if str(place) not in listed:
            found.append(f"{addon.name}/{place}: not in the manifest")
    missing = sorted(name for name in listed if not (addon / name).is_file())
    found += [
        f"{addon.name}: the manifest names {name}, which is not there"
        for name in missing
    ]
    return found


def _listed(addon):
    content = project.manifest(addon)
    return {*content.get("data", ()), *content.get("demo", ())}


def _data_problems(addon_name, place, root, seen):
    found = []
    if root.tag != "odoo":
        found.append(f"{addon_name}/{place}: the root is <{root.tag}>, not <odoo>")
    for element in root.iter(*_DECLARING):
        name = element.get("id")
        where = f"{addon_name}/{place}:{element.sourceline}"
        if not name:
            found.append(f"{where}: <{element.tag}> without an id")
        # The same id in demo data on purpose changes a record; elsewhere it is an
        # accident.
        elif name in seen and "demo" not in place.parts:
            found.append(f"{where}: the id {name} is also in {seen[name]}")
        else:
            seen[name] = where
    return found


def main(folders=None):
    """Checks the addons in *folders* (all, without any); the exit code."""
    addons = [Path(folder) for folder in folders or project.all_addons()]
    found = [text for addon in addons for text in problems(addon)]
    print("\n".join(found) or "XML: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
