# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One more person in a session of a couple, a family or a group."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class BookingAdd(models.TransientModel):
    _name = "psynamica.booking.add"
    _inherit = ["psynamica.booking.client.form"]
    _description = "Add a participant"

    booking_id = fields.Many2one("psynamica.booking", required=True, readonly=True)
    # Nothing with more rights than the reader has: anybody can name any booking.
    places_left = fields.Integer(compute="_compute_places_left", compute_sudo=False)

    @api.depends("booking_id")
    def _compute_places_left(self):
        for form in self:
            booking = form.booking_id
            free = booking.service_id.capacity - booking.client_count
            form.places_left = max(free, 0)

    def action_add(self):
        """Have this person take part; the link goes to them only.

        :raises UserError: nobody is named, they take part already, or it is full
        """
        self.ensure_one()
        booking = self.booking_id
        booking.check_access("write")
        if not self.partner_id:
            raise UserError(self.env._("Please say who the client is."))
        # One after the other: two who add somebody at once both see a place.
        self.env["psynamica.booking.host"].sudo()._take_turn(booking.user_id)
        booking.invalidate_recordset()
        joined = booking.sudo()
        joined._check_planned()
        if self.partner_id in joined._clients():
            raise UserError(self.env._("This client takes part already."))
        self._complete_client()
        joined._add_clients([joined._client_values(self.partner_id)])
        return {"type": "ir.actions.act_window_close"}
