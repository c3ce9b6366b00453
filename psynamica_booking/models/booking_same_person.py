# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Clients who booked by the scheduling page and may be somebody the practice knows.

The page tells nobody whether an address is known, so it makes a new contact whenever
name or phone number differ.  The therapist decides.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError


class Booking(models.Model):
    _inherit = "psynamica.booking"

    doubt = fields.Char("Perhaps somebody known", compute="_compute_doubt")

    @api.depends("participant_ids.has_other_data", "participant_ids.partner_id")
    def _compute_doubt(self):
        for booking in self:
            booking.doubt = booking._doubtful()._doubt_words()

    def _doubtful(self):
        """Return the first participant of whom somebody has to decide who it is."""
        return self.participant_ids.filtered("has_other_data")[:1]

    def action_compare(self):
        """Open the form on which it is decided who the client is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who is this?"),
            "res_model": "psynamica.booking.same.person",
            "view_mode": "form",
            "target": "new",
            "context": {"default_participant_id": self._doubtful().id},
        }


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    def _doubt_words(self):
        """Return what is doubtful about this client in a sentence, "" for nobody."""
        if not self:
            return ""
        known = ", ".join(self.likely_partner_ids.mapped("name"))
        if known:
            return self.env._(
                "%(client)s may be the same person as %(known)s: the e-mail address is"
                " the same, name or phone number differ.",
                client=self.given_name,
                known=known,
            )
        return self.env._(
            "%(client)s has given another phone number than we have.",
            client=self.given_name or self.partner_id.name,
        )

    def _is_the_same_as(self, partner):
        """Make the new contact and this known one a single client, who stays.

        Everything of the new contact goes to the known one; its sessions, links and
        messages as well.  What is known already is not written over.

        :raises UserError: the new contact has a login, or both take part
        """
        self.ensure_one()
        booking = self.booking_id
        booking.check_access("write")
        new = self.sudo().partner_id
        if partner not in self.sudo().likely_partner_ids:
            raise UserError(self.env._("This contact has another e-mail address."))
        if new.with_context(active_test=False).user_ids:
            raise UserError(
                self.env._(
                    "The new contact has a login of its own. Please ask your"
                    " administrator to merge the contacts."
                )
            )
        if self._meets(new, partner):
            raise UserError(
                self.env._("Both take part in one session, so they are two people.")
            )
        merging = self.env["base.partner.merge.automatic.wizard"].sudo()
        merging._merge([new.id, partner.id], partner.sudo(), extra_checks=False)
        self.env.invalidate_all()
        self._name_attendees(partner)
        booking._audit("same_person")
        self.sudo()._decided(partner)

    def _name_attendees(self, partner):
        """Have calendars show the name of who stays: merging goes past the fields."""
        attendees = self.env["calendar.attendee"].sudo()
        own = attendees.search([("partner_id", "=", partner.id)])
        self.env.add_to_compute(attendees._fields["common_name"], own)

    def _take_phone(self):
        """Write the phone number that was given into the contact."""
        self.ensure_one()
        self.booking_id.check_access("write")
        if not self.likely_partner_ids:
            self.sudo().partner_id.phone = self.given_phone
            self.sudo().has_other_data = False

    def _is_somebody_else(self):
        """Note that it was looked at and decided: nobody is asked again."""
        self.booking_id.check_access("write")
        self.sudo().has_other_data = False

    @api.model
    def _meets(self, new, known):
        """Return whether the two are in one session: merging would lose a place."""
        places = self.sudo().search([("partner_id", "in", (new.id, known.id))])
        return len(places.booking_id) < len(places)

    @api.model
    def _decided(self, partner):
        """Ask no more of whom nobody else has the same address."""
        doubtful = self.search(
            [("partner_id", "=", partner.id), ("has_other_data", "=", True)]
        )
        doubtful.filtered(lambda p: not p.likely_partner_ids).has_other_data = False
