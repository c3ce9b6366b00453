# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only we write of a session: what ties it to its series and calendar files.

Whoever could choose these would have a client's calendar replace another session, or a
link of one series lead into another.  Core copies them as the user who plans a series,
so no field's groups can close them: what core does on our way carries a mark in the
context that no caller over RPC can send.
"""

from odoo import api, models
from odoo.exceptions import AccessError

KEPT_FIELDS = frozenset(
    {"video_ics_uid", "video_sequence", "video_series", "video_slot_at"}
)
_MARK = object()


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._video_check_kept({name for name in vals if vals[name]})
        return super().create(vals_list)

    def write(self, vals):
        self._video_check_kept(vals)
        return super().write(vals)

    def _video_check_kept(self, names):
        """
        :raises AccessError: somebody else chose values that are ours
        """
        if KEPT_FIELDS.isdisjoint(names) or self.env.su:
            return
        if self.env.context.get("video_kept") is not _MARK:
            raise AccessError(
                self.env._(
                    "The calendar itself keeps this of a session: %(fields)s.",
                    fields=", ".join(sorted(KEPT_FIELDS.intersection(names))),
                )
            )

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        self._video_check_kept(values)
        kept = super(CalendarEvent, self.with_context(video_kept=_MARK))
        return kept._rewrite_recurrence(values, time_values, recurrence_values)

    def _update_future_events(self, values, time_values, recurrence_values):
        self._video_check_kept(values)
        kept = super(CalendarEvent, self.with_context(video_kept=_MARK))
        return kept._update_future_events(values, time_values, recurrence_values)


class CalendarRecurrence(models.Model):
    _inherit = "calendar.recurrence"

    def _apply_recurrence(self, *values, **options):
        kept = super(CalendarRecurrence, self.with_context(video_kept=_MARK))
        return kept._apply_recurrence(*values, **options)
