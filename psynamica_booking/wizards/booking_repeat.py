# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Repeating a session: what stands in the way is seen before anything is booked."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..services.repetition import MOST_SESSIONS, Repetition

STANDINGS = [
    ("free", "Free"),
    ("outside", "Outside the therapist's hours"),
    ("full", "More sessions than the service allows"),
    ("taken", "The therapist is busy"),
    ("holiday", "Holiday or time off"),
]
# What the practice may overrule.
OPTIONAL = ("free", "outside", "full")


class BookingRepeat(models.TransientModel):
    _name = "psynamica.booking.repeat"
    _description = "Repeat a session"

    booking_id = fields.Many2one("psynamica.booking", required=True, readonly=True)
    every_weeks = fields.Selection(
        [("1", "Every week"), ("2", "Every two weeks")],
        "How often",
        default="1",
        required=True,
    )
    ends = fields.Selection(
        [("times", "After a number of sessions"), ("until", "On a day")],
        default="times",
        required=True,
    )
    times = fields.Integer("Sessions in all", default=10)
    until = fields.Date("Last day")
    line_ids = fields.One2many(
        "psynamica.booking.repeat.line",
        "repeat_id",
        "Sessions",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    summary = fields.Char(compute="_compute_summary")

    def _repetition(self):
        """Return what was chosen; None while it makes no series.

        :return: `services.repetition.Repetition`
        """
        is_counted = self.ends == "times"
        try:
            return Repetition(
                every_weeks=int(self.every_weeks or 1),
                times=self.times if is_counted else None,
                until=None if is_counted else self.until or None,
            )
        except ValueError:
            return None

    def _planned(self):
        repetition = self._repetition()
        if not repetition or not self.booking_id:
            return []
        try:
            return self.booking_id._plan_series(repetition)
        except ValueError:
            return []  # it ends before it begins

    @api.depends("booking_id", "every_weeks", "ends", "times", "until")
    def _compute_line_ids(self):
        for repeat in self:
            repeat.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "start": one.start.replace(tzinfo=None),
                        "standing": one.standing.value,
                        "is_booked": one.standing.value == "free",
                    }
                )
                for one in repeat._planned()
            ]

    @api.depends("line_ids.is_booked", "line_ids.standing")
    def _compute_summary(self):
        for repeat in self:
            booked = len(repeat.line_ids.filtered("is_booked"))
            left_out = len(repeat.line_ids) - booked
            repeat.summary = self.env._(
                "%(booked)s more sessions will be booked, %(left_out)s left out.",
                booked=booked,
                left_out=left_out,
            )

    def action_book(self):
        """Book the chosen sessions, and show the series.

        :raises UserError: nothing is chosen, or a time has been taken meanwhile
        """
        self.ensure_one()
        self.booking_id.check_access("write")
        chosen = self.line_ids.filtered("is_booked").sorted("start")
        if not chosen:
            raise UserError(
                self.env._(
                    "There is nothing to book. A series has 2 to %(most)s sessions.",
                    most=MOST_SESSIONS,
                )
            )
        self._check_still_free(chosen)
        self.booking_id._repeat(chosen.mapped("start"))
        return self.booking_id.action_open_series()

    def _check_still_free(self, chosen):
        """Look once more: the list may have been open for a while."""
        standing = {
            one.start.replace(tzinfo=None): one.standing.value
            for one in self._planned()
        }
        taken = [
            line.start
            for line in chosen
            if standing.get(line.start, "taken") not in OPTIONAL
        ]
        if taken:
            when = "\n".join(format_datetime(self.env, start) for start in taken)
            raise UserError(
                self.env._("These times cannot be booked:\n%(when)s", when=when)
            )


class BookingRepeatLine(models.TransientModel):
    _name = "psynamica.booking.repeat.line"
    _description = "Session of a series to be booked"
    _order = "start"

    repeat_id = fields.Many2one(
        "psynamica.booking.repeat", required=True, ondelete="cascade", index=True
    )
    start = fields.Datetime(required=True)
    standing = fields.Selection(STANDINGS, required=True)
    is_booked = fields.Boolean("Book")
