# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens, with several real transactions at the same time.

Who comes first is decided by calls that the simulator holds and by locks that
PostgreSQL shows, never by time.
"""

import traceback
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.zoom_api.errors import ZoomError, ZoomGrantRevoked

from .race_case import RaceCase
from .zoom_case import ANNA

REFRESH = {"method": "POST", "path": "/oauth/token"}
CREATE = {"method": "POST", "path": "/v2/users/me/meetings"}
SCOPE_MISSING = {
    "code": 4711,
    "message": "Invalid access token, does not contain scopes:[meeting:write:meeting].",
}
MANY = 8


@tagged("post_install", "-at_install")
class TestOneRefresh(RaceCase):
    def test_many_who_need_a_token_refresh_it_once(self):
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True)
        futures = self.meanwhile(*[self.access_token] * MANY)
        self.assertEqual(self.sim.wait_for_held(), 1)
        self.wait_for_waiting(MANY - 1)
        self.sim.release()
        tokens = {future.result() for future in futures}
        self.assertEqual(len(tokens), 1)
        self.assertEqual(len(self.refreshes()), 1)
        self.assertEqual(self.stored()[:2], ("connected", *tokens))
        self.assert_zoom_takes(*tokens)

    def test_the_pair_is_stored_although_the_one_who_needed_it_fails(self):
        self.let_expire()
        with self.registry.cursor() as cr, self.assertRaises(ZeroDivisionError):
            with self.transaction() as env:
                token = self.connection(env)._access_token()
                cr.execute(
                    "SELECT refreshed_at, access_token_sealed FROM"
                    " psynamica_zoom_connection WHERE id = %s",
                    [self.connection_id],
                )
                self.assertTrue(all(cr.fetchone()))
                self.assertEqual(self.stored()[1], token)
                raise ZeroDivisionError
        self.assertEqual(self.stored()[1], token)

    def test_a_dead_grant_is_told_once(self):
        self.sim.remove_app(ANNA, tell=False)
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True)
        futures = self.meanwhile(*[self.access_token] * 4)
        self.sim.wait_for_held()
        self.wait_for_waiting(3)
        self.sim.release()
        for future in futures:
            self.assertIsInstance(future.exception(), ZoomGrantRevoked)
        self.assertEqual(self.stored(), ("reconnect", "", ""))
        self.assertEqual(self.told(), (1, 1))


@tagged("post_install", "-at_install")
class TestLostDatabaseConnection(RaceCase):
    """PostgreSQL ends the transaction in which a refresh waits for Zoom's answer."""

    def end_the_transaction(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
                " AND query LIKE '%%psynamica_zoom%%'"
            )
            self.assertEqual(cr.fetchall(), [(True,)])

    def test_the_pair_is_stored_all_the_same(self):
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True, after=True)
        [future] = self.meanwhile(self.access_token)
        self.sim.wait_for_held()
        self.end_the_transaction()
        self.sim.release()
        token = future.result()
        self.assertEqual(self.stored()[:2], ("connected", token))
        self.assertEqual(len(self.refreshes()), 1)
        self.assert_zoom_takes(token)
        self.let_expire()
        self.assert_zoom_takes(self.access_token())
        self.assertEqual(self.told(), (0, 0))

    def test_whoever_is_refused_meanwhile_looks_again(self):
        """The second one uses the token that the first has just used up at Zoom."""
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True, after=True)
        self.sim.fault(**REFRESH, hold=True)
        [first] = self.meanwhile(self.access_token)
        self.sim.wait_for_held(1)
        self.end_the_transaction()
        [second] = self.meanwhile(self.access_token)
        self.assertEqual(self.sim.wait_for_held(2), 2)
        self.sim.release(1)
        self.wait_for_waiting(1)  # the first one, with the new pair
        self.sim.release()
        token = first.result()
        self.assertEqual(second.result(), token)
        self.assertEqual([c["status"] for c in self.refreshes()], [200, 400])
        self.assertEqual(self.stored()[:2], ("connected", token))
        self.assertEqual(self.told(), (0, 0))

    def test_what_was_stored_meanwhile_is_not_overwritten(self):
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True, after=True)
        [future] = self.meanwhile(self.access_token)
        self.sim.wait_for_held()
        self.end_the_transaction()
        self.again(self.connect)
        newer = self.stored()
        self.sim.release()
        self.assertEqual(future.result(), newer[1])
        self.assertEqual(self.stored(), newer)
        self.assert_zoom_takes(newer[1])


@tagged("post_install", "-at_install")
class TestEndDuringARefresh(RaceCase):
    def refresh_in_flight(self, **fault):
        self.let_expire()
        self.sim.fault(**REFRESH, hold=True, **fault)
        [future] = self.meanwhile(self.access_token)
        self.sim.wait_for_held()
        return future

    def assert_nothing_is_left(self):
        self.assertEqual(self.stored(), ("disconnected", "", ""))
        self.sim.clear_calls()
        with self.transaction() as env:
            for name in ("deliver", "keep_alive", "clean_up", "reseal"):
                env.ref(f"psynamica_zoom.ir_cron_{name}").method_direct_trigger()
        self.assertEqual(self.sim.calls(), [])

    def test_the_user_disconnects(self):
        future = self.refresh_in_flight(after=True)
        [disconnect] = self.meanwhile(
            lambda: self.again(
                lambda env: env["res.users"].with_user(self.user_id).zoom_disconnect()
            )
        )
        self.wait_for_waiting(1)
        self.sim.release()
        token = future.result()
        self.assertEqual(disconnect.result()["zoom"]["state"], "connect")
        self.assertEqual(
            [call["path"] for call in self.sim.calls()],
            ["/oauth/token", "/oauth/revoke"],
        )
        with self.assertRaises(Exception):  # noqa: B017 whatever the refusal is
            self.assert_zoom_takes(token)
        self.assert_nothing_is_left()

    def test_the_user_removes_the_app_at_zoom(self):
        future = self.refresh_in_flight(after=True)
        self.sim.remove_app(ANNA, tell=False)

        def deauthorize(env):
            mark = self.connection(env).zoom_user_mark
            later = fields.Datetime.now() + timedelta(hours=1)
            return env["psynamica.zoom.connection"]._deauthorized(mark=mark, at=later)

        [removal] = self.meanwhile(lambda: bool(self.again(deauthorize)))
        self.wait_for_waiting(1)
        self.sim.release()
        future.result()
        self.assertTrue(removal.result())
        self.assert_nothing_is_left()
        self.assertEqual(self.told(), (1, 1))

    def test_the_user_connects_again(self):
        """The newer grant ends the older one, whose refresh is refused."""
        future = self.refresh_in_flight()
        with self.transaction() as env:
            pair = self.pair(env)
        [reconnect] = self.meanwhile(
            lambda: self.again(lambda env: self.connect(env, pair))
        )
        self.wait_for_waiting(1)
        self.sim.release()
        reconnect.result()
        self.assertEqual(future.result(), pair.access_token)
        self.assertEqual(
            self.stored(), ("connected", pair.access_token, pair.refresh_token)
        )
        self.assertEqual(self.told(), (0, 0))

    def test_the_user_is_archived(self):
        future = self.refresh_in_flight(after=True)
        [archive] = self.meanwhile(
            lambda: self.again(
                lambda env: env["res.users"].browse(self.user_id).action_archive()
            )
        )
        self.wait_for_waiting(1)
        self.sim.release()
        future.result()
        archive.result()
        self.assert_nothing_is_left()

    def test_the_user_is_deleted(self):
        future = self.refresh_in_flight(after=True)
        [delete] = self.meanwhile(
            lambda: self.again(
                lambda env: env["res.users"].browse(self.user_id).unlink()
            )
        )
        self.wait_for_waiting(1)
        self.sim.release()
        future.result()
        delete.result()
        with self.transaction() as env:
            self.assertFalse(self.connection(env).exists())
            env["res.partner"].browse(self.partner_id).unlink()


@tagged("post_install", "-at_install")
class TestEndDuringADelivery(RaceCase):
    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            start = fields.Datetime.now() + timedelta(days=3)
            event = (
                env["calendar.event"]
                .with_user(self.user_id)
                .create(
                    {
                        "name": "Session",
                        "start": start,
                        "stop": start + timedelta(minutes=50),
                        "user_id": self.user_id,
                        "partner_ids": [
                            Command.set(
                                [self.partner_id, env.ref("base.partner_admin").id]
                            )
                        ],
                    }
                )
            )
        self.event_id = event.id
        self.sim.clear_calls()

    def deliver(self):
        with self.transaction() as env:
            env["psynamica.zoom.meeting"]._cron_deliver()

    def meeting(self, env):
        return env["psynamica.zoom.meeting"].search([("event_id", "=", self.event_id)])

    def disconnect_in_flight(self, **fault):
        self.sim.fault(**CREATE, hold=True, **fault)
        [delivery] = self.meanwhile(self.deliver)
        self.assertEqual(self.sim.wait_for_held(), 1)
        self.again(
            lambda env: env["res.users"].with_user(self.user_id).zoom_disconnect()
        )
        self.assertEqual(self.stored(), ("disconnected", "", ""))
        self.sim.release()
        delivery.result()

    def assert_no_call_follows(self):
        paths = sorted(call["path"] for call in self.sim.calls())
        self.assertEqual(paths, ["/oauth/revoke", "/v2/users/me/meetings"])
        self.deliver()
        self.assertEqual(len(self.sim.calls()), 2)
        self.assertEqual(self.stored(), ("disconnected", "", ""))
        with self.transaction() as env:
            meeting = self.meeting(env)
            self.assertEqual(meeting.state, "paused")
            self.assertFalse(meeting.next_attempt_at)

    def test_the_meeting_is_made_in_the_last_moment(self):
        self.disconnect_in_flight(after=True)
        self.assert_no_call_follows()
        with self.transaction() as env:
            self.assertTrue(self.meeting(env).zoom_id)  # found again after a reconnect

    def test_the_call_is_refused_because_the_token_is_revoked(self):
        self.disconnect_in_flight()
        self.assert_no_call_follows()
        self.assertEqual(self.told(), (0, 0))

    def test_the_call_fails(self):
        self.disconnect_in_flight(preset="500")
        self.assert_no_call_follows()

    def test_an_answer_to_the_older_token_does_not_end_the_newer_connection(self):
        self.sim.fault(**CREATE, hold=True, status=400, json=SCOPE_MISSING)
        [delivery] = self.meanwhile(self.deliver)
        self.assertEqual(self.sim.wait_for_held(), 1)
        with self.transaction() as env:
            later = fields.Datetime.now() + timedelta(seconds=1)
            pair = self.pair(env)
        self.again(lambda env: self.connect(env, pair))
        with self.transaction() as env:
            self.connection(env).connected_at = later
        self.sim.release()
        delivery.result()
        self.assertEqual(self.stored()[:2], ("connected", pair.access_token))
        self.assertEqual(self.told(), (0, 0))
        with self.transaction() as env:
            self.assertEqual(self.meeting(env).state, "ready")


def with_variables(error):
    """Return the traceback below the test itself, each frame with its variables."""
    frames = traceback.TracebackException(
        type(error), error, error.__traceback__.tb_next, capture_locals=True
    )
    return "".join(frames.format())


@tagged("post_install", "-at_install")
class TestTokensInMemory(RaceCase):
    def test_a_traceback_with_its_variables_shows_no_token(self):
        """As programs that collect errors take it."""
        for trouble in ({"status": 503}, {"cut": "before"}, {"status": 400}):
            with self.subTest(**trouble):
                self.let_expire()
                _state, access, refresh = self.stored()
                self.sim.fault(**REFRESH, **trouble)
                with self.transaction() as env:
                    try:
                        self.connection(env)._access_token()
                        self.fail("there was a token")
                    except ZoomError as error:
                        text = with_variables(error)
                self.assertIn("_access_token", text)
                self.assertNotIn(access, text)
                self.assertNotIn(refresh, text)
