# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client with a link to the own session, and a look at the whole database."""

from __future__ import annotations

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from odoo.addons.psynamica_booking.services.month import write_start

from .book_page_case import BookPageCase

LATE_TEXT = "Half of the fee is due."


class SessionPageCase(BookPageCase):
    def setUp(self):
        super().setUp()
        self.service.write({"cancel_hours": 24, "late_text": LATE_TEXT})
        self.client.tz = "Europe/Berlin"

    def booked_client(self, *clients, start=None, **values):
        """Return the places of these clients (default: one) in a session."""
        return self.env["psynamica.booking"]._book(
            self.service,
            self.therapist,
            start or self.monday(10),
            [{"partner_id": client.id} for client in clients or [self.client]],
            **values,
        )

    def page(self, place, step="", status=200, **options):
        """Return the page of this client's session."""
        return self.look(f"/session/{place.token}{step}", status, **options)

    def form_to(self, tree, step):
        [form] = tree.xpath(f"//form[contains(@action, '{step}')]")
        return form

    def press(self, place, step, **written):
        """Press the button of the form that does this; return the answer."""
        page = self.page(place, "" if step == "/room" else step)
        return self.send(self.form_to(page, step), **written)

    def ask_to_move(self, place, start):
        """Look at what moving to `start` means, and press."""
        page = self.page(place, f"/move?start={write_start(start)}")
        return self.send(self.form_to(page, "/move"))

    def soon(self, **ahead):
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        return now + timedelta(**ahead)

    def database(self):
        """Return name → what is in it, for all tables."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT quote_ident(table_name) FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        )
        return {
            name: self.env.execute_query(
                SQL(
                    "SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) FROM %s r",
                    SQL(name),
                )
            )
            for [name] in tables
        }
