# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Side doors that Odoo leaves open beside a field's groups, shut for what opens a room.

* Defaults in the caller's context reach rows that are made with all rights on the way,
  without a look at the field's groups.
* A private event shows "Busy" to colleagues, but a search for the link's first letters
  finds it, and so does sorting by the link: letter by letter the link comes out.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from .calendar_event_kept import KEPT_FIELDS

# What a colleague does not learn of a private event, and could by searching.
LINKS = frozenset(
    {"videocall_location", "video_custom_url", "video_series", "access_token"}
)


def _without_closed_defaults(records):
    """Return `records` without defaults in the context for fields nobody may write."""
    context = records.env.context
    closed = {
        key
        for key in context
        if key.startswith("default_")
        and (field := records._fields.get(key.removeprefix("default_")))
        and (field.groups == fields.NO_ACCESS or field.name in KEPT_FIELDS)
    }
    if not closed:
        return records
    kept = {key: value for key, value in context.items() if key not in closed}
    return records.with_env(records.env(context=kept))


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    @api.model
    def default_get(self, fields):
        return super(CalendarAttendee, _without_closed_defaults(self)).default_get(
            fields
        )


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def default_get(self, fields):
        return super(CalendarEvent, _without_closed_defaults(self)).default_get(fields)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        if not (self.env.su or options.get("bypass_access")):
            domain = self._video_hide_private_links(Domain(domain), order)
        return super()._search(domain, offset, limit, order, **options)

    @api.model
    def _video_hide_private_links(self, domain, order):
        """Return `domain`, without colleagues' private events if it asks for a link."""
        asked = {one.field_expr.split(".")[0] for one in domain.iter_conditions()}
        asked |= {word for part in (order or "").split(",") for word in part.split()}
        if LINKS.isdisjoint(asked):
            return domain
        own = Domain("partner_ids", "in", self.env.user.partner_id.ids)
        return domain & (own | Domain(self._get_default_privacy_domain()))
