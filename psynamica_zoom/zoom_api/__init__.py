# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Client for Zoom's OAuth, meetings and webhooks: plain Python, no Odoo, no state."""
