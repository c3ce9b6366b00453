# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every change of access to bookings shows in review, as for the Zoom addon."""

from access_matrix_case import AccessMatrixCase

from odoo.tests import tagged

from odoo.addons.psynamica_booking.tests.booking_people_case import BookingPeopleCase


@tagged("post_install", "-at_install")
class TestBookingAccessMatrix(AccessMatrixCase, BookingPeopleCase):
    addon = "psynamica_booking"
    test_file = __file__
    secret = ("psynamica.booking.participant", "token")

    def test_who_may_do_what_with_bookings_is_as_reviewed(self):
        self.assert_as_reviewed()

    def test_the_matrix_of_bookings_notices_a_field_that_is_opened(self):
        self.assert_opened_field_shows()

    def test_every_model_of_bookings_is_in_it(self):
        self.assert_no_model_is_left_out()
