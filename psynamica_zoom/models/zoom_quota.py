# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many of today's 100 changes of meetings a Zoom user has used.

In a table of its own, which nobody who saves a session ever touches.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..services.pacing import DAILY_CHANGES
from .vacuum import delete_old


class ZoomQuota(models.Model):
    _name = "psynamica.zoom.quota"
    _description = "Changes of meetings of a day"
    _rec_name = "day"

    key = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    day = fields.Date("Day (UTC)", required=True, readonly=True)
    changes = fields.Integer(readonly=True)
    # Zoom does not say whether deleting counts; a refusal does.
    has_refused_deletes = fields.Boolean(readonly=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _today(self, key):
        """Return today's row of a Zoom user; empty when nothing was changed yet."""
        return self.sudo().search(
            [("key", "=", key), ("day", "=", fields.Datetime.now().date())]
        )

    @api.model
    def _spend(self, key, changes):
        """Count changes of today; a negative number gives some back."""
        self._set(key, SQL("GREATEST(old.changes + %s, 0)", changes), max(changes, 0))

    @api.model
    def _exhaust(self, key, *, by_delete=False):
        """Note that Zoom allows no more changes today.

        :param by_delete: it refused to delete a meeting
        """
        self._set(key, SQL("%s", DAILY_CHANGES), DAILY_CHANGES)
        if by_delete:
            self._today(key).has_refused_deletes = True

    def _set(self, key, changed, first):
        """Store the count of today.

        :param changed: SQL for a day that is known as `old`
        :param first: the count of a new day
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO psynamica_zoom_quota AS old (key, day, changes)
                     VALUES (%(key)s, %(day)s, %(first)s)
                ON CONFLICT (key) DO UPDATE
                        SET changes = CASE WHEN old.day = EXCLUDED.day
                                           THEN %(changed)s
                                           ELSE EXCLUDED.changes END,
                            has_refused_deletes = old.has_refused_deletes
                                                  AND old.day = EXCLUDED.day,
                            day = EXCLUDED.day
                """,
                key=key,
                day=fields.Datetime.now().date(),
                first=first,
                changed=changed,
            )
        )
        self.env["psynamica.zoom.quota"].invalidate_model()

    @api.autovacuum
    def _gc_days(self):
        """Forget the counts of other days."""
        before = fields.Datetime.now().date() - timedelta(days=1)
        return delete_old(self, [("day", "<", before)])
