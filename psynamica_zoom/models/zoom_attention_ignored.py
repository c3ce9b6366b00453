# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an administrator does not want to see in the list any more.

It holds for one row and one reason, and for failures that began before: whatever fails
anew or for another reason is shown again.
"""

from datetime import timedelta

from odoo import api, fields, models

KEPT = timedelta(days=90)


class ZoomAttentionIgnored(models.Model):
    _name = "psynamica.zoom.attention.ignored"
    _description = "Ignored in the list of what needs attention"

    item = fields.Integer(required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Ignored by", readonly=True, ondelete="set null"
    )
    ignored_at = fields.Datetime(required=True, readonly=True)

    _item_unique = models.UniqueIndex("(item)")

    @api.autovacuum
    def _gc_ignored(self):
        """Forget what is not in the list any more."""
        before = fields.Datetime.now() - KEPT
        old = self.sudo().search([("ignored_at", "<", before)])
        listed = (
            self.env["psynamica.zoom.attention"]
            .sudo()
            .search([("id", "in", old.mapped("item"))])
        )
        old.filtered(lambda ignored: ignored.item not in listed.ids).unlink()
