# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What this checkout contains: its addons, and fingerprints of their files."""

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SIMULATOR_SOURCE = ROOT / "zoom_simulator" / "src"

# Changes to these never need a module update.
_NOT_LOADED = {"__pycache__", "description", "readme", "tests", "newsfragments"}


# Foreign modules that are installed only where somebody asks for them, and with them
# our addons that depend on them.
_OPTIONAL = {"queue_job"}


def addons(root=ROOT):
    """The folders of the addons that every database has, sorted by name."""
    return [
        folder
        for folder in all_addons(root)
        if _OPTIONAL.isdisjoint(manifest(folder)["depends"])
    ]


def optional_addons(root=ROOT):
    """The folders of the addons that need an optional module, sorted by name."""
    plain = addons(root)
    return [folder for folder in all_addons(root) if folder not in plain]


def all_addons(root=ROOT):
    """The folders of the installable addons, sorted by name."""
    manifests = sorted(Path(root).glob("psynamica_*/__manifest__.py"))
    return [path.parent for path in manifests if manifest(path.parent)["installable"]]


def manifest(addon):
    """The manifest of the addon in folder *addon*, with Odoo's defaults.

    :raises ValueError: the manifest is not one literal dictionary.
    """
    source = (addon / "__manifest__.py").read_text(encoding="utf-8")
    return {"installable": True, "depends": [], **ast.literal_eval(source)}


def foreign_dependencies(root=ROOT):
    """Names of the modules our addons depend on and this checkout does not have.

    Without the optional ones.
    """
    folders = addons(root)
    ours = {folder.name for folder in folders}
    wanted = {name for folder in folders for name in manifest(folder)["depends"]}
    return sorted(wanted - ours)


def loaded_files(addon):
    """The files of *addon* that Odoo loads, sorted."""
    return sorted(
        path
        for path in addon.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and _NOT_LOADED.isdisjoint(path.relative_to(addon).parts)
    )


def addons_digest(root=ROOT):
    """A fingerprint of everything that could make a database need an update."""
    return digest_of(addons(root))


def digest_of(folders):
    """A fingerprint of what Odoo loads of the addons in these folders."""
    return files_digest([path for addon in folders for path in loaded_files(addon)])


def files_digest(paths):
    """A fingerprint of names and contents of *paths* (SHA-256, 64 hex digits)."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
