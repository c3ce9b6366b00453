# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decisions about hours, slots and bookings: plain Python, no Odoo, no clock."""
