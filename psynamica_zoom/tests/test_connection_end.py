# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How connections end: removed at Zoom, taken over, given up, their users gone."""

from contextlib import suppress
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.psynamica_zoom.models.zoom_connection import ZoomAccountTaken
from odoo.addons.psynamica_zoom.models.zoom_connection_token import SECRET_FIELDS
from odoo.addons.psynamica_zoom.zoom_api import users
from odoo.addons.psynamica_zoom.zoom_api.errors import (
    ZoomGrantRevoked,
    ZoomServerError,
)

from .connection_case import ConnectionCase
from .zoom_case import ANNA, BORIS


@tagged("post_install", "-at_install")
class TestEndOfConnection(ConnectionCase):
    def deauthorize(self, after):
        """Be told of a removal that happened so long after the user connected."""
        mark = self.connection.zoom_user_mark
        return (
            self.env["psynamica.zoom.connection"]
            .sudo()
            ._deauthorized(mark=mark, at=self.connection.connected_at + after)
        )

    def assert_removed(self):
        self.assert_no_secrets()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertEqual(self.connection.state_reason, "removed_at_zoom")
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(len(self.reconnect_mails()), 1)

    def assert_untouched(self):
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.activities())
        self.assertTrue(self.access_token())

    def test_a_removal_long_before_the_connection_says_nothing(self):
        self.sim.clear_calls()
        self.assertFalse(self.deauthorize(-timedelta(hours=1)))
        self.assertEqual(self.sim.calls(), [])
        self.assert_untouched()

    def test_a_removal_ends_the_connection(self):
        self.sim.remove_app(ANNA, tell=False)
        self.sim.clear_calls()
        self.assertEqual(self.deauthorize(timedelta(hours=1)), self.connection)
        self.assertEqual(self.sim.calls(), [])
        self.assert_removed()

    def test_a_removal_that_a_refused_call_has_told_already_is_told_once(self):
        self.sim.remove_app(ANNA, tell=False)
        self.connection._must_reconnect("token_revoked")
        self.assertEqual(self.deauthorize(timedelta(hours=1)), self.connection)
        self.assert_removed()

    def test_zoom_is_asked_when_the_clocks_do_not_tell_what_came_first(self):
        """Removed and connected again at once; Zoom's clock is not quite ours."""
        for minutes in (-9, 0, 9):
            with self.subTest(minutes=minutes):
                self.assertFalse(self.deauthorize(timedelta(minutes=minutes)))
                self.assert_untouched()

    def test_a_removal_soon_after_connecting_ends_the_connection(self):
        self.sim.remove_app(ANNA, tell=False)
        for minutes in (-9, 9):
            with self.subTest(minutes=minutes), self.cr.savepoint() as savepoint:
                self.deauthorize(timedelta(minutes=minutes))
                self.assert_removed()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_an_old_token_does_not_mean_that_the_app_was_removed(self):
        """Removed and connected again at once, and told when nobody used it since."""
        self.sim.expire_tokens(ANNA, "access")
        self.connection.access_expires_at = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        self.assertFalse(self.deauthorize(timedelta(minutes=1)))
        self.assert_untouched()

    def test_a_removal_is_one_although_the_token_is_old(self):
        self.sim.remove_app(ANNA, tell=False)
        self.connection.access_expires_at = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        self.assertTrue(self.deauthorize(timedelta(minutes=1)))
        self.env.invalidate_all()
        self.assert_removed()

    def test_a_removal_waits_until_zoom_can_say(self):
        self.sim.fault(path="/v2/users/me", preset="503")
        with suppress(ZoomServerError):  # assertRaises would roll back
            self.deauthorize(timedelta(minutes=1))
            self.fail("decided without Zoom")
        self.assert_untouched()
        self.assertFalse(self.deauthorize(timedelta(minutes=1)))
        self.assert_untouched()

    def test_a_removal_without_a_moment_is_asked_about(self):
        mark = self.connection.zoom_user_mark
        connections = self.env["psynamica.zoom.connection"].sudo()
        self.assertFalse(connections._deauthorized(mark=mark, at=None))
        self.sim.remove_app(ANNA, tell=False)
        self.assertEqual(connections._deauthorized(mark=mark, at=None), self.connection)

    def test_without_the_permission_to_read_the_account_zoom_is_asked_all_the_same(
        self,
    ):
        self.sim.set_scopes(ANNA, ["meeting:write:meeting"])
        self.assertFalse(self.deauthorize(timedelta(minutes=1)))
        self.assert_untouched()
        self.sim.remove_app(ANNA, tell=False)
        self.assertTrue(self.deauthorize(timedelta(minutes=1)))

    def test_a_repeated_removal_changes_nothing_more(self):
        self.sim.remove_app(ANNA, tell=False)
        self.deauthorize(timedelta(hours=1))
        self.assertFalse(self.deauthorize(timedelta(hours=1)))
        self.assert_removed()

    def test_a_late_removal_does_not_end_the_newer_connection(self):
        self.sim.remove_app(ANNA, tell=False)
        self.deauthorize(timedelta(minutes=20))
        removed_at = self.connection.connected_at + timedelta(minutes=20)
        self.connect(self.therapist)
        self.connection.connected_at = removed_at + timedelta(minutes=1)
        for late_s in (-1, 0, 1):
            self.deauthorize(timedelta(minutes=-1, seconds=late_s))
            self.assert_untouched()

    def test_connecting_again_takes_back_what_was_asked(self):
        self.connection._must_reconnect("token_revoked")
        self.assertEqual(len(self.activities()), 1)
        self.connect(self.therapist)
        self.assert_untouched()

    def test_asking_again_leaves_one_activity(self):
        self.connection._ask_to_reconnect()
        self.connection._ask_to_reconnect()
        self.assertEqual(len(self.activities()), 1)

    def test_a_taken_account_hands_the_new_tokens_to_its_owner(self):
        pair = self.pair(ANNA)
        zoom_user = users.me(self.app._transport(), pair.access_token)
        with suppress(ZoomAccountTaken):  # assertRaises would roll back what is stored
            self.colleague.with_user(self.colleague)._zoom_connect(pair, zoom_user)
            self.fail("two users have one account")
        self.assertEqual(self.tokens(), [pair.access_token, pair.refresh_token])
        self.assertFalse(self.connection_of(self.colleague))
        event = self.plan_session()
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")

    def test_disconnecting_deletes_the_secrets_and_makes_no_call_afterwards(self):
        self.plan_session()
        self.deliver()
        self.env["res.users"].with_user(self.therapist).zoom_disconnect()
        self.assert_no_secrets()
        self.env.cr.postcommit.run()
        self.assertEqual(len(self.sim.calls(method="POST", path="/oauth/revoke")), 1)
        self.sim.clear_calls()
        self.plan_session()
        self.deliver()
        self.assertEqual(self.sim.calls(), [])

    def test_deleting_a_user_removes_everything(self):
        connection_id = self.connection.id
        self.plan_session().unlink()
        self.commit()
        self.therapist.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT count(*) FROM psynamica_zoom_connection WHERE id = %s",
            [connection_id],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute(
            "SELECT count(*) FROM psynamica_zoom_meeting WHERE next_attempt_at"
            " IS NOT NULL AND connection_id IS NULL"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_deleting_a_user_with_meetings_leaves_nothing_at_work(self):
        self.plan_session()
        self.deliver()
        connection_id = self.connection.id
        self.plan_session(start=self.start + timedelta(days=1))
        self.commit()
        meetings = self.connection.meeting_ids
        self.assertEqual(len(meetings), 2)
        self.therapist.unlink()
        self.env.flush_all()
        self.assertEqual(set(meetings.mapped("state")), {"left"})
        self.assertFalse(any(meetings.mapped("next_attempt_at")))
        self.assertFalse(
            self.env["psynamica.zoom.connection"].sudo().browse(connection_id).exists()
        )
        self.sim.clear_calls()
        self.deliver()
        self.assertEqual(self.sim.calls(), [])

    def test_an_archived_user_comes_back_without_a_connection(self):
        event = self.plan_session()
        self.deliver()
        self.therapist.action_archive()
        self.sim.clear_calls()
        event.with_user(self.colleague).name = "Moved"
        self.deliver()
        self.therapist.action_unarchive()
        self.deliver()
        self.assertEqual(self.sim.calls(), [])
        self.assertEqual(self.connection.state, "disconnected")
        self.connect(self.therapist)
        self.assertEqual(self.connection.state, "connected")


@tagged("post_install", "-at_install")
class TestCompanies(ConnectionCase):
    """A connection is a user's, not a company's."""

    def setUp(self):
        super().setUp()
        self.branch = self.env["res.company"].create({"name": "Branch"})
        self.therapist.company_ids |= self.branch

    def assert_works(self):
        event = self.plan_session()
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")
        self.connection._must_reconnect("token_revoked")
        self.assert_asked_to_reconnect("token_revoked")

    def test_an_archived_company_of_the_user(self):
        self.branch.active = False
        self.assert_works()

    def test_a_deleted_company_of_the_user(self):
        self.branch.unlink()
        self.assert_works()

    def test_the_users_own_company_goes_with_its_users_only(self):
        self.therapist.company_id = self.branch
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.branch.active = False
        self.therapist.active = False
        self.branch.active = False
        self.assertEqual(self.connection.state, "disconnected")
        self.assert_no_secrets()
        self.sim.clear_calls()
        for name in ("deliver", "keep_alive", "clean_up", "reseal"):
            self.run_cron(f"ir_cron_{name}")
        self.assertEqual(self.sim.calls(), [])


@tagged("post_install", "-at_install")
class TestOtherDatabases(ConnectionCase):
    """Backups and copies that were not neutralized, and a second database."""

    def backed_up(self):
        """Return what a backup of now holds of the connection, as SQL values."""
        self.env.flush_all()
        names = [*SECRET_FIELDS, "access_expires_at", "refreshed_at", "state"]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM psynamica_zoom_connection WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, names)),
                self.connection.id,
            )
        )
        return dict(zip(names, self.env.cr.fetchone(), strict=True))

    def restore(self, backup):
        self.env.flush_all()
        assignments = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in backup.items()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE psynamica_zoom_connection SET %s WHERE id = %s",
                SQL(", ").join(assignments),
                self.connection.id,
            )
        )
        self.env.invalidate_all()

    def test_a_restored_backup_with_an_old_refresh_token(self):
        other = self.connect(self.colleague, BORIS)
        event = self.plan_session()
        self.deliver()
        backup = self.backed_up()
        self.let_expire()
        self.access_token()
        self.restore(backup)
        self.let_expire()
        self.assertIsInstance(self.trouble(), ZoomGrantRevoked)
        self.assert_asked_to_reconnect("token_revoked")
        self.assert_no_secrets()
        self.assertEqual(other.state, "connected")
        users.me(self.app._transport(), other._access_token())
        self.assertEqual(self.meeting_of(event).state, "paused")
        self.assertTrue(self.meeting_of(event).zoom_id)
        before = self.at_zoom()
        self.connect(self.therapist)
        self.deliver()
        self.assertEqual(self.meeting_of(event).state, "ready")
        self.assertEqual(self.at_zoom(), before)  # the meeting is the same

    def test_a_restored_backup_whose_tokens_are_still_good(self):
        backup = self.backed_up()
        self.restore(backup)
        self.let_expire()
        self.assertTrue(self.access_token())
        self.assertEqual(self.connection.state, "connected")

    def test_the_same_user_connects_in_another_database(self):
        """One app at Zoom for two databases: the newer grant ends the older one."""
        event = self.plan_session()
        elsewhere = self.pair(ANNA)
        self.deliver()
        self.let_expire()
        self.env["psynamica.zoom.meeting"].sudo().search([])._want()
        self.deliver()
        self.assert_asked_to_reconnect("token_revoked")
        self.assertEqual(self.meeting_of(event).state, "paused")
        users.me(self.app._transport(), elsewhere.access_token)  # theirs still works

    def test_another_user_connects_in_another_database(self):
        self.pair(BORIS)
        self.let_expire()
        self.assertTrue(self.access_token())
        self.assertEqual(self.connection.state, "connected")

    def test_a_copy_that_was_not_neutralized_uses_up_the_refresh_token(self):
        self.app._oauth_client().refresh(self.tokens()[1])
        self.let_expire()
        self.assertIsInstance(self.trouble(), ZoomGrantRevoked)
        self.assert_asked_to_reconnect("token_revoked")
