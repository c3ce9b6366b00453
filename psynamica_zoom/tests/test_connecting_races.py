# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sessions that are saved in the very moment in which their organiser connects."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import api, fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_case import RaceCase

AGAIN_SOON = timedelta(minutes=20)


@tagged("post_install", "-at_install")
class TestConnectingMeanwhile(RaceCase):
    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            self.other_id = env.ref("base.main_partner").id
            self.user(env).zoom_disconnect(False)

    def user(self, env):
        return env["res.users"].browse(self.user_id).with_user(self.user_id)

    def save_while_connecting(self, acting_id, **values):
        """Save a session in a transaction that began before the connection did."""
        start = fields.Datetime.now() + timedelta(days=40)
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM calendar_event")  # takes the snapshot
            with self.transaction() as env:
                self.connect(env)
            event = api.Environment(cr, acting_id, {})["calendar.event"].create(
                {
                    "name": "Session",
                    "start": start,
                    "stop": start + timedelta(minutes=50),
                    "user_id": self.user_id,
                    "partner_ids": [
                        Command.link(self.partner_id),
                        Command.link(self.other_id),
                    ],
                    **values,
                }
            )
            return event.id

    def rooms(self, event_id):
        """Return provider and state of the meeting row, before and after the cron."""
        found = []
        for _time in range(2):
            with self.transaction() as env:
                rows = env["psynamica.zoom.meeting"].search(
                    [("event_id", "=", event_id)]
                )
                event = env["calendar.event"].browse(event_id)
                found.append((event.video_provider, rows.mapped("state")))
                env["calendar.event"]._cron_top_up()
        return found

    @mute_logger("odoo.sql_db")
    def test_who_makes_a_row_that_has_just_been_made_is_run_again(self):
        event_id = self.save_while_connecting(self.user_id, video_choice="zoom")
        with self.transaction() as late:
            event = late["calendar.event"].browse(event_id)
            self.assertFalse(late["psynamica.zoom.meeting"]._of_events([event_id]))
            with self.transaction() as env:
                env["calendar.event"]._cron_top_up()
            event.name = "Other"
            event._video_touch()
            with self.assertRaises(SerializationFailure):
                late.flush_all()
                late.cr.precommit.run()
            late.cr.rollback()
        _before, after = self.rooms(event_id)
        self.assertEqual(after, ("zoom", ["creating"]))

    def test_what_could_not_be_made_is_made_soon(self):
        with self.transaction() as env:
            calendar = env["calendar.event"]
            broken = patch.object(
                type(calendar), "_top_up", side_effect=SerializationFailure
            )
            cron = env.ref("psynamica_zoom.ir_cron_top_up")
            now = fields.Datetime.now()
            with broken as top_up:
                top_up.__name__ = "_top_up"
                with mute_logger("odoo.addons.psynamica_zoom.models.zoom_delivery"):
                    calendar._cron_top_up()
            planned = env["ir.cron.trigger"].search(
                [("cron_id", "=", cron.id), ("call_at", ">", now)]
            )
            self.assertLessEqual(min(planned.mapped("call_at")), now + AGAIN_SOON)

    def test_session_comes_to_zoom_a_little_later(self):
        event_id = self.save_while_connecting(self.user_id)
        before, after = self.rooms(event_id)
        self.assertEqual(before, ("builtin", []))
        self.assertEqual(after, ("zoom", ["creating"]))

    def test_chosen_zoom_comes_to_zoom_a_little_later(self):
        event_id = self.save_while_connecting(self.user_id, video_choice="zoom")
        before, after = self.rooms(event_id)
        self.assertEqual(before, ("zoom", []))
        self.assertEqual(after, ("zoom", ["creating"]))

    def test_chosen_builtin_room_stays(self):
        event_id = self.save_while_connecting(self.user_id, video_choice="builtin")
        self.assertEqual(self.rooms(event_id), [("builtin", [])] * 2)

    def test_colleague_without_part_in_it_cannot_use_the_account(self):
        event_id = self.save_while_connecting(self.colleague(), video_choice="zoom")
        self.assertEqual(self.rooms(event_id)[1][1], [])

    def test_connecting_has_the_sessions_looked_at_again(self):
        with self.transaction() as env:
            self.connect(env)
            cron = env.ref("psynamica_zoom.ir_cron_top_up")
            later = env["ir.cron.trigger"].search(
                [
                    ("cron_id", "=", cron.id),
                    ("call_at", ">", fields.Datetime.now() + timedelta(minutes=2)),
                ]
            )
            self.assertTrue(later)
