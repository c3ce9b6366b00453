# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a practice offers: how long, where, by whom, and by which rules it is booked."""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..services.link_name import link_name

TOKEN_BYTES = 24  # 192 bits: nobody finds a private link by trying
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ONLINE = ("zoom", "builtin", "custom")


class BookingService(models.Model):
    _name = "psynamica.booking.service"
    _description = "Service"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Html(translate=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    color = fields.Integer()
    minutes = fields.Integer("Duration (minutes)", default=50, required=True)
    location = fields.Selection(
        [
            ("zoom", "Zoom"),
            ("builtin", "Built-in video room"),
            ("in_person", "In person"),
            ("phone", "Phone"),
            ("custom", "Custom link"),
        ],
        default="zoom",
        required=True,
        help="Sessions that are booked already follow. Clients see it on their page and"
        " in reminders; no mail is sent for it.",
    )
    address = fields.Char(help="Where the client comes to.")
    custom_url = fields.Char("Link")
    user_ids = fields.Many2many(
        "res.users",
        string="Therapists",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    price = fields.Monetary(help="Shown to clients. Nothing is charged.")
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )

    # When it can be booked
    buffer_before = fields.Integer("Pause before (minutes)")
    buffer_after = fields.Integer("Pause after (minutes)", default=10)
    interval_minutes = fields.Integer(
        "A slot every (minutes)", default=30, required=True
    )
    notice_hours = fields.Float("Minimum notice (hours)", default=12)
    horizon_days = fields.Integer("Bookable ahead (days)", default=60, required=True)
    most_per_day = fields.Integer("Most per day", help="0: as many as fit.")
    most_per_week = fields.Integer("Most per week", help="0: as many as fit.")

    # Who and how
    capacity = fields.Integer("Participants at most", default=1, required=True)
    kind = fields.Selection(
        [("single", "One client"), ("couple", "Couple or family"), ("group", "Group")],
        default="single",
        required=True,
    )
    confirmation = fields.Selection(
        [("auto", "At once"), ("therapist", "By the therapist")],
        default="auto",
        required=True,
    )
    question_ids = fields.One2many(
        "psynamica.booking.question", "service_id", copy=True
    )

    # Changing one's mind
    cancel_hours = fields.Integer("May be changed until (hours before)", default=24)
    late_text = fields.Text(
        "What late cancelling means",
        translate=True,
        help="Shown to clients before they cancel or move.",
    )

    # What Zoom is told
    waiting_room = fields.Boolean(default=True)
    join_before_host = fields.Boolean("Clients may enter before the therapist")
    topic_template = fields.Char(
        "Topic at Zoom",
        help="{code} is replaced by a random code. Zoom learns nothing else.",
    )
    topic_preview = fields.Char(compute="_compute_topic_preview")

    # Reminders
    remind_day = fields.Boolean("Remind", default=True)
    remind_day_hours = fields.Integer("Hours before", default=24)
    remind_hour = fields.Boolean("Remind once more", default=True)
    remind_hour_minutes = fields.Integer("Minutes before", default=60)
    remind_therapist = fields.Boolean("Remind the therapist, too", default=True)

    # Where it is found
    is_published = fields.Boolean("Public", help="Listed on the practice's page.")
    slug = fields.Char("Name in the link", copy=False)
    # Who has the private link can book: not for all who see the services.
    access_token = fields.Char(copy=False, groups="psynamica_booking.group_therapist")
    unconnected_ids = fields.Many2many(
        "res.users",
        compute="_compute_unconnected_ids",
        string="Therapists without Zoom",
    )

    _slug_unique = models.UniqueIndex(
        "(company_id, slug) WHERE slug IS NOT NULL", "This link is taken already."
    )
    _minutes_positive = models.Constraint(
        "CHECK(minutes BETWEEN 5 AND 1440)", "A service takes 5 minutes to 24 hours."
    )
    _interval_positive = models.Constraint(
        "CHECK(interval_minutes BETWEEN 5 AND 1440)",
        "There can be a slot every 5 minutes at most.",
    )
    _capacity_positive = models.Constraint(
        "CHECK(capacity BETWEEN 1 AND 100)", "A session has 1 to 100 participants."
    )
    _rules_not_negative = models.Constraint(
        """CHECK(buffer_before >= 0 AND buffer_after >= 0 AND notice_hours >= 0
                 AND horizon_days BETWEEN 1 AND 730 AND most_per_day >= 0
                 AND most_per_week >= 0 AND cancel_hours >= 0)""",
        "These numbers cannot be negative, and the horizon is two years at most.",
    )
    _reminders_ahead_of_it = models.Constraint(
        """CHECK(remind_day_hours BETWEEN 1 AND 720
                 AND remind_hour_minutes BETWEEN 5 AND 1440)""",
        "A reminder goes out 1 hour to 30 days before the session, and a second one"
        " 5 minutes to a day before it.",
    )

    @api.constrains("custom_url", "location")
    def _check_custom_url(self):
        for service in self.filtered(lambda s: s.location == "custom"):
            if not (service.custom_url or "").startswith("https://"):
                raise ValidationError(
                    self.env._("A video link must begin with https://.")
                )

    @api.constrains("notice_hours", "horizon_days")
    def _check_notice(self):
        for service in self:
            if service.notice_hours > service.horizon_days * 24:
                raise ValidationError(
                    self.env._("The minimum notice ends before the horizon.")
                )

    @api.constrains("slug")
    def _check_slug(self):
        for service in self.filtered("slug"):
            if not SLUG.fullmatch(service.slug):
                raise ValidationError(
                    self.env._(
                        "A name in a link has small letters, digits and hyphens only."
                    )
                )

    @api.constrains("kind", "capacity")
    def _check_capacity(self):
        for service in self:
            if service.kind == "single" and service.capacity != 1:
                raise ValidationError(
                    self.env._("A session with one client has one participant.")
                )

    @api.constrains("kind", "confirmation")
    def _check_confirmation(self):
        """Refuse groups that the therapist confirms: a session is confirmed, not each
        client, so that everybody after the first would be in without being asked.
        """
        for service in self:
            if service.kind == "group" and service.confirmation == "therapist":
                raise ValidationError(
                    self.env._(
                        "A place in a group is booked at once. To choose who takes"
                        " part, do not make the service public: book for your clients,"
                        " or send them the private link."
                    )
                )

    def _reminders_ahead(self):
        """Return kind of message → how long before a session it is sent."""
        self.ensure_one()
        ahead = {}
        if self.remind_day:
            ahead["remind_day"] = timedelta(hours=self.remind_day_hours)
        if self.remind_hour:
            ahead["remind_hour"] = timedelta(minutes=self.remind_hour_minutes)
        return ahead

    @api.onchange("kind")
    def _onchange_kind(self):
        self.capacity = {"single": 1, "couple": 2}.get(self.kind, max(self.capacity, 8))
        if self.kind == "group":
            self.confirmation = "auto"

    @api.depends("topic_template")
    def _compute_topic_preview(self):
        for service in self:
            template = service.topic_template or self.env._("Appointment {code}")
            service.topic_preview = template.replace("{code}", "7K3F")

    @api.depends("location", "user_ids")
    def _compute_unconnected_ids(self):
        for service in self:
            missing = service.user_ids.filtered(
                lambda user: not user._zoom_live_connection()
            )
            service.unconnected_ids = missing if service.location == "zoom" else False

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        for service in services:
            service.sudo().access_token = secrets.token_urlsafe(TOKEN_BYTES)
            if not service.slug:
                service.slug = service._free_slug()
        return services

    def write(self, vals):
        """Keep the private link random.

        :raises AccessError: somebody wants to choose it
        """
        if "access_token" in vals and not self.env.su:
            raise AccessError(self.env._("A private link is made at random only."))
        return super().write(vals)

    def _free_slug(self):
        """Return a name for the link that is not taken."""
        name = self.with_context(lang="en_US").name or ""
        stem = link_name(name) or "session"
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id), ("slug", "!=", False)])
            .mapped("slug")
        )
        names = (
            stem if number == 1 else f"{stem}-{number}" for number in range(1, 10**6)
        )
        return next(name for name in names if name not in taken)

    def _confirmed_sessions(self, domain):
        """Return the confirmed bookings of these services that fit, with sudo."""
        return (
            self.env["psynamica.booking"]
            .sudo()
            .search(
                [
                    ("service_id", "in", self.ids),
                    ("state", "=", "confirmed"),
                    *domain,
                ]
            )
        )

    def _is_online(self):
        """Return whether clients take part from where they are, by video."""
        return self.location in ONLINE
