# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The measurement behind the sizes in docs/scaling.md still finds what it measures."""

from odoo.tests import tagged

from odoo.addons.psynamica_booking.tests.booking_case import BookingCase

from devtools import table_sizes

KINDS = {"inbox", "passing", "lasting"}


@tagged("post_install", "-at_install")
class TestTableSizes(BookingCase):
    def test_what_a_booking_takes(self):
        count, grown = table_sizes.measure(self.env, people=2, each=8)
        self.assertEqual(count, 16)
        # Which tables grow by so few rows depends on what was deleted before.
        self.assertTrue(grown)
        self.assertLessEqual(set(table_sizes.total(grown)), KINDS)
