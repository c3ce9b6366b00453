# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Outages and pauses, seen from one lane."""

from odoo import models

from odoo.addons.psynamica_zoom.models.zoom_circuit import ZOOM

from ..services.lanes import LANES
from .jobs import has_runner


class ZoomCircuit(models.Model):
    _inherit = "psynamica.zoom.circuit"

    def _wake(self):
        """Zoom works again: that is news for all lanes."""
        result = super()._wake()
        if self.key == ZOOM and has_runner(self.env):
            self.env["psynamica.zoom.meeting"]._wake_lanes(range(LANES))
        return result

    def _is_mine(self):
        if self.key == ZOOM:
            return super()._is_mine()
        meetings = self.env["psynamica.zoom.meeting"]
        return super()._is_mine() and meetings._is_in_own_lane(self.key)
