# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finding out that an outage is over when no meeting waits to be told to Zoom."""

from odoo import api, fields, models

from ..zoom_api import users
from ..zoom_api.errors import ZoomError
from .zoom_circuit import ZOOM


class ZoomCircuit(models.Model):
    _inherit = "psynamica.zoom.circuit"

    @api.model
    def _probe_idle(self):
        """Probe where a probe is due: nothing was there to probe with.  Commits."""
        for row in self.search([("retry_at", "<=", fields.Datetime.now())]):
            if not row.retry_at or row.retry_at > fields.Datetime.now():
                continue  # the probe before was about this one too
            connection = row._living_connection()
            if connection:
                row._probe(connection)
            else:
                row.unlink()  # nobody is left whom it could hold up
            self.env["ir.cron"]._commit_progress()

    def _probe(self, connection):
        """Ask who the user is; every answer will do, a refusal too."""
        self._begin(connection)
        self.env["ir.cron"]._commit_progress()
        error = None
        try:
            users.me(connection._paced_transport(), connection._access_token())
        except ZoomError as failure:
            error = failure
        self.env.invalidate_all()
        self._note(connection, error)

    def _living_connection(self):
        """Return a connection that this is about."""
        connections = self.env["psynamica.zoom.connection"].search(
            [("state", "in", ("connected", "disconnecting"))], order="id"
        )
        mine = connections.filtered(lambda c: self.key in (ZOOM, c._account_key()))
        return mine[:1]
