# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which attempts to connect are used up.

An attempt is kept in the browser's session, and sessions are files that two requests
can read before either writes: what is good for one return must be settled here, where
one of two wins.
"""

import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .vacuum import delete_old

KEPT = timedelta(days=1)  # an attempt itself ends after minutes


class ZoomUsedState(models.Model):
    _name = "psynamica.zoom.used.state"
    _description = "Attempt to connect Zoom that is used up"

    mark = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)

    _mark_unique = models.UniqueIndex("(mark)")

    @api.model
    def _use_up(self, state):
        """Return whether `state` is used for the first time; it is not from now on.

        Committed at once: whatever becomes of the request, and of another one with the
        same state that runs at the same time, it counts as used.
        """
        mark = hashlib.sha256(state.encode()).hexdigest()
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "INSERT INTO psynamica_zoom_used_state (mark, create_date)"
                    " VALUES (%s, %s) ON CONFLICT (mark) DO NOTHING RETURNING id",
                    mark,
                    fields.Datetime.now(),
                )
            )
            return bool(cr.fetchone())

    @api.autovacuum
    def _gc(self):
        before = fields.Datetime.now() - KEPT
        return delete_old(self, [("create_date", "<", before)])
