# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a session takes place: the provider, chosen or by rule, and the lasting link.

An event is *managed* when it has a provider.  All others are core's: for users who
never connected and never chose, nothing changes.
"""

import secrets
from datetime import timedelta
from functools import cache, partial

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..services.video_rule import wants_room
from . import touched_events
from .calendar_attendee import TOKEN_BYTES

JOIN_PATH = "/video/join/"
# What a change of these means: Zoom, the link or a calendar file may differ.
SESSION_FIELDS = frozenset(
    {"active", "allday", "duration", "event_tz", "name", "partner_ids", "attendee_ids"}
    | {
        "start",
        "start_date",
        "stop",
        "stop_date",
        "user_id",
        "video_choice",
        "location",
    }
    | {"video_custom_url", "videocall_location", "recurrence_id"}
)
TIMES = frozenset({"start", "start_date", "stop", "stop_date"})
# What clients are told of in calendar files.
TOLD = TIMES | {"active", "location", "name"}


def _of_series(vals):
    """Return whether core takes these values to more events than it writes."""
    return bool(vals.get("recurrence_update") or vals.get("recurrency"))


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    video_choice = fields.Selection(
        [
            ("auto", "Automatic"),
            ("zoom", "Zoom"),
            ("builtin", "Built-in video room"),
            ("custom", "Custom link"),
            ("none", "None"),
        ],
        "Video call",
        default="auto",
        help="Automatic: as the organiser has set under Integrations.",
    )
    video_provider = fields.Selection(
        [
            ("zoom", "Zoom"),
            ("builtin", "Built-in video room"),
            ("custom", "Custom link"),
        ],
        "Video provider",
        compute="_compute_video_provider",
        store=True,
    )
    video_custom_url = fields.Char("Custom link", groups="base.group_user")
    video_token = fields.Char(
        compute="_compute_video_token", store=True, copy=False, groups=fields.NO_ACCESS
    )
    access_token = fields.Char(compute="_compute_access_token", readonly=False)
    video_series = fields.Char(groups="base.group_user")
    video_sequence = fields.Integer(copy=False, groups="base.group_user")
    video_made_when_near = fields.Boolean(
        copy=False,
        groups=fields.NO_ACCESS,
        help="One of many sessions: its meeting is made ahead by some weeks only.",
    )
    video_offer = fields.Boolean(compute="_compute_video_offer")
    videocall_source = fields.Selection(
        selection_add=[("managed", "Managed video call")],
        ondelete={"managed": "set discuss"},
    )

    _video_token_unique = models.UniqueIndex(
        "(video_token) WHERE video_token IS NOT NULL"
    )
    _video_series_index = models.Index("(video_series) WHERE video_series IS NOT NULL")

    @api.constrains("video_custom_url")
    def _check_video_custom_url(self):
        for event in self:
            url = event.video_custom_url
            if url and not (url.startswith("https://") and url.isprintable()):
                raise ValidationError(
                    self.env._("A video link must begin with https://.")
                )

    # Which provider

    # Not the time: a session that is moved keeps its room.
    @api.depends("video_choice", "user_id", "partner_ids", "allday")
    def _compute_video_provider(self):
        now = fields.Datetime.now()
        defaults_of = cache(lambda user: user._video_defaults())
        for event in self:
            if event.stop and event.stop < now and event.video_provider:
                continue  # what was, stays
            event.video_provider = event._video_decide(now, defaults_of)

    def _video_decide(self, now, defaults_of):
        choice = self.video_choice or "none"
        if choice == "none":
            return False
        if choice == "auto":
            return self._video_by_rule(now, *defaults_of(self.user_id))
        return "builtin" if choice == "zoom" and self.allday else choice

    def _video_by_rule(self, now, provider, rule):
        if provider == "none":
            return False
        organizer = self.user_id.partner_id
        wanted = wants_room(
            rule,
            other_attendees=len(self.partner_ids._origin - organizer),
            allday=bool(self.allday),
            is_past=bool(self.stop and self.stop < now),
        )
        return provider if wanted else False

    @api.depends("user_id", "video_provider")
    def _compute_video_offer(self):
        for event in self:
            uses = event.user_id._video_defaults()[0] != "none"
            event.video_offer = bool(event.video_provider) or uses

    # The link

    @api.depends("video_provider")
    def _compute_video_token(self):
        """Give every managed session its lasting link, and never another."""
        self._video_fill("video_token", partial(secrets.token_urlsafe, TOKEN_BYTES))

    @api.depends("video_provider")
    def _compute_access_token(self):
        """Give every managed session a built-in room too: it may be needed at once."""
        self._video_fill("access_token", partial(secrets.token_hex, 16))

    def _video_fill(self, name, make):
        """Have `make()` fill this field of saved, managed sessions that lack it."""
        for event in self:
            is_missing = event.id and event.video_provider and not event[name]
            event[name] = make() if is_missing else event[name]

    @api.depends("video_provider")
    def _compute_videocall_location(self):
        """Put our lasting link where core and other calendars look for it."""
        # What a form shows before it is saved has no link: it would be another one.
        saved = self.filtered("id")
        managed = saved.filtered("video_provider")
        base = self.browse().get_base_url()
        for event, event_sudo in zip(managed, managed.sudo(), strict=True):
            event.videocall_location = base + event_sudo._video_join_path()
        dropped = (saved - managed).filtered(
            lambda event: JOIN_PATH in (event.videocall_location or "")
        )
        dropped.videocall_location = False
        rest = self - managed - dropped
        return super(CalendarEvent, rest)._compute_videocall_location()

    @api.depends("video_provider")
    def _compute_videocall_source(self):
        managed = self.filtered("video_provider")
        managed.videocall_source = "managed"
        return super(CalendarEvent, self - managed)._compute_videocall_source()

    def _video_has_link(self):
        """Return whether this is, or ever was, a managed session."""
        return bool(self.sudo().video_token)

    def _video_join_url(self, attendee=None):
        """Return the lasting link: the attendee's own, or the session's."""
        self.ensure_one()
        return self.sudo().get_base_url() + self._video_join_path(attendee)

    def _video_join_path(self, attendee=None):
        """Return the path of the lasting link: the attendee's own, or the session's."""
        if attendee:
            return JOIN_PATH + attendee._video_join_token()
        return JOIN_PATH + (self.sudo().video_token or "")

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        new_ids = touched_events.new_ids(self.env.cr)
        events = super().create([self._video_prepare(vals) for vals in vals_list])
        # Were they looked at already, on somebody's flush, this is a set of the past.
        new_ids.update(events.ids)
        events._video_touch()
        return events

    def _video_prepare(self, vals):
        """Return `vals` for a new event: a link of its own, and none of another's."""
        vals = dict(vals)
        if not vals.get("access_token"):
            vals.pop("access_token", None)  # core's form sends it empty
        location = vals.get("videocall_location")
        if location and JOIN_PATH in location:
            vals.pop("videocall_location")
        elif location and "video_choice" not in vals:
            vals["video_choice"] = "none"  # it has a room
        return vals

    @api.model
    def _get_contact_details_description(self, organizer, partners):
        """Read whom core describes with one question in place of one for each."""
        people = organizer.partner_id | partners
        if unread_ids := list(people._fields["name"]._cache_missing_ids(people)):
            also_archived = people.with_context(active_test=False)
            also_archived.search_fetch([("id", "in", unread_ids)])
        return super()._get_contact_details_description(organizer, partners)

    def write(self, vals):
        vals = self._video_interpret(vals)
        touched = not SESSION_FIELDS.isdisjoint(vals)
        if touched:
            self._video_read_ahead()
            vals = self._video_raise_sequence(vals)  # before core mails the change
            self._video_decide_anew(vals)
        result = super().write(vals)
        if touched:
            self._video_touch()
            self._video_release_when_settled(vals)
        return result

    def _video_read_ahead(self):
        """Read what core's `write` reads, without asking who may see a private event.

        Core asks the database six questions for that, and then refuses who may not.
        """
        self.sudo().fetch(["attendee_ids", "activity_ids"])
        # These may be of what this user may not read: core has to ask for them itself.
        planned = self.sudo().filtered("activity_ids")
        planned.invalidate_recordset(["activity_ids"])

    def _video_decide_anew(self, vals):
        """Give sessions that had no room because they were over another chance."""
        if TIMES.isdisjoint(vals):
            return
        without = self.sudo().filtered(lambda event: not event.video_provider)
        self.env.add_to_compute(self._fields["video_provider"], without)

    def _video_interpret(self, vals):
        """Read a link that core's screens wrote as the choice it means."""
        if "videocall_location" not in vals:
            return vals
        vals = dict(vals) if vals.get("recurrence_update") is None else vals
        location = vals["videocall_location"]
        managed = any(self.sudo().mapped("video_provider"))
        if location and JOIN_PATH in location:
            vals.pop("videocall_location")
        elif "video_choice" in vals or not (managed or location):
            return vals
        elif managed and location and self.DISCUSS_ROUTE in location:
            vals.pop("videocall_location")
            vals["video_choice"] = "builtin"
        elif managed and location and location.startswith("https://"):
            vals.pop("videocall_location")
            vals |= {"video_choice": "custom", "video_custom_url": location}
        else:
            vals["video_choice"] = "none"
        return vals

    def _video_raise_sequence(self, vals):
        """Count a change that clients are told of.

        :return: the values to write, with the count if it is the same for all
        """
        if TOLD.isdisjoint(vals):
            return vals
        managed = self.sudo().filtered("video_provider")
        counts = managed.grouped("video_sequence")
        # What core does with a series' values is another matter.
        if managed == self.sudo() and len(counts) == 1 and not _of_series(vals):
            return {**vals, "video_sequence": next(iter(counts)) + 1}
        for sequence, events in counts.items():
            events.video_sequence = sequence + 1  # one write for many
        return vals

    def _video_release_when_settled(self, vals):
        """Send held mails when there is nothing to wait for any more."""
        if {"video_choice", "user_id", "allday"}.isdisjoint(vals):
            return
        held = self.sudo().exists().attendee_ids.filtered("video_held_until")
        events = held.event_id
        awaited = {*events._video_pending().ids, *events._video_changing()}
        held.filtered(lambda a: a.event_id.id not in awaited)._release_held_mails()

    def unlink(self):
        self._video_close()
        # As before a change: core asks for these, and who may not is refused then.
        self.sudo().fetch(["alarm_ids"])
        return super().unlink()

    def copy(self, default=None):
        return super().copy({**(default or {}), "video_series": False})

    def _video_is_worth_a_room(self):
        """Return whether this is a session still to come (or going on)."""
        return bool(
            self.active and not self.allday and self.stop > fields.Datetime.now()
        )

    @api.model
    def _get_public_fields(self):
        # Harmless, and core's code asks them of events it shows as "Busy".
        return super()._get_public_fields() | {"video_provider", "video_choice"}

    def _video_page_action(self):
        """Return the action that opens the session's page."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _video_zone(self):
        """Return the zone of the session: of its series, else the organiser's.

        Not `event_tz`: for a session that left its series core computes whatever zone
        the current user happens to have, which is nobody's in the delivery.
        """
        return self.recurrence_id.event_tz or self.user_id.tz

    def _video_is_declined(self):
        """Return whether the organiser has declined: then nobody holds the session."""
        organizer = self.user_id.partner_id
        return any(
            attendee.state == "declined" and attendee.partner_id == organizer
            for attendee in self.attendee_ids
        )

    def _video_horizon(self):
        """Return until when meetings of series are made ahead (naive UTC)."""
        weeks = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("psynamica_zoom.horizon_weeks", "4")
        )
        weeks = int(weeks) if str(weeks).isdigit() else 4
        return fields.Datetime.now() + timedelta(weeks=weeks)
