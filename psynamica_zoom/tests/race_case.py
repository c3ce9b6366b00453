# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A connected therapist in the database itself, for several transactions at once.

What these tests begin with is committed, and taken back at the end.
"""

import concurrent.futures
import os
from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import BaseCase, get_db_name, new_test_user
from odoo.tools import SQL, mute_logger

from odoo.addons.psynamica_zoom.zoom_api import oauth, users

from .zoom_case import (
    ANNA,
    CLIENT_ID,
    CLIENT_SECRET,
    WEBHOOK_SECRET,
    surroundings,
    zoom,
)

LOGIN = "racing-therapist@practice.test"
_LEFT_BEHIND = (
    "ir_cron_trigger",
    "mail_activity",
    "mail_mail",
    "mail_message",
    "calendar_event",
    "psynamica_zoom_meeting",
    "bus_bus",
    "psynamica_zoom_circuit",
    "psynamica_zoom_quota",
)
AGAIN = 9


class RaceCase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.sim = zoom().sim
        cls.startClassPatcher(patch.dict(os.environ, surroundings()))
        # Whoever runs the tests holds it, and our threads would wait for ever.
        cls.startClassPatcher(patch.object(Registry, "_lock", DummyRLock()))

    def setUp(self):
        super().setUp()
        self.sim.reset()
        self.running = []
        # Writes that lose a race, and transactions that are ended.
        self.enterContext(mute_logger("odoo.sql_db"))
        with self.transaction() as env:
            self.newest = {table: self._newest(env.cr, table) for table in _LEFT_BEHIND}
        self.addCleanup(self._take_back)
        with self.transaction() as env:
            app = env["psynamica.zoom.app"]._get()
            app._set_credentials(CLIENT_ID, CLIENT_SECRET, WEBHOOK_SECRET)
            self.sim.app(redirect_uris=[app._redirect_uri()])
            user = new_test_user(env, LOGIN, "base.group_user", email=LOGIN)
            self.user_id, self.partner_id = user.id, user.partner_id.id
            self.connect(env)
            self.connection_id = user.zoom_connection_ids.id

    def _take_back(self):
        self.sim.release()
        with self.transaction() as env:
            for table in _LEFT_BEHIND:
                env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE id > %s",
                        SQL.identifier(table),
                        self.newest[table],
                    )
                )
            everybody = env["res.users"].with_context(active_test=False)
            user = everybody.search([("login", "=", LOGIN)])
            partner = user.partner_id
            user.unlink()
            partner.unlink()
            app = env["psynamica.zoom.app"]._get()
            names = [name for name in app._fields if name.endswith("_sealed")]
            names += ["client_id", "webhook_secret_changed_at", "lost_key_ids"]
            app.write(dict.fromkeys(names, False))

    @staticmethod
    def _newest(cr, table):
        cr.execute(SQL("SELECT coalesce(max(id), 0) FROM %s", SQL.identifier(table)))
        return cr.fetchone()[0]

    # Transactions

    @contextmanager
    def transaction(self):
        """Give an environment of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def again(self, work):
        """Return `work(env)`, run again after a lost race, as Odoo does requests."""
        for _time in range(AGAIN):
            try:
                with self.transaction() as env:
                    result = work(env)
                    env.flush_all()
                return result
            except SerializationFailure:
                continue
        raise self.failureException("lost every race")

    def meanwhile(self, *works):
        """Start each in a thread of its own and return the futures."""
        pool = concurrent.futures.ThreadPoolExecutor(len(works))
        self.addCleanup(pool.shutdown)
        futures = [pool.submit(work) for work in works]
        self.running += futures
        return futures

    def wait_for_waiting(self, count):
        """Return once so many transactions of this database wait for a lock."""
        with self.registry.cursor() as cr:
            while True:
                cr.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                if cr.fetchone()[0] >= count:
                    return
                for future in self.running:
                    if future.done() and future.exception():
                        future.result()  # what it was to wait for never comes
                cr.rollback()  # else the same snapshot of the statistics

    # People

    def colleague(self, login="colleague@practice.test"):
        """Return the id of another user, who goes with their sessions at the end."""
        with self.transaction() as env:
            user = new_test_user(env, login, "base.group_user")
            self.addCleanup(self._remove, user.id, user.partner_id.id)
            return user.id

    def _remove(self, user_id, partner_id):
        with self.transaction() as env:
            env["calendar.event"].search([("create_uid", "=", user_id)]).unlink()
        with self.transaction() as env:
            env["res.users"].browse(user_id).unlink()
            env["res.partner"].browse(partner_id).unlink()

    # The connection

    def pair(self, env, account=ANNA):
        app = env["psynamica.zoom.app"]._get()
        verifier = oauth.new_verifier()
        allowed = self.sim.authorize(
            account,
            redirect_uri=app._redirect_uri(),
            code_challenge=oauth.challenge(verifier),
            code_challenge_method="S256",
        )
        client = app._oauth_client()
        return client.exchange(allowed["code"], app._redirect_uri(), verifier)

    def connect(self, env, pair=None, login=LOGIN):
        pair = pair or self.pair(env)
        app = env["psynamica.zoom.app"]._get()
        zoom_user = users.me(app._transport(), pair.access_token)
        user = env["res.users"].search([("login", "=", login)])
        user._zoom_connect(pair, zoom_user)

    def connection(self, env):
        return env["psynamica.zoom.connection"].browse(self.connection_id)

    def access_token(self):
        """Return what somebody with a transaction of their own is given."""
        with self.transaction() as env:
            return self.connection(env)._access_token()

    def let_expire(self):
        with self.transaction() as env:
            self.connection(env).access_expires_at = fields.Datetime.now()
        self.sim.clear_calls()

    def refreshes(self):
        return self.sim.calls(method="POST", path="/oauth/token")

    def stored(self):
        """Return state and the two tokens, as a new transaction sees them."""
        with self.transaction() as env:
            connection = self.connection(env)
            return (
                connection.state,
                connection._open("access_token_sealed"),
                connection._open("refresh_token_sealed"),
            )

    def told(self):
        """Return how many activities and mails ask to connect again."""
        with self.transaction() as env:
            activities = env["mail.activity"].search_count(
                [("user_id", "=", self.user_id)]
            )
            mails = env["mail.mail"].search_count(
                [
                    ("model", "=", "psynamica.zoom.connection"),
                    ("res_id", "=", self.connection_id),
                ]
            )
        return activities, mails

    def assert_zoom_takes(self, token):
        with self.transaction() as env:
            users.me(env["psynamica.zoom.app"]._get()._transport(), token)
