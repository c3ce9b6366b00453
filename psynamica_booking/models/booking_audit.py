# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who did what with a booking, and when: without content, and never changed.

It names people of the practice, and neither clients nor what they said.  So it may stay
when a client is erased, and proves that.
"""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from .booking import PLANNED

KINDS = [
    ("requested", "Requested"),
    ("created", "Booked"),
    ("confirmed", "Confirmed"),
    ("restored", "Takes place again"),
    ("moved", "Moved"),
    ("handed_over", "Another therapist"),
    ("cancelled", "Cancelled"),
    ("done", "Done"),
    ("no_show", "Client did not come"),
    ("came_late", "Client came late"),
    ("came_in_time", "Client came in time after all"),
    ("same_person", "Contact merged with a known one"),
    ("answers_read", "Answers read"),
    ("exported", "Client's data exported"),
    ("erased", "Client erased"),
    ("expired", "Answers and notes deleted by age"),
    ("deleted", "Booking deleted"),
]
# What reaching a state is called, by the state before where that matters.
BY_STATE = {
    ("requested", "confirmed"): "confirmed",
    ("cancelled", "confirmed"): "restored",
    ("no_show", "done"): "done",
    "requested": "requested",
    "confirmed": "created",
    "cancelled": "cancelled",
    "done": "done",
    "no_show": "no_show",
}
READ_AGAIN = timedelta(hours=1)  # reading on is not reading anew


class BookingAudit(models.Model):
    _name = "psynamica.booking.audit"
    _description = "What was done with a booking"
    _order = "at desc, id desc"
    _rec_name = "reference"
    _log_access = False

    at = fields.Datetime("When", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    by = fields.Selection(
        [
            ("client", "Client"),
            ("therapist", "Therapist"),
            ("practice", "Practice"),
            ("system", "By itself"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Who", readonly=True, help="Empty: a client, or nobody."
    )
    booking_id = fields.Many2one(
        "psynamica.booking", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reference = fields.Char(readonly=True, help="Of the booking; kept when it is gone.")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    therapist_id = fields.Many2one("res.users", readonly=True)
    old_start = fields.Datetime("Start before", readonly=True)
    new_start = fields.Datetime("Start", readonly=True)
    bookings = fields.Integer(readonly=True)
    answers = fields.Integer(readonly=True)
    notes = fields.Integer(readonly=True)
    messages = fields.Integer(readonly=True)
    cancelled = fields.Integer("Sessions cancelled", readonly=True)
    meetings = fields.Integer("Zoom meetings deleted", readonly=True)

    @api.model
    def _write_down(self, kind, vals_list):
        """Write down that this was done now; return the rows."""
        now = fields.Datetime.now()
        return self.sudo().create(
            [{"at": now, "kind": kind, **values} for values in vals_list]
        )

    def write(self, vals):
        """Refuse: what was written down stays as it is, for everybody.

        :raises AccessError: always
        """
        self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse(self):
        if self:
            raise AccessError(
                self.env._("What was done with a booking is not rewritten.")
            )


class BookingAnswer(models.Model):
    _inherit = "psynamica.booking.answer"

    # Read when it is asked for, so that nobody reads it by the way.
    value = fields.Text(prefetch=False)

    def _fetch_query(self, query, fields):
        """Write down whose answers somebody reads."""
        fetched = super()._fetch_query(query, fields)
        if not self.env.su and any(field.name == "value" for field in fields):
            fetched.sudo().booking_id.with_env(self.env)._audit_reading()
        return fetched


class Booking(models.Model):
    _inherit = "psynamica.booking"

    audit_count = fields.Integer(
        compute="_compute_audit_count", groups="psynamica_booking.group_manager"
    )

    answer_count = fields.Integer(
        "Answers",
        compute="_compute_answer_count",
        groups="psynamica_booking.group_therapist",
    )

    @api.depends_context("uid")
    def _compute_answer_count(self):
        counts = self._counts("psynamica.booking.answer")
        for booking in self:
            booking.answer_count = counts.get(booking._origin, 0)

    @api.depends_context("uid")
    def _compute_audit_count(self):
        counts = self._counts("psynamica.booking.audit")
        for booking in self:
            booking.audit_count = counts.get(booking._origin, 0)

    def _counts(self, model_name):
        """Return booking → how many rows of this model one may see, without zeros."""
        rows = self.env[model_name]._read_group(
            [("booking_id", "in", self.ids)], ["booking_id"], ["__count"]
        )
        return dict(rows)

    @api.model_create_multi
    def create(self, vals_list):
        bookings = super().create(vals_list)
        for booking in bookings.filtered(lambda one: one.state != "held"):
            booking._audit(BY_STATE[booking.state], new_start=booking.start)
        return bookings

    def write(self, vals):
        """Write down what has become of each booking."""
        if not self.env.su or {"state", "start", "user_id"}.isdisjoint(vals):
            return super().write(vals)
        before = [(one, one.state, one.start, one.user_id) for one in self]
        result = super().write(vals)
        for booking, *old in before:
            booking._audit_changes(*old)
        return result

    def unlink(self):
        """Give up the session of a booking that is deleted, and write that down."""
        bookings = self.filtered(lambda one: one.state != "held")
        for booking in bookings:
            booking._audit("deleted", old_start=booking.start)
            if booking.state in PLANNED and booking.event_id.active:
                booking._mirrored_event().write({"active": False})
        return super().unlink()

    def _audit_changes(self, state, start, user):
        if self.state != state:
            kind = BY_STATE.get((state, self.state)) or BY_STATE.get(self.state)
            if kind:
                self._audit(kind, new_start=self.start)
            return
        if state == "held":
            return
        if self.start != start:
            self._audit("moved", old_start=start, new_start=self.start)
        if self.user_id != user:
            self._audit("handed_over", new_start=self.start)

    def _audit(self, kind, **values):
        """Write down that this was done now, by whoever is at work.

        :param values: such as `old_start`, `new_start`, or counts
        """
        by, user = self._audit_hand()
        self.env["psynamica.booking.audit"]._write_down(
            kind,
            [
                {
                    "by": by,
                    "user_id": user.id,
                    "booking_id": booking.id,
                    "reference": booking.reference,
                    "company_id": booking.company_id.id,
                    "therapist_id": booking.user_id.id,
                    **values,
                }
                for booking in self.sudo()
            ],
        )

    def _audit_hand(self):
        """Return who is at work (`by`, and the user when it is a person of ours)."""
        user = self.env.user
        nobody = user.browse()
        if user.id == SUPERUSER_ID:
            return "system", nobody
        if not user._is_internal():
            return "client", nobody
        return self._whose_hand() if len(self.user_id) == 1 else "practice", user

    def _audit_reading(self):
        """Write down that answers were read, once an hour for each reader."""
        lately = fields.Datetime.now() - READ_AGAIN
        known = (
            self.env["psynamica.booking.audit"]
            .sudo()
            .search(
                [
                    ("kind", "=", "answers_read"),
                    ("booking_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("at", ">", lately),
                ]
            )
        )
        for booking in self - known.booking_id:
            booking._audit("answers_read")

    def action_open_answers(self):
        """Show what the clients of this booking answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers"),
            "res_model": "psynamica.booking.answer",
            "views": [(False, "list")],
            "domain": [("booking_id", "=", self.id)],
            "target": "new",
        }

    def action_open_audit(self):
        """Show what was done with this booking."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "psynamica_booking.action_audit"
        )
        return {**action, "domain": [("booking_id", "=", self.id)]}
