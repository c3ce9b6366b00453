# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A link by which one client books one service, listed or not.

Whoever has it books as this client, without writing name and address again; the pages
behind it tell neither.
"""

import secrets

from odoo import api, fields, models

from .booking_service import TOKEN_BYTES


class BookingLink(models.Model):
    _name = "psynamica.booking.link"
    _description = "Client's own booking link"
    _rec_name = "partner_id"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, index=True, ondelete="cascade"
    )
    service_id = fields.Many2one(
        "psynamica.booking.service", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="service_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        "Therapist",
        domain="[('share', '=', False)]",
        help="Empty: any therapist of the service.",
    )
    active = fields.Boolean(default=True, help="An archived link opens nothing.")
    token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    url = fields.Char("Link", compute="_compute_url")

    _token_unique = models.UniqueIndex("(token) WHERE token IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        for link in links.sudo():
            link.token = secrets.token_urlsafe(TOKEN_BYTES)
        return links

    @api.depends("service_id")
    def _compute_url(self):
        for link in self:
            token = link.sudo().token
            link.url = f"{link.get_base_url()}/book/c/{token}" if token else False

    @api.model
    def _find(self, token):
        """Return the link with this token, nothing when there is none any more."""
        link = self.sudo().search([("token", "=", token)], limit=1)
        return link if link.service_id.active and link.partner_id.active else link[:0]

    def _therapists(self):
        """Return who can be booked by this link; nobody by no link."""
        if not self:
            return self.env["res.users"].sudo()
        therapists = self.service_id._public_therapists()
        return therapists & self.user_id if self.user_id else therapists


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_booking_link(self):
        """Open the booking links of this client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "psynamica_booking.action_booking_links"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
