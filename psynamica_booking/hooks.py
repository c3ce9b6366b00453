# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What loading the addon does besides its models."""

from odoo.addons.psynamica_zoom.without_database import come_again_at


def post_load():
    """Have clients come again to their pages while the database does not answer."""
    come_again_at("/book", "/session/", "/my/sessions")
