# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one error of the token vault."""


class VaultError(Exception):
    """A secret or a key is not usable.  Says nothing about why, and holds nothing."""
