# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All meetings of an account are in one lane, wherever that is worked out."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..models.alone import COMPARISON, DELIVERY, alone
from ..models.zoom_delivery import _lane_sql
from ..services.lanes import LANES, lane_of


@tagged("post_install", "-at_install")
class TestLanes(TransactionCase):
    def test_the_database_has_the_same_lanes(self):
        keys = ["", "connection/7", *(f"account/{n:064x}" for n in range(40))]
        for key in keys:
            [(lane,)] = self.env.execute_query(
                SQL("SELECT %s", _lane_sql(SQL("%s::text", key)))
            )
            self.assertEqual(lane, lane_of(key))

    def test_accounts_spread_over_all_lanes(self):
        used = {lane_of(f"account/{number}") for number in range(300)}
        self.assertEqual(used, set(range(LANES)))

    def test_a_lane_is_one_process_s_at_a_time(self):
        with alone(self.env, DELIVERY, [1, 2]) as first:
            self.assertEqual(first, (1, 2))
            with alone(self.env, DELIVERY, range(4)) as second:
                self.assertEqual(second, (0, 3))
            with alone(self.env, COMPARISON, [1]) as other_work:
                self.assertEqual(other_work, (1,))
        with alone(self.env, DELIVERY, [1, 2]) as later:
            self.assertEqual(later, (1, 2))
