# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses of files that browsers may keep: another content has another address."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from odoo.tools.misc import file_open


@lru_cache(maxsize=16)
def asset_address(path: str) -> str:
    """Return the address of a static file: browsers keep it for a week.

    :param path: of the file, beginning with the name of the addon
    """
    with file_open(path, "rb") as asset:
        version = hashlib.sha256(asset.read()).hexdigest()[:12]
    return f"/{path}?v={version}"
