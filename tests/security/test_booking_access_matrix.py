# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every change of access to bookings shows in review, as for the Zoom addon."""

import os
from contextlib import contextmanager
from pathlib import Path

from access_matrix import AccessMatrix

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_booking.tests.booking_people_case import BookingPeopleCase

REVIEWED = Path(__file__).with_name("booking_access_matrix.txt")


@tagged("post_install", "-at_install")
class TestBookingAccessMatrix(BookingPeopleCase):
    maxDiff = None

    @contextmanager
    def undone(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.cr.precommit.clear()
            self.env.cr.postcommit.clear()
            self.env.invalidate_all(flush=False)

    def matrix(self):
        made = AccessMatrix(
            self.env, self.people, self.record_of, self.undone, "psynamica_booking"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return made.text()

    def test_who_may_do_what_with_bookings_is_as_reviewed(self):
        found = self.matrix()
        if os.environ.get("PSYNAMICA_WRITE_MATRIX"):
            REVIEWED.write_text(found, encoding="utf-8")
        reviewed = REVIEWED.read_text(encoding="utf-8")
        self.assertEqual(found.splitlines(), reviewed.splitlines())

    def test_the_matrix_of_bookings_notices_a_field_that_is_opened(self):
        field = self.env["psynamica.booking.participant"]._fields["token"]
        before, closed = self.matrix(), field.groups
        self.addCleanup(setattr, field, "groups", closed)
        field.groups = None
        self.assertNotEqual(self.matrix(), before)

    def test_every_model_of_bookings_is_in_it(self):
        text = self.matrix()
        self.assertGreater(len(self.own_models()), 5)
        for name in self.own_models():
            self.assertIn(f"[{name}]", text)
