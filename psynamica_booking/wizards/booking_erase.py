# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the bookings know of a client: looked at, given out as a file, or erased."""

import base64
import io
import json
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError

IN_ZIP = "client-data.json"


class BookingErase(models.TransientModel):
    _name = "psynamica.booking.erase"
    _description = "Erase or export a client"

    partner_id = fields.Many2one("res.partner", "Client")
    booking_count = fields.Integer("Sessions", compute="_compute_counts")
    coming_count = fields.Integer("Sessions still to come", compute="_compute_counts")
    shared_count = fields.Integer("Sessions with others", compute="_compute_counts")
    answer_count = fields.Integer("Answers", compute="_compute_counts")
    note_count = fields.Integer("Notes", compute="_compute_counts")
    message_count = fields.Integer("Messages about sessions", compute="_compute_counts")
    elsewhere_count = fields.Integer(
        "Sessions in other companies", compute="_compute_counts"
    )
    tell = fields.Boolean("Tell the client what is cancelled", default=True)
    file = fields.Binary(attachment=False, readonly=True)
    file_name = fields.Char(readonly=True)
    audit_id = fields.Many2one("psynamica.booking.audit", readonly=True)
    erased_at = fields.Datetime("Erased at", related="audit_id.at")
    erased_by_id = fields.Many2one("res.users", "By", related="audit_id.user_id")
    erased_bookings = fields.Integer(
        "Sessions without a name now", related="audit_id.bookings"
    )
    erased_answers = fields.Integer("Answers deleted", related="audit_id.answers")
    erased_notes = fields.Integer("Notes deleted", related="audit_id.notes")
    erased_messages = fields.Integer("Messages deleted", related="audit_id.messages")
    erased_cancelled = fields.Integer(
        "Sessions cancelled", related="audit_id.cancelled"
    )
    erased_meetings = fields.Integer(
        "Zoom meetings to delete", related="audit_id.meetings"
    )
    meeting_ids = fields.Many2many(
        "psynamica.zoom.meeting", readonly=True, groups=fields.NO_ACCESS
    )
    meetings_left = fields.Integer(
        "Of them still at Zoom", compute="_compute_meetings_left"
    )

    @api.depends("partner_id")
    def _compute_counts(self):
        for wizard in self:
            places = wizard._places()
            bookings = places.booking_id
            own = (places - places._shared()).booking_id
            wizard.booking_count = len(bookings)
            wizard.coming_count = len(places._coming())
            wizard.shared_count = len(places._shared())
            wizard.answer_count = len(places.answer_ids)
            wizard.note_count = len(own.filtered("note"))
            wizard.message_count = (
                self.env["psynamica.booking.message"]
                .sudo()
                .search_count([("participant_id", "in", places.ids)])
            )
            wizard.elsewhere_count = wizard._elsewhere_count(places)

    @api.depends("meeting_ids.state")
    def _compute_meetings_left(self):
        for wizard in self:
            meetings = wizard.sudo().meeting_ids
            wizard.meetings_left = len(
                meetings.filtered(lambda m: m.state != "removed")
            )

    def _places(self):
        """Return where the client takes part, as far as this manager sees it."""
        places = self.env["psynamica.booking.participant"]
        if not self.partner_id:
            return places.sudo()
        return places.search([("partner_id", "=", self.partner_id.id)]).sudo()

    def _elsewhere_count(self, places):
        domain = [("partner_id", "=", self.partner_id.id), ("id", "not in", places.ids)]
        return places.search_count(domain) if self.partner_id else 0

    def action_export(self):
        """Make a file of all that is known, and offer it."""
        self.ensure_one()
        self.check_access("write")
        places = self._known_places()
        self.file = base64.b64encode(self._zipped(self._exported(places)))
        self.file_name = f"client-data-{fields.Date.today()}.zip"
        places.booking_id.with_env(self.env)._audit("exported")
        self._audit(
            "exported",
            bookings=len(places.booking_id),
            answers=len(places.answer_ids),
            messages=self.message_count,
        )
        return self._action()

    def action_erase(self):
        """Erase the client from the bookings, and show what was done."""
        self.ensure_one()
        self.check_access("write")
        places = self._known_places()
        partner = self.partner_id
        bookings = places.booking_id
        self.sudo().meeting_ids = places._meetings_to_delete()
        counts = places._erase(self.tell)
        counts["meetings"] = len(self.sudo().meeting_ids)
        bookings.with_env(self.env)._audit("erased")
        self.audit_id = self._audit("erased", **counts)
        others = self.sudo().search([("partner_id", "=", partner.id)])
        others.write({"partner_id": False, "file": False, "file_name": False})
        return self._action()

    def action_look_again(self):
        """Show how far the deleting at Zoom has come."""
        self.ensure_one()
        self.check_access("write")
        return self._action()

    def _known_places(self):
        places = self._places()
        if not places:
            raise UserError(self.env._("The bookings know nothing of this contact."))
        return places

    def _exported(self, places):
        client = self.partner_id
        return {
            "exported_at": f"{fields.Datetime.now().isoformat()}Z",
            "client": {
                name: client[name] or None
                for name in ("name", "email", "phone", "lang", "tz")
            },
            "sessions": [place._exported() for place in places],
        }

    def _zipped(self, data):
        packed = io.BytesIO()
        text = json.dumps(data, ensure_ascii=False, indent=2)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(IN_ZIP, text)
        return packed.getvalue()

    def _audit(self, kind, **counts):
        """Write down the whole, beside what is written down with each booking."""
        values = {
            "by": "practice",
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            **counts,
        }
        return self.env["psynamica.booking.audit"]._write_down(kind, [values])

    def _action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Client's data"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
