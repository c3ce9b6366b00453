# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every change of access shows in review: the matrix is compared with the file."""

from access_matrix_case import AccessMatrixCase

from odoo.tests import tagged

from odoo.addons.psynamica_zoom.tests.people_case import PeopleCase


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrixCase, PeopleCase):
    addon = "psynamica_zoom"
    test_file = __file__
    secret = ("psynamica.zoom.meeting", "passcode")

    def test_who_may_do_what_is_as_reviewed(self):
        self.assert_as_reviewed()

    def test_the_matrix_notices_a_field_that_is_opened(self):
        self.assert_opened_field_shows()

    def test_every_model_of_ours_is_in_it(self):
        self.assert_no_model_is_left_out()
