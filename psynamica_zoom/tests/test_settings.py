# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The settings of Zoom: secrets go in and never come out, and Check says what is wrong.

Also the server's own configuration, which they build on.
"""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import config, mute_logger

from odoo.addons.psynamica_zoom import server_config
from odoo.addons.psynamica_zoom.models.zoom_app import SEALED_FIELDS
from odoo.addons.psynamica_zoom.server_config import ServerConfigError
from odoo.addons.psynamica_zoom.services import scopes
from odoo.addons.psynamica_zoom.services.key_ring import KeyRing
from odoo.addons.psynamica_zoom.zoom_api.errors import (
    ZoomAppRejected,
    ZoomUnreachable,
)

from .zoom_case import CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET, ZoomCase

SECRET = "canary-typed-secret-0d1e2f"


class SettingsCase(ZoomCase):
    def setUp(self):
        super().setUp()
        self.admin = self.env.ref("base.user_admin")
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "https://practice.test"
        )
        self.sim.app(redirect_uris=[self.app._redirect_uri()])
        self.settings = self.env["res.config.settings"].with_user(self.admin)

    def in_database(self, table, text):
        """Return how many rows of the table have the text anywhere."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s",  # noqa: S608
            [f"%{text}%"],
        )
        return self.env.cr.fetchone()[0]

    def check(self):
        """Press Check and return the level and the words."""
        params = self.settings.create({}).action_zoom_check()["params"]
        return params["type"], params["message"]


@tagged("post_install", "-at_install")
class TestSettings(SettingsCase):
    def test_what_is_typed_reaches_the_app(self):
        with Form(self.settings) as form:
            form.zoom_client_id = "another-id"
            form.zoom_client_secret = SECRET
            form.zoom_webhook_secret = f"{SECRET}-hook"
            form.zoom_tls_minimum = "1.2"
        self.assertEqual(self.app.client_id, "another-id")
        self.assertEqual(self.app._open("client_secret_sealed"), SECRET)
        self.assertEqual(self.app._webhook_secrets()[0], f"{SECRET}-hook")
        self.assertEqual(self.app._endpoint().tls_minimum, "1.2")

    def test_no_secret_is_in_any_row_as_it_was_typed(self):
        with Form(self.settings) as form:
            form.zoom_client_secret = SECRET
        for table in (
            "res_config_settings",
            "psynamica_zoom_app",
            "ir_config_parameter",
        ):
            self.assertEqual(self.in_database(table, SECRET), 0)

    def test_no_secret_comes_back_when_the_page_is_saved_or_opened(self):
        asked = {name: {} for name in ("zoom_client_secret", "zoom_webhook_secret")}
        page = self.settings.browse()
        values = {"zoom_client_secret": SECRET, "zoom_webhook_secret": SECRET}
        [saved] = page.web_save(values, specification=asked)
        opened = page.onchange({}, [], asked)["value"]
        for answer in (saved, opened):
            self.assertFalse(answer["zoom_client_secret"])
            self.assertFalse(answer["zoom_webhook_secret"])
        [read] = self.settings.browse(saved["id"]).read()
        self.assertNotIn(SECRET, str(read))

    def test_shows_that_a_secret_is_set(self):
        page = self.settings.new({})
        self.assertTrue(page.zoom_has_client_secret)
        self.app._set_credentials(client_secret="")
        self.assertFalse(self.settings.new({}).zoom_has_client_secret)

    def test_saving_other_settings_leaves_the_secrets(self):
        with Form(self.settings) as form:
            form.video_support_email = "help@practice.test"
        self.assertEqual(self.app.client_id, CLIENT_ID)
        self.assertEqual(self.app._open("client_secret_sealed"), CLIENT_SECRET)
        self.assertEqual(self.app._webhook_secrets(), [WEBHOOK_SECRET])
        self.assertEqual(self.env.company.video_support_email, "help@practice.test")

    def test_a_secret_can_be_removed(self):
        page = self.settings.create({})
        page.action_zoom_clear_client_secret()
        page.action_zoom_clear_webhook_secret()
        self.assertFalse(self.app._is_configured())
        self.assertEqual(self.app._webhook_secrets(), [])

    def test_shows_what_to_enter_at_zoom(self):
        page = self.settings.new({})
        self.assertEqual(
            page.zoom_redirect_uri, "https://practice.test/psynamica_zoom/callback"
        )
        self.assertEqual(
            page.zoom_webhook_url, "https://practice.test/psynamica_zoom/webhook"
        )
        self.assertEqual(page.zoom_required_scopes.split(), list(scopes.REQUIRED))
        self.assertEqual(page.zoom_optional_scopes.split(), list(scopes.OPTIONAL))

    def test_are_for_administrators(self):
        page = self.settings.create({})
        mine = page.with_user(self.therapist)
        for action in (
            mine.action_zoom_check,
            mine.action_zoom_clear_client_secret,
            mine.action_zoom_clear_webhook_secret,
        ):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            self.settings.with_user(self.therapist).create({"zoom_client_id": "x"})
        self.assertEqual(self.app.client_id, CLIENT_ID)

    def test_unusable_keys_are_said_in_words(self):
        with (
            patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS="damaged"),
            self.assertRaisesRegex(UserError, "keys in the server's configuration"),
        ):
            self.settings.create({"zoom_client_secret": SECRET})


@tagged("post_install", "-at_install")
class TestCheck(SettingsCase):
    def test_all_is_well(self):
        self.assertEqual(
            self.check(), ("success", "Zoom accepts the app, and nothing is missing.")
        )

    def test_names_what_was_not_entered(self):
        self.app._set_credentials("", "", "")
        level, words = self.check()
        self.assertEqual(level, "danger")
        for missing in ("client ID", "client secret", "webhook secret"):
            self.assertIn(f"The {missing} is missing", words)
        self.assertFalse(self.sim.calls(kind="oauth"))

    def test_a_wrong_secret(self):
        self.app._set_credentials(client_secret="wrong")
        level, words = self.check()
        self.assertEqual(level, "danger")
        self.assertIn("does not accept the client ID or the client secret", words)

    def test_an_app_that_is_switched_off(self):
        self.sim.app(disabled=True)
        self.assertEqual(self.check()[0], "danger")

    def test_zoom_is_out_of_reach(self):
        self.sim.fault(path="/oauth/token", preset="cut_before")
        level, words = self.check()
        self.assertEqual(level, "danger")
        self.assertIn("cannot be reached", words)

    def test_zoom_is_in_trouble(self):
        self.sim.fault(path="/oauth/token", preset="503")
        level, words = self.check()
        self.assertEqual(level, "warning")
        self.assertIn("try again", words)

    def test_an_address_without_https(self):
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "http://practice.test"
        )
        self.sim.app(redirect_uris=[self.app._redirect_uri()])
        level, words = self.check()
        self.assertEqual(level, "warning")
        self.assertIn("https://", words)

    def test_damaged_secrets(self):
        self.app.client_secret_sealed = self.app.key_check_sealed
        self.app.webhook_secret_sealed = self.app.key_check_sealed
        level, words = self.check()
        self.assertEqual(level, "danger")
        self.assertIn("The stored client secret is damaged", words)
        self.assertIn("The stored webhook secret is damaged", words)

    def test_unusable_keys(self):
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS="damaged"):
            level, words = self.check()
        self.assertEqual(level, "danger")
        self.assertIn("keys in the server's configuration", words)
        self.assertNotIn("missing", words)

    def test_an_unusable_address_of_zoom(self):
        with patch.dict(os.environ, PSYNAMICA_ZOOM_API_URL="http://plain.example"):
            level, words = self.check()
        self.assertEqual(level, "danger")
        self.assertIn("api_url", words)


@tagged("post_install", "-at_install")
class TestApp(SettingsCase):
    def test_there_is_one(self):
        self.assertEqual(self.app._get(), self.app)
        self.assertEqual(self.env["psynamica.zoom.app"].sudo().search_count([]), 1)

    def test_is_made_when_it_is_missing(self):
        self.app.unlink()
        app = self.env["psynamica.zoom.app"]._get()
        self.assertTrue(app.exists())
        self.assertEqual(app.tls_minimum, "1.3")
        self.assertEqual(self.env["psynamica.zoom.app"]._get(), app)

    def test_nobody_reads_a_sealed_secret(self):
        app = self.app.with_user(self.admin).sudo(False)
        self.assertTrue(app.read(["client_id"]))
        for name in SEALED_FIELDS:
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                app.read([name])

    def test_others_than_administrators_read_nothing_of_it(self):
        with self.assertRaises(AccessError):
            self.app.with_user(self.therapist).sudo(False).read(["client_id"])

    def test_without_credentials_is_told_like_wrong_ones(self):
        self.app._set_credentials(client_secret="")
        with self.assertRaises(ZoomAppRejected):
            self.app._oauth_client()

    def test_a_damaged_secret_is_told_like_a_wrong_one(self):
        self.app.client_secret_sealed = self.app.key_check_sealed
        with self.assertRaises(ZoomAppRejected):
            self.app._oauth_client()

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_app")
    def test_an_unusable_configuration_is_told_like_an_unreachable_zoom(self):
        unusable = {"PSYNAMICA_ZOOM_KEYS": "damaged", "PSYNAMICA_ZOOM_API_URL": "x"}
        for name, value in unusable.items():
            with patch.dict(os.environ, {name: value}):
                with self.assertRaises(ZoomUnreachable) as caught:
                    self.app._oauth_client()
                self.assertFalse(caught.exception.ambiguous)

    def test_seals_anew_with_the_newest_key(self):
        old = os.environ["PSYNAMICA_ZOOM_KEYS"]
        new = KeyRing.generate()
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS=f"{new},\n{old}"):
            self.app._reseal()
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS=new):
            self.assertEqual(self.app._open("client_secret_sealed"), CLIENT_SECRET)
            self.assertEqual(self.app._webhook_secrets(), [WEBHOOK_SECRET])

    def test_leaves_alone_what_the_newest_key_has_sealed(self):
        before = self.app.client_secret_sealed
        self.app._reseal()
        self.assertEqual(self.app.client_secret_sealed, before)

    @mute_logger("odoo.addons.psynamica_zoom.models.zoom_app")
    def test_sealing_anew_survives_what_does_not_open(self):
        damaged = self.app.client_secret_sealed = self.app.key_check_sealed
        old = os.environ["PSYNAMICA_ZOOM_KEYS"]
        new = KeyRing.generate()
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS=f"{new},{old}"):
            self.app._reseal()
        self.assertEqual(self.app.client_secret_sealed, damaged)
        with patch.dict(os.environ, PSYNAMICA_ZOOM_KEYS=new):
            self.assertEqual(self.app._webhook_secrets(), [WEBHOOK_SECRET])


@tagged("post_install", "-at_install")
class TestServerConfig(SettingsCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(patch.dict(os.environ))
        for name in [n for n in os.environ if n.startswith("PSYNAMICA_ZOOM_")]:
            del os.environ[name]

    def with_file(self, text):
        """Let odoo.conf be this, with its data in a folder of the test's own."""
        path = self.folder / "odoo.conf"
        path.write_text(text)
        options = {"config": str(path), "data_dir": str(self.folder)}
        return patch.dict(config.options, options)

    def test_without_any_it_is_zoom_itself(self):
        with self.with_file("[options]\n"):
            endpoint = server_config.endpoint("1.2")
        self.assertEqual(endpoint.oauth_url, "https://zoom.us")
        self.assertEqual(endpoint.api_url, "https://api.zoom.us/v2")
        self.assertEqual(endpoint.tls_minimum, "1.2")

    def test_a_section_of_the_file(self):
        text = "[psynamica_zoom]\noauth_url = https://zoom.us/50%\n"
        with self.with_file(text):
            self.assertEqual(server_config.endpoint().oauth_url, "https://zoom.us/50%")

    def test_the_environment_before_the_file(self):
        os.environ["PSYNAMICA_ZOOM_OAUTH_URL"] = "https://env.zoom.us"
        with self.with_file("[psynamica_zoom]\noauth_url = https://file.zoom.us\n"):
            self.assertEqual(server_config.endpoint().oauth_url, "https://env.zoom.us")

    def test_keys_in_the_file(self):
        keys = [KeyRing.generate(), KeyRing.generate()]
        with self.with_file("[psynamica_zoom]\nkeys = {}\n  {}\n".format(*keys)):
            sealed = server_config.vault().seal("x", context="c")
        with self.with_file(f"[psynamica_zoom]\nkeys = {keys[0]}\n"):
            self.assertEqual(server_config.vault().open(sealed, context="c"), "x")

    def test_without_keys_a_file_of_its_own_is_made_once(self):
        with self.with_file("[options]\n"):
            sealed = server_config.vault().seal("x", context="c")
            self.assertEqual(server_config.vault().open(sealed, context="c"), "x")
        path = self.folder / server_config.KEY_FILE_NAME
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_a_key_file_elsewhere(self):
        path = self.folder / "elsewhere.key"
        os.environ["PSYNAMICA_ZOOM_KEY_FILE"] = str(path)
        with self.with_file("[options]\n"):
            server_config.vault()
        self.assertTrue(path.exists())

    def test_a_changed_key_file_counts_at_once(self):
        with self.with_file("[options]\n"):
            before = server_config.vault().seal("x", context="c")
            path = self.folder / server_config.KEY_FILE_NAME
            path.write_text(f"{KeyRing.generate()}\n{path.read_text()}")
            self.assertFalse(server_config.vault().is_current(before))
            self.assertEqual(server_config.vault().open(before, context="c"), "x")

    def test_a_key_file_that_others_may_read_is_refused(self):
        with self.with_file("[options]\n"):
            server_config.vault()
            (self.folder / server_config.KEY_FILE_NAME).chmod(0o644)
            with self.assertRaisesRegex(ServerConfigError, "chmod 600"):
                server_config.vault()

    def test_errors_quote_no_key(self):
        for text in ("[psynamica_zoom]\nkeys = canary\n", "canary\n[psynamica_zoom]"):
            with self.with_file(text), self.assertRaises(ServerConfigError) as caught:
                server_config.vault()
            self.assertNotIn("canary", str(caught.exception))
            self.assertIsNone(caught.exception.__cause__)
