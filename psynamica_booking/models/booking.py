# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One session of a service: who gives it, when, in which state it is.

It has one calendar event while it takes place, and one participant a client.
"""

import secrets

from odoo import api, fields, models

# What is to take place, and what occupies the therapist's time.
PLANNED = ("requested", "confirmed")
OPEN = ("held", *PLANNED)
OVER = ("done", "no_show")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no look-alikes
REFERENCE_LENGTH = 8


class Booking(models.Model):
    _name = "psynamica.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "reference"
    _order = "start desc, id desc"

    reference = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: self._reference()
    )
    service_id = fields.Many2one(
        "psynamica.booking.service", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", "Therapist", required=True)
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, precompute=True
    )
    start = fields.Datetime(required=True, index=True)
    stop = fields.Datetime(required=True)
    minutes = fields.Integer(compute="_compute_minutes")
    has_begun = fields.Boolean(compute="_compute_has_begun")
    state = fields.Selection(
        [
            ("held", "Being filled in"),
            ("requested", "Requested"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("no_show", "Client did not come"),
        ],
        required=True,
        readonly=True,
        default="confirmed",
        index=True,
        group_expand="_states_of_columns",
    )
    cancelled_by = fields.Selection(
        [
            ("client", "Client"),
            ("therapist", "Therapist"),
            ("practice", "Practice"),
        ],
        readonly=True,
    )
    cancelled_at = fields.Datetime(readonly=True)
    cancel_reason = fields.Char(groups="base.group_user")
    is_late = fields.Boolean("Cancelled late", readonly=True)
    held_until = fields.Datetime(readonly=True)
    hold_token = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    event_id = fields.Many2one(
        "calendar.event",
        "Calendar event",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        copy=False,
    )
    participant_ids = fields.One2many(
        "psynamica.booking.participant", "booking_id", "Participants"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        compute="_compute_partner_id",
        store=True,
        index="btree_not_null",
    )
    client_count = fields.Integer(compute="_compute_partner_id", store=True)
    series = fields.Char(readonly=True, copy=False, index="btree_not_null")
    note = fields.Text(help="For the practice only. Never sent to Zoom or to clients.")
    source = fields.Selection(
        [("practice", "Practice"), ("public", "Scheduling page")],
        default="practice",
        required=True,
        readonly=True,
    )
    color = fields.Integer(related="service_id.color")
    location = fields.Selection(related="service_id.location")

    # A therapist gives one session at a time.  Half-open: back to back is no overlap.
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int8range(
                user_id::bigint * 100000000000 + extract(epoch FROM start)::bigint,
                user_id::bigint * 100000000000 + extract(epoch FROM stop)::bigint)
            WITH &&)
           WHERE (state IN ('held', 'requested', 'confirmed'))""",
        "This time has just been taken.",
    )
    _in_order = models.Constraint(
        "CHECK(stop > start)", "A session ends after it begins."
    )
    _event_unique = models.UniqueIndex("(event_id) WHERE event_id IS NOT NULL")
    _reference_unique = models.UniqueIndex("(reference)")
    # A month of one therapist, whatever is over: few sessions last long.
    _therapist_start = models.Index("(user_id, start)")
    _therapist_long = models.Index(
        "(user_id, stop) WHERE stop - start > interval '2 days'"
    )
    _held_index = models.Index("(held_until) WHERE state = 'held'")

    @api.model
    def _reference(self):
        return "".join(secrets.choice(ALPHABET) for _place in range(REFERENCE_LENGTH))

    @api.depends("start", "stop")
    def _compute_minutes(self):
        for booking in self:
            length = booking.stop - booking.start if booking.stop else None
            booking.minutes = length.total_seconds() // 60 if length else 0

    @api.depends("start")
    def _compute_has_begun(self):
        now = fields.Datetime.now()
        for booking in self:
            booking.has_begun = bool(booking.start and booking.start <= now)

    def _states_of_columns(self, _states, _domain):
        """Return the states that have a column, also when nothing is in it."""
        known = self._fields["state"].get_values(self.env)
        return [state for state in known if state != "held"]

    @api.depends("participant_ids.partner_id", "participant_ids.state")
    def _compute_partner_id(self):
        for booking in self:
            present = booking.participant_ids.filtered(lambda p: p.state != "cancelled")
            clients = (present or booking.participant_ids).partner_id
            booking.partner_id = clients[:1]
            booking.client_count = len(present)

    @api.depends("service_id", "start", "partner_id")
    @api.depends_context("tz", "lang")
    def _compute_display_name(self):
        for booking in self:
            names = filter(None, [booking.service_id.name, booking.partner_id.name])
            booking.display_name = " – ".join(names) or booking.reference
