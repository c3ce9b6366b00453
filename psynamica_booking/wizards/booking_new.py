# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A new booking in a few clicks: who, what, when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.time_zone import offset_differs, visitor_zone


class BookingNew(models.TransientModel):
    _name = "psynamica.booking.new"
    _inherit = ["psynamica.booking.client.form"]
    _description = "New booking"

    service_id = fields.Many2one(
        "psynamica.booking.service", default=lambda self: self._default_service()
    )
    user_id = fields.Many2one(
        "res.users",
        "Therapist",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', therapist_ids)]",
    )
    therapist_ids = fields.Many2many(
        "res.users", string="Therapists", compute="_compute_therapist_ids"
    )
    day = fields.Date(default=lambda self: self._default_day())
    start = fields.Datetime("Time")
    other_time = fields.Datetime(
        help="A time outside the hours that clients may choose from."
    )
    booking_id = fields.Many2one("psynamica.booking", readonly=True)
    client_tz = fields.Char(compute="_compute_client_tz")
    therapist_tz = fields.Char(compute="_compute_therapist_tz")
    note = fields.Text(help="For the practice only. Never sent to Zoom or to clients.")
    zoom_missing = fields.Boolean(compute="_compute_zoom_missing")
    has_services = fields.Boolean(compute="_compute_has_services")

    @api.model
    def _default_service(self):
        """Return what this user booked last, else the first that this user gives."""
        last = self.env["psynamica.booking"].search(
            [("create_uid", "=", self.env.uid)], order="id desc", limit=1
        )
        services = self.env["psynamica.booking.service"]
        own = services.search([("user_ids", "in", self.env.uid)], limit=1)
        return last.service_id.filtered("active") or own or services.search([], limit=1)

    @api.model
    def _default_day(self):
        """Return the first day with a free time, for what is filled in at first."""
        today = fields.Date.context_today(self)
        services = self.env["psynamica.booking.service"]
        named = services.browse(self.env.context.get("default_service_id"))
        service = named.exists() or self._default_service()
        if not service:
            return today
        user_id = self.env.context.get("default_user_id")
        return (
            self.next_free_day(
                service.id,
                user_id or self._usual_therapist(service).id,
                fields.Date.to_string(today - timedelta(days=1)),
            )
            or today
        )

    @api.model
    def _usual_therapist(self, service):
        """Return this user where they give the service, else whoever does."""
        return (service.user_ids & self.env.user) or service.user_ids[:1]

    @api.depends("service_id")
    def _compute_therapist_ids(self):
        for new in self:
            new.therapist_ids = new.service_id.user_ids

    @api.depends("service_id")
    def _compute_user_id(self):
        for new in self:
            if new.user_id in new.service_id.user_ids:
                continue
            new.user_id = new._usual_therapist(new.service_id)

    @api.depends("partner_id", "day")
    @api.depends_context("uid")
    def _compute_client_tz(self):
        """Name the client's zone when its clock shows another time than ours."""
        for new in self:
            new.client_tz = new._other_clock(new.partner_id.tz)

    @api.depends("user_id", "day")
    @api.depends_context("uid")
    def _compute_therapist_tz(self):
        """Name the zone of the therapist's hours when its clock is not ours."""
        for new in self:
            name = new.user_id._booking_zone() if new.user_id else False
            new.therapist_tz = new._other_clock(name)

    def _other_clock(self, name):
        """Return this zone's name if its clock shows another time than ours."""
        zone = visitor_zone(name)
        ours = visitor_zone(self.env.user.tz) or ZoneInfo("UTC")
        noon = datetime.combine(self.day or fields.Date.today(), time(12), ours)
        return name if zone and offset_differs(zone, ours, noon) else False

    @api.depends("service_id", "user_id")
    def _compute_zoom_missing(self):
        for new in self:
            new.zoom_missing = new.user_id in new.service_id.unconnected_ids

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_has_services(self):
        services = self.env["psynamica.booking.service"].search([], limit=1)
        for new in self:
            new.has_services = bool(services)

    @api.onchange("service_id", "user_id", "day")
    def _onchange_slots(self):
        self.start = False

    def action_create(self):
        """Book, and open the session's page.

        :raises UserError: something is missing, or the time has just been taken
        """
        self.ensure_one()
        self._check_complete()
        start = self.other_time or self.start
        self._complete_client()
        bookings = self.env["psynamica.booking"]
        participants = bookings._book(
            self.service_id,
            self.user_id,
            start,
            [bookings._client_values(self.partner_id)],
            note=self.note or False,
        )
        return participants.booking_id.with_env(self.env)._action_open()

    def action_move(self):
        """Move the booking this was opened for."""
        self.ensure_one()
        start = self.other_time or self.start
        if not start:
            raise UserError(self.env._("Please choose a time."))
        self.booking_id.check_access("write")
        user = self.user_id if self.user_id != self.booking_id.user_id else None
        self.booking_id._move(start, user=user, by=self.booking_id._whose_hand())
        return self.booking_id._action_open()

    def _check_complete(self):
        self._check_may_book()
        if not self.partner_id:
            raise UserError(self.env._("Please say who the client is."))
        if not self.service_id or not self.user_id:
            raise UserError(self.env._("Please choose a service and a therapist."))
        if not (self.other_time or self.start):
            raise UserError(self.env._("Please choose a time."))

    def _check_may_book(self):
        """Let therapists book for themselves and the reception for everybody."""
        is_reception = self.env.user.has_group("psynamica_booking.group_reception")
        if self.user_id == self.env.user or is_reception:
            return
        raise UserError(
            self.env._("You can book for yourself. The reception books for colleagues.")
        )

    @api.model
    def _action(self, **values):
        """Return the action that opens the form."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New booking"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    @api.model
    def next_free_day(self, service_id, user_id, day):
        """Return the first day with a free slot after `day`, False when none is near.

        :param day: date as text, in the user's zone
        """
        service = self.env["psynamica.booking.service"].browse(service_id)
        zone = visitor_zone(self.env.user.tz) or ZoneInfo("UTC")
        begin = fields.Date.to_date(day) + timedelta(days=1)
        first = datetime.combine(begin, time(), zone).astimezone(ZoneInfo("UTC"))
        slots = service.free_slots(
            service_id,
            user_id,
            fields.Datetime.to_string(first.replace(tzinfo=None)),
            fields.Datetime.to_string(
                first.replace(tzinfo=None) + timedelta(days=service.horizon_days)
            ),
        )
        if not slots:
            return False
        start = fields.Datetime.to_datetime(slots[0]["start"])
        local = start.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
        return fields.Date.to_string(local.date())
