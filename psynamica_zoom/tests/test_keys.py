# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys that are not the database's: another server's, lost, damaged, given up."""

import logging
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.psynamica_zoom import server_config
from odoo.addons.psynamica_zoom.models import (
    zoom_app,
    zoom_app_keys,
    zoom_connection_reseal,
    zoom_connection_token,
)
from odoo.addons.psynamica_zoom.models.zoom_app_keys import KeyMissing
from odoo.addons.psynamica_zoom.services.key_ring import KeyRing
from odoo.addons.psynamica_zoom.services.token_vault import sealed_key_id
from odoo.addons.psynamica_zoom.zoom_api.errors import (
    ZoomAppRejected,
    ZoomUnreachable,
)

from .connection_case import KEYS, ConnectionCase
from .zoom_case import BORIS, CLIENT_SECRET, WEBHOOK_SECRET

SLIP_LOGS = (
    zoom_app.__name__,
    zoom_connection_token.__name__,
    zoom_connection_reseal.__name__,
)


class KeyCase(ConnectionCase):
    def setUp(self):
        super().setUp()
        self.own_key = os.environ[KEYS]
        zoom_app._said.clear()

    @contextmanager
    def another_server(self, *keys):
        """Be a server with these keys, a foreign one by default."""
        value = ",".join(keys or (KeyRing.generate(),))
        with patch.dict(os.environ, {KEYS: value}), mute_logger(*SLIP_LOGS):
            yield

    def stored(self):
        """Return everything that is sealed in the database, by table."""
        self.env.flush_all()
        tables = "psynamica_zoom_app", "psynamica_zoom_connection"
        found = {}
        for table in tables:
            self.env.cr.execute(
                SQL("SELECT to_jsonb(t) FROM %s t ORDER BY id", SQL.identifier(table))
            )
            found[table] = [
                {name: value for name, value in row.items() if name.endswith("_sealed")}
                for (row,) in self.env.cr.fetchall()
            ]
        return found

    def findings(self):
        """Return what “Check” says."""
        return " ".join(sentence for _level, sentence in self.app._check())

    def give_up(self):
        settings = self.env["res.config.settings"].create({})
        with mute_logger(zoom_app_keys.__name__, zoom_connection_reseal.__name__):
            settings.action_zoom_give_up_keys()
            self.run_cron("ir_cron_reseal")


@tagged("post_install", "-at_install")
class TestServerWithOtherKeys(KeyCase):
    """The operator's slip: nobody is disconnected and nothing overwritten."""

    def test_a_delivery_waits(self):
        event = self.plan_session()
        self.commit()
        before = self.stored()
        with self.another_server():
            self.deliver()
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.activities())
        self.assertEqual(self.meeting_of(event).state, "retry")
        self.assertEqual(self.stored(), before)
        self.env["psynamica.zoom.meeting"].sudo().search([])._want()
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")

    def test_no_cron_changes_anything(self):
        self.connection.refreshed_at = "2020-01-01"
        before = self.stored()
        self.sim.clear_calls()
        with self.another_server():
            for name in ("reseal", "keep_alive", "clean_up", "deliver"):
                self.run_cron(f"ir_cron_{name}")
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.activities())
        self.assertEqual(self.sim.calls(), [])

    def test_nothing_is_sealed_over_what_is_there(self):
        before = self.stored()
        settings = self.env["res.config.settings"].create({})
        with self.another_server():
            for name in ("client_secret", "webhook_secret"):
                with self.assertRaises(UserError), self.cr.savepoint():
                    settings._set_zoom_credentials(**{name: "canary-other-secret"})
        self.assertEqual(self.stored(), before)

    def test_nor_where_only_the_users_have_secrets(self):
        """Else the app's secrets would have another key than the connections."""
        self.app._set_credentials("", "", "")
        with self.another_server(), self.assertRaises(KeyMissing):
            self.app._set_credentials(client_secret="canary-other-secret")

    def test_nobody_is_sent_to_zoom_for_tokens_that_could_not_be_kept(self):
        """Zoom ends the older tokens of whoever connects again."""
        self.sim.clear_calls()
        with self.another_server(), self.assertRaises(ZoomUnreachable):
            self.app._oauth_client()
        self.assertEqual(self.sim.calls(), [])

    def test_notifications_are_neither_accepted_nor_refused_for_good(self):
        with self.another_server(), self.assertRaises(KeyMissing):
            self.app._webhook_secrets()

    def test_the_settings_say_so(self):
        with self.another_server():
            [finding, *_others] = self.app._check()
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.zoom_key_problem, finding[1])
            self.assertTrue(settings.zoom_key_is_missing)
        self.assertEqual(finding[0], "danger")
        self.assertIn(sealed_key_id(self.app.key_check_sealed), finding[1])
        self.assertIn("Nobody has been disconnected", finding[1])
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.zoom_key_problem)
        self.assertFalse(settings.zoom_key_is_missing)

    def test_the_log_says_so_once(self):
        with (
            patch.dict(os.environ, {KEYS: KeyRing.generate()}),
            self.assertLogs("odoo.addons.psynamica_zoom") as logs,
        ):
            for _time in range(3):
                self.assertIsInstance(self.trouble(), ZoomUnreachable)
                self.run_cron("ir_cron_reseal")
        errors = [record for record in logs.records if record.levelno > logging.INFO]
        self.assertEqual(len(errors), 1)
        self.assertNotIn(self.own_key, errors[0].getMessage())

    def test_a_user_can_still_disconnect(self):
        with self.another_server():
            card = self.env["res.users"].with_user(self.therapist).zoom_disconnect()
        self.assertEqual(card["zoom"]["state"], "connect")
        self.assert_no_secrets()

    def test_a_server_that_has_not_got_the_new_key_yet(self):
        """Two servers while the keys are rotated."""
        new_key = KeyRing.generate()
        with self.another_server(new_key, self.own_key):
            self.connection._store_pair(self.pair())
            before = self.stored()
        with self.another_server(self.own_key):
            self.assertIsInstance(self.trouble(), ZoomUnreachable)
            self.run_cron("ir_cron_reseal")
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.connection.state, "connected")
        with self.another_server(new_key, self.own_key):
            self.assertTrue(self.access_token())

    def test_after_the_rotation_the_old_key_alone_is_another_servers(self):
        new_key = KeyRing.generate()
        with self.another_server(new_key, self.own_key):
            self.assertIn("still sealed with an older key", self.findings())
            self.run_cron("ir_cron_reseal")
            self.assertNotIn("key", self.findings())
        with self.another_server(new_key):
            self.assertNotIn("key", self.findings())
            self.assertTrue(self.access_token())
        with self.assertRaises(KeyMissing):
            self.app._sealing_vault()

    def test_a_rotation_can_be_turned_back(self):
        new_key = KeyRing.generate()
        with self.another_server(new_key, self.own_key):
            self.run_cron("ir_cron_reseal")
        with self.another_server(self.own_key, new_key):
            self.run_cron("ir_cron_reseal")
        self.assertTrue(self.access_token())
        self.assertTrue(self.app._sealing_vault())


@tagged("post_install", "-at_install")
class TestKeyFileOfDatabase(KeyCase):
    """The key file, once the database has secrets."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.path = self.folder / server_config.KEY_FILE_NAME
        self.path.write_text(self.own_key)
        self.path.chmod(0o600)
        self.enterContext(patch.dict(os.environ))
        del os.environ[KEYS]
        options = {"data_dir": str(self.folder), "config": ""}
        self.enterContext(patch.dict(config.options, options))

    def assert_nothing_happens(self, words):
        before = self.stored()
        with mute_logger(*SLIP_LOGS):
            self.assertIsInstance(self.trouble(), ZoomUnreachable)
            self.run_cron("ir_cron_reseal")
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.connection.state, "connected")
        level, sentence = self.app._check()[0]
        self.assertEqual(level, "danger")
        self.assertIn(words, sentence)

    def test_it_is_used(self):
        self.assertTrue(self.access_token())

    def test_a_lost_one_is_not_replaced_by_itself(self):
        self.path.unlink()
        self.assert_nothing_happens("which this server does not have")
        self.assertEqual(os.listdir(self.folder), [])

    def test_one_that_others_may_read(self):
        self.path.chmod(0o640)
        self.assert_nothing_happens("chmod 600")

    def test_one_that_is_unreadable(self):
        self.path.unlink()
        self.path.symlink_to(self.folder / "elsewhere")
        self.assert_nothing_happens("is a link")

    def test_a_folder_in_its_place(self):
        self.path.unlink()
        self.path.mkdir()
        self.assert_nothing_happens("not a plain file")

    def test_a_damaged_one(self):
        self.path.write_text("rubbish")
        self.assert_nothing_happens("is damaged")

    def test_another_servers(self):
        self.path.write_text(KeyRing.generate())
        self.assert_nothing_happens("which this server does not have")

    def test_one_that_cannot_be_used_cannot_be_given_up(self):
        self.path.chmod(0o640)
        with self.assertRaises(UserError):
            self.give_up()
        self.assertEqual(self.connection.state, "connected")

    def test_a_lost_one_is_given_up_by_an_administrator(self):
        self.path.unlink()
        self.give_up()
        self.assert_asked_to_reconnect("key_lost")
        self.assertTrue(self.path.exists())
        self.app._set_credentials(client_secret=CLIENT_SECRET)
        self.connection = self.connect(self.therapist)
        self.assertTrue(self.access_token())

    def test_one_is_made_for_a_database_without_secrets(self):
        self.path.unlink()
        self.connection.unlink()
        self.app.key_check_sealed = False
        self.app.write(dict.fromkeys(zoom_app.SEALED_FIELDS, False))
        self.app._set_credentials(client_secret=CLIENT_SECRET)
        self.assertTrue(self.path.exists())

    def test_none_is_made_where_secrets_have_no_check_yet(self):
        self.path.unlink()
        self.app.key_check_sealed = False
        self.assert_nothing_happens("which this server does not have")
        self.assertFalse(self.path.exists())


@tagged("post_install", "-at_install")
class TestGivingUpKeys(KeyCase):
    """The key is gone for good, and an administrator has said so."""

    def test_everybody_connects_again_and_is_told(self):
        other = self.connect(self.colleague, BORIS)
        event = self.plan_session()
        self.commit()
        with self.another_server():
            self.give_up()
            self.assert_asked_to_reconnect("key_lost")
            self.assertEqual(other.state, "reconnect")
            self.assertEqual(len(self.activities(self.colleague)), 1)
            self.assert_no_secrets()
            self.assert_no_secrets(other)
            self.assertEqual(self.meeting_of(event).state, "paused")
            with self.assertRaises(ZoomAppRejected):
                self.app._oauth_client()
            self.app._set_credentials(None, CLIENT_SECRET, WEBHOOK_SECRET)
            self.connection = self.connect(self.therapist)
            self.deliver()
            self.assertEqual(self.meeting_of(event).state, "ready")
            self.assertFalse(self.app._key_problem())

    def test_a_key_that_turns_up_is_used_until_then(self):
        settings = self.env["res.config.settings"].create({})
        with self.another_server(), mute_logger(zoom_app_keys.__name__):
            settings.action_zoom_give_up_keys()
            found_later = f"{os.environ[KEYS]},{self.own_key}"
        with self.another_server(found_later):
            self.run_cron("ir_cron_reseal")
            self.assertEqual(self.connection.state, "connected")
            self.assertTrue(self.access_token())

    def test_it_takes_nothing_that_opens(self):
        before = self.stored()
        self.give_up()
        self.assertEqual(self.stored(), before)
        self.assertEqual(self.connection.state, "connected")

    def test_it_is_for_administrators(self):
        settings = self.env["res.config.settings"].with_user(self.therapist)
        with self.assertRaises(AccessError):
            settings.action_zoom_give_up_keys()
