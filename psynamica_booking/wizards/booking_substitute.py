# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Handing sessions over to another therapist, and taking them back."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..models.booking import PLANNED
from ..models.booking_making import SlotTaken


class BookingSubstitute(models.TransientModel):
    _name = "psynamica.booking.substitute"
    _description = "Substitute therapist"

    booking_ids = fields.Many2many(
        "psynamica.booking", string="Sessions", default=lambda self: self._chosen()
    )
    possible_ids = fields.Many2many("res.users", compute="_compute_possible")
    suggestion = fields.Char(compute="_compute_possible")
    user_id = fields.Many2one(
        "res.users", "Substitute", domain="[('id', 'in', possible_ids)]"
    )
    words = fields.Text(
        "Your words to the clients",
        help="Added to the message about the change. Clients read it as it is.",
    )
    state = fields.Selection(
        [("asked", "Asked"), ("done", "Handed over"), ("undone", "Taken back")],
        default="asked",
        readonly=True,
    )
    line_ids = fields.One2many(
        "psynamica.booking.substitute.line", "substitute_id", readonly=True
    )

    @api.model
    def _chosen(self):
        """Return the sessions the wizard was opened for, which still take place."""
        if self.env.context.get("active_model") != "psynamica.booking":
            return self.env["psynamica.booking"]
        chosen = self.env["psynamica.booking"].browse(
            self.env.context.get("active_ids", [])
        )
        return chosen.filtered(lambda b: b.state in PLANNED)

    @api.depends("booking_ids")
    def _compute_possible(self):
        for substitute in self:
            ranked = substitute.booking_ids._origin._possible_substitutes()
            users = [user.id for user, _standing in ranked]
            substitute.possible_ids = [Command.set(users)]
            substitute.suggestion = substitute._suggestion(ranked)

    def _suggestion(self, ranked):
        free = ", ".join(user.name for user, standing in ranked if standing == "free")
        outside = ", ".join(
            user.name for user, standing in ranked if standing == "outside"
        )
        if free:
            return self.env._("Free at all these times: %(names)s", names=free)
        if outside:
            return self.env._(
                "Not busy, but outside their hours: %(names)s", names=outside
            )
        return self.env._("Nobody who gives these services is free at all these times.")

    def action_hand_over(self):
        """Hand the sessions over, and show what was done.

        :raises UserError: somebody is missing, or the substitute is busy
        """
        self.ensure_one()
        bookings = self.booking_ids
        bookings.check_access("write")
        if not bookings or not self.user_id:
            raise UserError(self.env._("Please choose sessions and a substitute."))
        if self.user_id not in self.possible_ids:
            name = self.user_id.name
            raise UserError(
                self.env._("%(name)s does not give this service.", name=name)
            )
        # As the server: what is given back later rests on these lines.
        self.line_ids.sudo().create(
            [
                {
                    "substitute_id": self.id,
                    "booking_id": booking.id,
                    "old_user_id": booking.user_id.id,
                    "new_user_id": self.user_id.id,
                    "start": booking.start,
                }
                for booking in bookings
            ]
        )
        for booking in bookings:
            self._hand_over_one(booking)
        self.state = "done"
        return self._show()

    def _hand_over_one(self, booking):
        try:
            booking._hand_over(self.user_id, self.words or "", booking._whose_hand())
        except SlotTaken as taken:
            when = format_datetime(self.env, booking.sudo().start)
            raise UserError(
                self.env._(
                    "%(name)s is busy on %(when)s. Nothing was handed over.",
                    name=self.user_id.name,
                    when=when,
                )
            ) from taken

    def action_give_back(self):
        """Give back what has not been changed since.

        The right to do so was looked at when the sessions were handed over: whoever
        opened this form, and nobody else, reaches it.

        :raises UserError: something has been changed, or the therapist is busy by now
        """
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("This has been given back already."))
        for line in self.line_ids.sudo():
            self._check_unchanged(line)
            line.booking_id._give_back(line.old_user_id)
        self.state = "undone"
        return self._show()

    def _check_unchanged(self, line):
        booking = line.booking_id
        is_same = (
            booking.user_id == line.new_user_id
            and booking.start == line.start
            and booking.state in PLANNED
        )
        if not is_same:
            raise UserError(
                self.env._(
                    "The session of %(when)s has been changed since. "
                    "Please give it back from its own page.",
                    when=format_datetime(self.env, line.start),
                )
            )

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Substitute therapist"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class BookingSubstituteLine(models.TransientModel):
    _name = "psynamica.booking.substitute.line"
    _description = "Session handed over"
    _order = "start"

    substitute_id = fields.Many2one(
        "psynamica.booking.substitute",
        "Form",
        required=True,
        ondelete="cascade",
        index=True,
    )
    booking_id = fields.Many2one("psynamica.booking", ondelete="cascade")
    old_user_id = fields.Many2one("res.users", "Therapist before")
    new_user_id = fields.Many2one("res.users", "Substitute")
    new_user_id = fields.Many2one("res.users", "Substitute")
    start = fields.Datetime("Session")
