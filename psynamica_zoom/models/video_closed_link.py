# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Join links of deleted sessions, so that they say "cancelled" and not "unknown"."""

from datetime import timedelta

from odoo import api, fields, models

KEEP = timedelta(days=90)


class VideoClosedLink(models.Model):
    _name = "psynamica.video.closed.link"
    _description = "Join link of a deleted session"
    _log_access = True

    token = fields.Char(required=True, index=True)
    start = fields.Datetime()

    @api.autovacuum
    def _gc(self):
        before = fields.Datetime.now() - KEEP
        self.search([("create_date", "<", before)], limit=10000).unlink()
