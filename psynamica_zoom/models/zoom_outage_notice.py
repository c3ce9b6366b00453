# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What administrators hear of an outage: once that it is there, once that it is over.

Through OdooBot, in the inbox or by e-mail as each of them prefers.  Of a hiccup they
hear nothing.
"""

from markupsafe import Markup

from odoo import api, fields, models

from ..services import circuit_breaker
from .zoom_circuit import ZOOM


class ZoomCircuit(models.Model):
    _inherit = "psynamica.zoom.circuit"

    @api.model
    def _tell_administrators(self):
        """Tell what they do not know yet.  Whoever calls commits."""
        now = fields.Datetime.now()
        for row in self.search(
            ["|", ("retry_at", "!=", False), ("is_told", "=", True)]
        ):
            circuit = row._circuit()
            if circuit_breaker.must_tell_outage(circuit, now):
                row._tell("_outage_words")
                row.is_told = True
            elif circuit_breaker.must_tell_end(circuit):
                row._tell("_end_words")
                row.is_told = False

    def _tell(self, words):
        """Send one message to each administrator, in each one's language.

        :param words: name of the method that returns subject and sentences
        """
        group = self.env.ref("base.group_system")
        administrators = group.all_user_ids.filtered(lambda u: u.active and not u.share)
        for lang, users in administrators.grouped("lang").items():
            subject, sentences = getattr(self.with_context(lang=lang), words)()
            self.env["mail.thread"].with_context(lang=lang).message_notify(
                subject=subject,
                body=Markup("").join(Markup("<p>%s</p>") % one for one in sentences),
                partner_ids=users.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
            )

    def _outage_words(self):
        return self.env._("Zoom does not work at the moment"), [
            self._whom_it_concerns(),
            self.env._(
                "Sessions can be booked, moved and cancelled as always. Where the "
                "Zoom meeting is not made yet, the link opens the built-in video room."
            ),
            self.env._(
                "Zoom is tried again regularly, and what is missing is made up for by "
                "itself: nothing has to be done in Odoo. Another message follows when "
                "Zoom works again."
            ),
        ]

    def _end_words(self):
        return self.env._("Zoom works again"), [
            self.env._(
                "What was missing at Zoom has been made up for, or is being made up "
                "for now, the next sessions first."
            )
        ]

    def _whom_it_concerns(self):
        if self.key == ZOOM:
            return self.env._("Zoom does not answer, or answers with errors only.")
        return self.env._(
            "Zoom does not answer, or answers with errors only, for the account of: "
            "%(people)s.",
            people=", ".join(self._people().mapped("name")),
        )

    def _people(self):
        """Return the users with this account."""
        mark = self.key.removeprefix("account/")  # False: not known yet
        connections = self.env["psynamica.zoom.connection"].search(
            [("zoom_account_mark", "in", (mark, False))]
        )
        mine = connections.filtered(lambda one: one._account_key() == self.key)
        return mine.user_id
