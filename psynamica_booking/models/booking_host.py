# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One row a therapist, which everybody takes who changes the therapist's time.

Odoo's transactions are REPEATABLE READ: two that look for a free slot at once both find
it.  So whoever books first changes this row.  The second then gets a serialization
failure, is run again by Odoo, and sees what the first has booked.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class BookingHost(models.Model):
    _name = "psynamica.booking.host"
    _description = "Therapist's turn"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    turn = fields.Integer(readonly=True)

    _user_unique = models.UniqueIndex("(user_id)")

    @api.model
    def _make_rows(self, users):
        """Have a row for each of `users`, before anybody can book them.

        Were it made by the first booking only, who changes the calendar at that very
        moment would find no row to take.
        """
        if not users:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO psynamica_booking_host (user_id, turn)"
                " SELECT id, 0 FROM res_users WHERE id IN %s"
                " ON CONFLICT (user_id) DO NOTHING",
                tuple(users.ids),
            )
        )

    @api.model
    def _take_turn(self, users):
        """Have everybody else who changes the time of `users` wait and look again."""
        for user_id in sorted(users.ids):  # in one order: no deadlock
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO psynamica_booking_host (user_id, turn)
                    VALUES (%s, 1)
                    ON CONFLICT (user_id)
                    DO UPDATE SET turn = psynamica_booking_host.turn + 1
                    """,
                    user_id,
                )
            )

    @api.model
    def _take_turn_of_attendees(self, events):
        """Take the turn of those who attend `events` and have been booked before.

        One question to the database, as each change of any event asks it.
        """
        if not events:
            return
        self.env["calendar.event"].flush_model(["partner_ids"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE psynamica_booking_host SET turn = turn + 1
                 WHERE id IN (
                       SELECT host.id
                         FROM psynamica_booking_host host
                         JOIN res_users users ON users.id = host.user_id
                        WHERE users.active AND users.partner_id IN (
                              SELECT res_partner_id FROM calendar_event_res_partner_rel
                               WHERE calendar_event_id IN %s)
                     ORDER BY host.user_id FOR UPDATE OF host)
                """,
                tuple(events.ids),
            )
        )


class BookingService(models.Model):
    _inherit = "psynamica.booking.service"

    @api.model_create_multi
    def create(self, vals_list):
        services = super().create(vals_list)
        self.env["psynamica.booking.host"].sudo()._make_rows(services.user_ids)
        return services

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env["psynamica.booking.host"].sudo()._make_rows(self.user_ids)
        return result
