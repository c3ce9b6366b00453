# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a service is found by clients, and its bookings by the practice."""

import secrets

from odoo import api, fields, models

from .booking_service import TOKEN_BYTES


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    public_url = fields.Char("Public link", compute="_compute_urls")
    private_url = fields.Char(
        "Private link",
        compute="_compute_urls",
        groups="psynamica_booking.group_therapist",
        help="Whoever has this link can book, also while the service is not public.",
    )
    linked_user_ids = fields.Many2many(
        "res.users",
        string="Links of the therapists",
        compute="_compute_linked_user_ids",
    )
    booking_count = fields.Integer("Bookings", compute="_compute_booking_count")

    @api.depends("slug", "is_published", "access_token", "active")
    def _compute_urls(self):
        for service in self:
            base = service.get_base_url()
            is_listed = service.is_published and service.slug
            token = service.sudo().access_token
            service.public_url = f"{base}/book/{service.slug}" if is_listed else False
            service.private_url = f"{base}/book/p/{token}" if token else False

    def _therapist_links(self):
        """Return id of a therapist → where clients book this service with them.

        :return: nothing while the service is not public
        """
        self.ensure_one()
        if not self.public_url:
            return {}
        slugs = self._public_therapists()._booking_slugs()
        return {user.id: f"{self.public_url}/{slug}" for slug, user in slugs.items()}

    @api.depends("user_ids.active", "user_ids.share")
    def _compute_linked_user_ids(self):
        for service in self:
            service.linked_user_ids = service._public_therapists()

    @api.depends_context("uid")
    def _compute_booking_count(self):
        bookings = self.env["psynamica.booking"]
        counts = {}
        if bookings.has_access("read"):
            counts = dict(
                bookings._read_group(
                    [("service_id", "in", self.ids), ("state", "!=", "held")],
                    ["service_id"],
                    ["__count"],
                )
            )
        for service in self:
            service.booking_count = counts.get(service._origin, 0)

    def action_open_bookings(self):
        """Show what is booked of this service."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "psynamica_booking.action_bookings"
        )
        action["domain"] = [("service_id", "=", self.id), ("state", "!=", "held")]
        return action

    def action_new_private_link(self):
        """Have the private link that was given out open nothing any more."""
        self.check_access("write")
        for service in self:
            service.sudo().access_token = secrets.token_urlsafe(TOKEN_BYTES)
