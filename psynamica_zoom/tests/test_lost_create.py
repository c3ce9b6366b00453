# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A create whose answer was lost: in the end there is one meeting, never two."""

from odoo.tests import tagged

from odoo.addons.psynamica_zoom.services.event_to_meeting import find_marker

from .session_case import SessionCase
from .zoom_case import ANNA, BORIS


@tagged("post_install", "-at_install")
class TestMarker(SessionCase):
    def test_the_agenda_names_this_database_and_this_row(self):
        event = self.session()
        self.deliver()
        meeting = self.meeting_of(event)
        (there,) = self.at_zoom().values()
        marker = find_marker(there["agenda"])
        self.assertEqual(marker, (meeting._database_mark(), meeting.marker))
        self.assertNotIn(meeting.code, there["agenda"])

    def test_another_database_has_another_mark(self):
        meetings = self.env["psynamica.zoom.meeting"]
        before = meetings._database_mark()
        self.env["ir.config_parameter"].init(force=True)
        self.assertNotEqual(meetings._database_mark(), before)

    def test_no_two_rows_have_the_same_marker(self):
        rows = self.env["psynamica.zoom.meeting"].create([{}, {}])
        self.assertNotEqual(*rows.mapped("marker"))
        # As for rows that were there before markers were.
        self.env.cr.execute(
            "ALTER TABLE psynamica_zoom_meeting ALTER marker DROP NOT NULL"
        )
        self.env.cr.execute(
            "UPDATE psynamica_zoom_meeting SET marker = NULL WHERE id IN %s",
            [tuple(rows.ids)],
        )
        rows._init_column("marker")
        rows.invalidate_recordset()
        self.assertNotEqual(*rows.mapped("marker"))
        for row in rows:
            self.assertEqual(find_marker(row._marker().text), row._marker())


@tagged("post_install", "-at_install")
class TestStrayMeetings(SessionCase):
    def setUp(self):
        super().setUp()
        self.rows = self.env["psynamica.zoom.meeting"].sudo()

    def stray(self):
        """Return the number of a meeting at Zoom that no row knows."""
        made = self.sim.create_meeting(ANNA, topic="Appointment 3K4M")
        return str(made["id"])

    def test_a_stray_meeting_is_deleted_at_zoom(self):
        number, other = self.stray(), self.stray()
        self.rows._remove_stray(self.connection, [number, number])
        self.deliver()
        self.assertEqual(set(self.at_zoom()), {other})

    def test_it_is_noted_once(self):
        number = self.stray()
        first = self.rows._remove_stray(self.connection, [number])
        again = self.rows._remove_stray(self.connection, [number])
        self.assertEqual(first, again)
        self.assertEqual(len(first), 1)

    def test_the_meeting_of_a_session_is_left_alone(self):
        event = self.session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.assertFalse(self.rows._remove_stray(self.connection, [number]))
        self.deliver()
        self.assertEqual(set(self.at_zoom()), {number})

    def test_what_was_left_at_an_account_is_deleted_when_it_is_back(self):
        event = self.session()
        self.deliver()
        number = self.meeting_of(event).zoom_id
        self.connect(self.therapist, BORIS)
        self.deliver()
        left = self.rows.search([("zoom_id", "=", number)])
        self.assertEqual(left.state, "left")
        self.connect(self.therapist, ANNA)
        self.rows._remove_stray(self.connection, [number])
        self.deliver()
        self.assertNotIn(number, self.at_zoom())
        self.assertEqual(left.state, "removed")
