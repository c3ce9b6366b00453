# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A connection through its life: refreshed, refused, lost, re-sealed, removed."""

import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from odoo.addons.psynamica_zoom import hooks, server_config
from odoo.addons.psynamica_zoom.models import zoom_connection_reseal
from odoo.addons.psynamica_zoom.models.zoom_app import SEALED_FIELDS
from odoo.addons.psynamica_zoom.models.zoom_connection_token import (
    EXPIRY_MARGIN,
    SECRET_FIELDS,
)
from odoo.addons.psynamica_zoom.services.key_ring import KeyRing
from odoo.addons.psynamica_zoom.services.vault_error import VaultError
from odoo.addons.psynamica_zoom.zoom_api import users
from odoo.addons.psynamica_zoom.zoom_api.errors import ZoomAppRejected, ZoomGrantRevoked

from .connection_case import KEYS, ConnectionCase
from .zoom_case import ANNA, BORIS


@tagged("post_install", "-at_install")
class TestRefresh(ConnectionCase):
    def test_a_fresh_token_is_used_as_it_is(self):
        first = self.tokens()
        self.sim.clear_calls()
        self.assertEqual(self.access_token(), first[0])
        self.assertEqual(self.refreshes(), [])

    def test_an_expired_token_is_refreshed_and_both_are_stored(self):
        first = self.tokens()
        self.let_expire()
        token = self.access_token()
        self.assertEqual(len(self.refreshes()), 1)
        self.assertEqual(self.tokens()[0], token)
        for old, new in zip(first, self.tokens(), strict=True):
            self.assertNotEqual(old, new)
        users.me(self.app._transport(), token)  # Zoom takes it

    def test_a_token_about_to_expire_is_refreshed(self):
        self.connection.access_expires_at = fields.Datetime.now() + EXPIRY_MARGIN
        self.sim.clear_calls()
        self.access_token()
        self.assertEqual(len(self.refreshes()), 1)

    def test_a_refused_token_is_refreshed_although_it_looks_fresh(self):
        first = self.tokens()[0]
        self.sim.clear_calls()
        self.assertNotEqual(self.access_token(refused=first), first)
        self.assertEqual(len(self.refreshes()), 1)

    def test_a_token_somebody_else_has_replaced_is_not_refreshed_again(self):
        first = self.tokens()[0]
        second = self.access_token(refused=first)
        self.sim.clear_calls()
        self.assertEqual(self.access_token(refused=first), second)
        self.assertEqual(self.refreshes(), [])

    def test_a_delivery_refreshes_once_when_zoom_refuses_the_access_token(self):
        event = self.plan_session()
        self.sim.expire_tokens(ANNA, "access")
        self.sim.clear_calls()
        self.deliver()
        self.assertEqual(len(self.refreshes()), 1)
        self.assertEqual(self.meeting_of(event).state, "ready")
        self.assertEqual(self.connection.state, "connected")

    def test_a_refused_refresh_asks_the_user_to_connect_again(self):
        self.sim.expire_tokens(ANNA, "access", "refresh")
        self.let_expire()
        self.assertIsInstance(self.trouble(), ZoomGrantRevoked)
        self.assert_asked_to_reconnect("token_revoked")
        self.assert_no_secrets()

    def test_nobody_is_asked_twice(self):
        self.connection._must_reconnect("token_revoked")
        self.connection._must_reconnect("token_revoked")
        self.assert_asked_to_reconnect("token_revoked")

    def test_without_connection_there_is_no_token_and_no_call(self):
        self.connection._disconnect()
        self.sim.clear_calls()
        self.assertIsInstance(self.trouble(), ZoomGrantRevoked)
        self.assertEqual(self.sim.calls(), [])

    def test_trouble_at_zoom_changes_nothing(self):
        first = self.tokens()
        self.let_expire()
        self.sim.fault(method="POST", path="/oauth/token", status=503, times=9)
        self.assertNotIsInstance(self.trouble(), ZoomGrantRevoked)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.tokens(), first)

    def test_a_rejected_app_is_not_the_users_fault(self):
        first = self.tokens()
        self.app._set_credentials(client_secret="canary-the-wrong-one")
        self.let_expire()
        self.assertIsInstance(self.trouble(), ZoomAppRejected)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.tokens(), first)
        self.assertFalse(self.activities())

    def test_a_rejected_app_keeps_the_connection_through_a_delivery(self):
        first = self.tokens()
        event = self.plan_session()
        self.app._set_credentials(client_secret="canary-the-wrong-one")
        self.let_expire()
        self.deliver()
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.tokens(), first)
        self.assertTrue(self.meeting_of(event).next_attempt_at)


@tagged("post_install", "-at_install")
class TestVault(ConnectionCase):
    def test_a_secret_of_another_row_does_not_open(self):
        other = self.connect(self.colleague, BORIS)
        for name in SECRET_FIELDS:
            self.connection[name] = other[name]
            with self.assertRaises(VaultError):
                self.connection._open(name)

    def test_a_secret_of_another_column_does_not_open(self):
        self.connection.access_token_sealed = self.connection.refresh_token_sealed
        with self.assertRaises(VaultError):
            self.connection._open("access_token_sealed")

    def test_secrets_are_sealed_again_with_the_newest_key(self):
        tokens, old_key = self.tokens(), os.environ[KEYS]
        sealed = [self.connection[name] for name in SECRET_FIELDS]
        new_key = KeyRing.generate()
        with patch.dict(os.environ, {KEYS: f"{new_key},{old_key}"}):
            self.run_cron("ir_cron_reseal")
        resealed = [self.connection[name] for name in SECRET_FIELDS]
        self.assertFalse(set(sealed) & set(resealed))
        with patch.dict(os.environ, {KEYS: new_key}):
            self.assertEqual(self.tokens(), tokens)
            self.assertTrue(self.app._oauth_client())
            self.assertEqual(len(self.app._webhook_secrets()), 1)

    def test_what_is_current_is_not_sealed_again(self):
        sealed = [self.connection[name] for name in SECRET_FIELDS]
        self.run_cron("ir_cron_reseal")
        self.assertEqual([self.connection[name] for name in SECRET_FIELDS], sealed)

    def test_a_damaged_secret_does_not_stop_the_others(self):
        other, old_key = self.connect(self.colleague, BORIS), os.environ[KEYS]
        self.connection.refresh_token_sealed = other.refresh_token_sealed
        new_key = KeyRing.generate()
        with (
            patch.dict(os.environ, {KEYS: f"{new_key},{old_key}"}),
            mute_logger(zoom_connection_reseal.__name__),
        ):
            self.run_cron("ir_cron_reseal")
            vault = server_config.vault()
            self.assertTrue(vault.is_current(other.refresh_token_sealed))
        self.assert_asked_to_reconnect("key_lost")
        self.assert_no_secrets()


@tagged("post_install", "-at_install")
class TestConnectionCrons(ConnectionCase):
    def test_an_idle_connection_is_kept_alive(self):
        first = self.tokens()
        self.connection.refreshed_at -= timedelta(days=84)
        self.run_cron("ir_cron_keep_alive")
        self.assertNotEqual(self.tokens(), first)
        self.assertGreater(
            self.connection.refreshed_at, fields.Datetime.now() - timedelta(days=1)
        )
        self.assertEqual(self.connection.state, "connected")

    def test_a_connection_in_use_is_left_alone(self):
        self.connection.refreshed_at -= timedelta(days=82)
        self.sim.clear_calls()
        self.run_cron("ir_cron_keep_alive")
        self.assertEqual(self.sim.calls(), [])

    def test_a_dead_connection_does_not_stop_the_others(self):
        other = self.connect(self.colleague, BORIS)
        for connection in (self.connection, other):
            connection.refreshed_at -= timedelta(days=84)
        self.sim.expire_tokens(ANNA, "access", "refresh")
        first = self.tokens(other)
        self.run_cron("ir_cron_keep_alive")
        self.assert_asked_to_reconnect("token_revoked")
        self.assertNotEqual(self.tokens(other), first)

    def test_secrets_of_archived_users_are_deleted(self):
        # Past everything that would notice: as a restored copy or an import does.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE id = %s", [self.therapist.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "connected")
        self.run_cron("ir_cron_clean_up")
        self.assertEqual(self.connection.state, "disconnected")
        self.assert_no_secrets()

    def test_archiving_a_user_deletes_the_secrets_at_once(self):
        self.therapist.active = False
        self.assert_no_secrets()
        self.assertEqual(self.connection.state, "disconnected")

    def test_no_secret_outlives_a_connection_by_a_day(self):
        self.connection.state = "reconnect"
        self.run_cron("ir_cron_clean_up")
        self.assertTrue(all(self.connection[name] for name in SECRET_FIELDS))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE psynamica_zoom_connection SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(hours=24), self.connection.id],
        )
        self.env.invalidate_all()
        self.run_cron("ir_cron_clean_up")
        self.assert_no_secrets()

    def test_living_connections_keep_theirs(self):
        first = self.tokens()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE psynamica_zoom_connection SET write_date = %s",
            [fields.Datetime.now() - timedelta(days=30)],
        )
        self.env.invalidate_all()
        self.run_cron("ir_cron_clean_up")
        self.assertEqual(self.tokens(), first)


@tagged("post_install", "-at_install")
class TestCopyAndUninstall(ConnectionCase):
    def rows(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def test_a_neutralized_copy_acts_for_nobody(self):
        self.plan_session()
        self.deliver()
        self.plan_session(start=self.start + timedelta(days=1))
        self.commit()
        with file_open("psynamica_zoom/data/neutralize.sql") as script:
            statements = script.read()
        self.env.cr.execute(statements)
        self.env.invalidate_all()
        [(text,)] = self.rows(
            "SELECT string_agg(m::text, ' ') FROM psynamica_zoom_meeting m"
        )
        self.assertNotIn("pwd=", text)
        self.assertNotIn("/j/", text)
        self.assert_no_secrets()
        self.assertEqual(self.connection.state, "disconnected")
        for name in SEALED_FIELDS:
            self.assertFalse(self.app[name])
        self.assertFalse(
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search([("next_attempt_at", "!=", False)])
        )
        self.sim.clear_calls()
        self.plan_session(start=self.start + timedelta(days=2))
        self.deliver()
        self.assertEqual(self.sim.calls(), [])

    def test_uninstalling_leaves_no_parameters_and_no_links(self):
        own = self.plan_session(videocall_location="https://meet.example/x")
        ours = self.plan_session()
        self.env["ir.config_parameter"].sudo().set_param(
            "psynamica_zoom.horizon_weeks", "5"
        )
        self.commit()
        self.assertIn("/video/join/", ours.videocall_location)
        hooks.uninstall_hook(self.env)
        self.env.invalidate_all()
        self.assertFalse(ours.videocall_location)
        self.assertEqual(own.videocall_location, "https://meet.example/x")
        self.assertEqual(
            self.rows(
                "SELECT key FROM ir_config_parameter WHERE key LIKE 'psynamica_zoom.%'"
            ),
            [],
        )
        self.assertEqual(
            self.rows(
                "SELECT id FROM calendar_event"
                " WHERE videocall_location LIKE '%/video/join/%'"
            ),
            [],
        )
