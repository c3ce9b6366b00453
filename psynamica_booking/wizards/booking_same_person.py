# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deciding whether a client of the scheduling page is somebody known."""

from odoo import api, fields, models


class BookingSamePerson(models.TransientModel):
    _name = "psynamica.booking.same.person"
    _description = "Is it the same person?"

    participant_id = fields.Many2one(
        "psynamica.booking.participant", required=True, readonly=True
    )
    # Nothing with more rights than the reader has: anybody can name any participant.
    given_name = fields.Char(related="participant_id.given_name", related_sudo=False)
    given_phone = fields.Char(related="participant_id.given_phone", related_sudo=False)
    email = fields.Char(related="participant_id.partner_id.email", related_sudo=False)
    known_ids = fields.Many2many(
        related="participant_id.likely_partner_ids", related_sudo=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Known client",
        compute="_compute_partner_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', known_ids)]",
    )
    known_phone = fields.Char(
        "Phone we have", related="partner_id.phone", related_sudo=False
    )
    adds_phone = fields.Boolean(compute="_compute_adds_phone")

    @api.depends("participant_id")
    def _compute_partner_id(self):
        for form in self:
            known = form.known_ids
            form.partner_id = known if len(known) == 1 else False

    @api.depends("participant_id")
    def _compute_adds_phone(self):
        for form in self:
            form.adds_phone = bool(form.given_phone) and not form.known_ids

    def action_same(self):
        """Book for the client chosen; the contact made by the page goes."""
        self.participant_id._is_the_same_as(self.partner_id)
        return self._close()

    def action_other(self):
        """Leave it as it is."""
        self.participant_id._is_somebody_else()
        return self._close()

    def action_phone(self):
        """Write the phone number that was given into the contact."""
        self.participant_id._take_phone()
        return self._close()

    def _close(self):
        return {"type": "ir.actions.client", "tag": "soft_reload"}
