# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A practice with a Zoom app, and a Zoom to talk to.

Zoom is the simulator, over HTTPS with its own certificate authority: nothing between
the addon and it is patched.  Secrets are canaries that never occur by chance.
"""

import atexit
import os
from functools import lru_cache
from unittest.mock import patch

from odoo.tests import HttpCase, TransactionCase

from odoo.addons.psynamica_zoom.models.zoom_connection_token import ZoomConnection
from odoo.addons.psynamica_zoom.services.key_ring import KeyRing
from odoo.addons.psynamica_zoom.zoom_api import oauth, users

from zoom_simulator.running import start

from .internal_user import internal_user

CLIENT_ID = "canary-client-id-9f3c2a"
CLIENT_SECRET = "canary-client-secret-77e1d0b4c2"
WEBHOOK_SECRET = "canary-webhook-secret-4b8f6e21aa"
ANNA, BORIS, CLARA = (f"{name}@zoom.example" for name in ("anna", "boris", "clara"))


@lru_cache(maxsize=1)
def zoom():
    """Return the one simulator of this process."""
    running = start(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        webhook_secret=WEBHOOK_SECRET,
    )
    atexit.register(running.stop)
    return running


def surroundings():
    """Return the environment of a server that talks to the simulator."""
    return {
        "PSYNAMICA_ZOOM_OAUTH_URL": zoom().https_url,
        "PSYNAMICA_ZOOM_API_URL": f"{zoom().https_url}/v2",
        "PSYNAMICA_ZOOM_WEB_URL": zoom().http_url,
        "PSYNAMICA_ZOOM_CA_FILE": zoom().ca_file,
        "PSYNAMICA_ZOOM_KEYS": KeyRing.generate(),
    }


def _refreshed_at_once(connection):
    return connection._token_at_hand() or connection._access_token()


class ZoomSetUp:
    """What all tests with Zoom share; mixed into a test case of Odoo's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoom = zoom()
        cls.sim = cls.zoom.sim
        cls.startClassPatcher(patch.dict(os.environ, surroundings()))
        cls.app = cls.env["psynamica.zoom.app"]._get()
        cls.app._set_credentials(CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET)
        cls.therapist = internal_user(cls.env, "weber", "Maria Weber")
        cls.colleague = internal_user(cls.env, "lang", "Otto Lang")

    def setUp(self):
        super().setUp()
        # All cursors of such a test share one transaction, which no two threads may use
        # at once.  With transactions of their own: `test_slow_zoom`.
        self.enterContext(
            patch.object(ZoomConnection, "_token_or_source", _refreshed_at_once)
        )
        self.sim.reset()
        self.sim.app(redirect_uris=[self.app._redirect_uri()])

    def pair(self, account=ANNA, **wanted):
        """Return the tokens for an account of Zoom, by the real exchange."""
        verifier = oauth.new_verifier()
        allowed = self.sim.authorize(
            account,
            redirect_uri=self.app._redirect_uri(),
            code_challenge=oauth.challenge(verifier),
            code_challenge_method="S256",
            **wanted,
        )
        return self.app._oauth_client().exchange(
            allowed["code"], self.app._redirect_uri(), verifier
        )

    def connect(self, user, account=ANNA, **wanted):
        """Connect a user to an account of Zoom and return the connection.

        :param wanted: `scopes`, when not all of them are granted
        """
        pair = self.pair(account, **wanted)
        zoom_user = users.me(self.app._transport(), pair.access_token)
        user.with_user(user)._zoom_connect(pair, zoom_user)
        return self.connection_of(user)

    def connection_of(self, user):
        return (
            self.env["psynamica.zoom.connection"]
            .sudo()
            .search([("user_id", "=", user.id)])
        )


class ZoomCase(ZoomSetUp, TransactionCase):
    """Without HTTP requests to Odoo.

    Cursors that are opened on the way, for tokens, see the test's own data.
    """

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())


class ZoomHttpCase(ZoomSetUp, HttpCase):
    """With HTTP requests to Odoo, whose cursors see the test's own data."""

    def log_in(self, user):
        return self.authenticate(user.login, user.login)

    def open(self, path, **options):
        """Return the answer itself, not that of the place it leads to."""
        return self.url_open(path, allow_redirects=False, **options)
