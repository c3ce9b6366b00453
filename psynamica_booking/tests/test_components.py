# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.tests.components_case import ComponentsCase


@tagged("post_install", "-at_install")
class TestComponents(ComponentsCase):
    def test_components_keep_their_promises(self):
        self.run_components("psynamica_booking")
