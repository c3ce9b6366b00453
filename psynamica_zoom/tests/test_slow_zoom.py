# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist whom Zoom keeps waiting, and others who must not wait for that."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.pool import PoolError

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.models.zoom_connection_token import ZoomConnection

from .race_case import RaceCase
from .zoom_case import ANNA, BORIS, CLARA

REFRESH = {"method": "POST", "path": "/oauth/token"}
CREATE = {"method": "POST", "path": "/v2/users/me/meetings"}


@tagged("post_install", "-at_install")
class TestSlowZoom(RaceCase):
    """What Zoom does not answer at all is told by whom it answers meanwhile."""

    def setUp(self):
        super().setUp()
        self.users = {ANNA: self.user_id}
        for account in (BORIS, CLARA):
            self.users[account] = self.connected(account)
        self.events = {account: self.plan(account) for account in self.users}
        self.sim.clear_calls()

    def connected(self, account):
        login = f"slow-{account}"
        user_id = self.colleague(login)
        with self.transaction() as env:
            self.connect(env, self.pair(env, account), login)
        return user_id

    def plan(self, account):
        start = fields.Datetime.now() + timedelta(days=3)
        with self.transaction() as env:
            user = env["res.users"].browse(self.users[account])
            return (
                env["calendar.event"]
                .with_user(user)
                .create(
                    {
                        "name": "Session",
                        "start": start,
                        "stop": start + timedelta(minutes=50),
                        "user_id": user.id,
                        "partner_ids": [
                            Command.link(user.partner_id.id),
                            Command.link(env.ref("base.main_partner").id),
                        ],
                    }
                )
                .id
            )

    def let_tokens_expire(self, *accounts):
        with self.transaction() as env:
            users = env["res.users"].browse(self.users[one] for one in accounts)
            users.zoom_connection_ids.access_expires_at = fields.Datetime.now()

    def deliver(self):
        with self.transaction() as env:
            env["psynamica.zoom.meeting"]._cron_deliver()

    def state_of(self, account):
        with self.transaction() as env:
            found = env["psynamica.zoom.meeting"].search(
                [("event_id", "=", self.events[account])]
            )
            return found.state

    def wait_until_ready(self, *accounts):
        """Return once these sessions have their meetings; give up with the delivery."""
        while any(self.state_of(account) != "ready" for account in accounts):
            for future in self.running:
                if future.done():
                    future.result()
                    self.fail("The delivery has ended without them.")

    def assert_others_are_told(self, **fault):
        """Let Zoom hold what it is asked for Anna, and answer all others."""
        self.sim.fault(**fault, hold=True)
        [delivery] = self.meanwhile(self.deliver)
        self.assertEqual(self.sim.wait_for_held(), 1)
        self.wait_until_ready(BORIS, CLARA)
        self.assertEqual(self.state_of(ANNA), "creating")
        self.sim.release()
        delivery.result()
        self.assertEqual(self.state_of(ANNA), "ready")

    def test_a_slow_call_keeps_nobody_else_waiting(self):
        self.assert_others_are_told(**CREATE, user=ANNA)

    def test_a_slow_refresh_keeps_nobody_else_waiting(self):
        self.let_tokens_expire(ANNA)
        self.assert_others_are_told(**REFRESH)

    def test_a_slow_refresh_keeps_nobody_waiting_who_plans_a_session(self):
        self.let_tokens_expire(ANNA)
        self.sim.fault(**REFRESH, hold=True)
        [delivery] = self.meanwhile(self.deliver)
        self.assertEqual(self.sim.wait_for_held(), 1)
        self.events[ANNA] = self.plan(ANNA)
        self.sim.release()
        delivery.result()
        self.deliver()
        self.assertEqual(self.state_of(ANNA), "ready")

    def test_a_token_for_which_the_database_has_no_room_is_asked_for_again(self):
        self.let_tokens_expire(ANNA)
        lost = patch.object(ZoomConnection, "_look_once", side_effect=PoolError("Full"))
        logger = f"{ZoomConnection.__module__}"
        with lost, mute_logger(logger):
            self.deliver()
        with self.transaction() as env:
            row = env["psynamica.zoom.meeting"].search(
                [("event_id", "=", self.events[ANNA])]
            )
            self.assertEqual(row.error_reason, "rate_limited")
            self.assertFalse(row.attempt_started_at)
            minute = timedelta(minutes=1)
            self.assertLess(row.next_attempt_at, fields.Datetime.now() + minute)
        self.wait_until_ready(BORIS, CLARA)

    def test_tokens_are_refreshed_side_by_side(self):
        self.let_tokens_expire(*self.users)
        self.sim.fault(**REFRESH, times=len(self.users), hold=True)
        [delivery] = self.meanwhile(self.deliver)
        self.assertEqual(self.sim.wait_for_held(3), 3)
        self.sim.release()
        delivery.result()
        for account in self.users:
            self.assertEqual(self.state_of(account), "ready")
        self.assertEqual(len(self.refreshes()), 3)

    def test_a_grant_that_is_revoked_ends_this_connection_only(self):
        self.sim.remove_app(ANNA, tell=False)
        self.let_tokens_expire(*self.users)
        self.deliver()
        self.assertEqual(self.stored(), ("reconnect", "", ""))
        self.assertEqual(self.told(), (1, 1))
        self.wait_until_ready(BORIS, CLARA)
        self.assertNotEqual(self.state_of(ANNA), "ready")
