# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One client of one session: the own link, language and time zone."""

import secrets

from odoo import api, fields, models

from .booking_service import TOKEN_BYTES


class BookingParticipant(models.Model):
    _name = "psynamica.booking.participant"
    _description = "Participant"
    _rec_name = "partner_id"
    _order = "id"

    booking_id = fields.Many2one(
        "psynamica.booking", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", "Client", required=True, index=True)
    state = fields.Selection(
        [("booked", "Takes part"), ("cancelled", "Cancelled"), ("no_show", "Absent")],
        default="booked",
        required=True,
        readonly=True,
    )
    lang = fields.Char("Language", readonly=True)
    tz = fields.Char("Time zone", readonly=True)
    # Who has the token moves and cancels as this client.
    token = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    answer_ids = fields.One2many(
        "psynamica.booking.answer",
        "participant_id",
        "Answers",
        groups="psynamica_booking.group_therapist",
    )
    has_other_data = fields.Boolean(
        "Gave other details than we have",
        readonly=True,
        help="The therapist decides whether this is the same person.",
    )
    given_name = fields.Char("Name given", readonly=True)
    given_phone = fields.Char("Phone given", readonly=True)

    _token_unique = models.UniqueIndex("(token) WHERE token IS NOT NULL")
    _partner_unique = models.UniqueIndex(
        "(booking_id, partner_id)", "This client takes part already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, "token": secrets.token_urlsafe(TOKEN_BYTES)}
                for vals in vals_list
            ]
        )

    def _attendee(self):
        """Return this client's attendee of the session's event, none without one."""
        self.ensure_one()
        attendees = self.booking_id.sudo().event_id.attendee_ids
        return attendees.filtered(lambda a: a.partner_id == self.partner_id)[:1]

    def _join_url(self):
        """Return this client's lasting link to the room; "" when there is none."""
        event = self.booking_id.sudo().event_id
        if not event or not event.video_provider:
            return ""
        return event._video_join_url(self._attendee() or None)

    def _page_url(self):
        """Return the address of this client's page about the session."""
        base = self.booking_id.get_base_url()
        return f"{base}/session/{self.sudo().token}"
