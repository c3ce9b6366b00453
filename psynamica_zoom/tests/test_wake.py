# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scheduled actions are woken after the commit: soon, and once for many who ask."""

import threading
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.psynamica_zoom.models import zoom_wake

from .session_case import SessionCase

PATIENCE_S = 20


@tagged("post_install", "-at_install")
class TestWaker(SessionCase):
    def setUp(self):
        super().setUp()
        self.waker = zoom_wake.Waker(pause_s=0)
        self.called, self.may_go = threading.Semaphore(0), threading.Semaphore(0)
        self.count = 0

    def call(self):
        self.count += 1
        self.called.release()
        self.assertTrue(self.may_go.acquire(timeout=PATIENCE_S))

    def wait_for_call(self):
        self.assertTrue(self.called.acquire(timeout=PATIENCE_S))

    def test_many_who_ask_during_a_call_are_one_more_call(self):
        self.waker.ask("db", self.call)
        self.wait_for_call()
        for _number in range(5):
            self.waker.ask("db", self.call)
        self.may_go.release(2)
        self.wait_for_call()
        self.assertEqual(self.count, 2)

    def test_databases_do_not_wait_for_each_other(self):
        self.waker.ask("one", self.call)
        self.waker.ask("other", self.call)
        self.wait_for_call()
        self.wait_for_call()
        self.may_go.release(2)

    def test_a_failed_call_does_not_end_it(self):
        def fail():
            self.called.release()
            raise OSError("the database is restarting")

        with mute_logger(zoom_wake.__name__):
            self.waker.ask("db", fail)
            self.wait_for_call()
            self.waker.ask("db", self.call)
            # Either the thread of before goes on, or another one begins.
            self.may_go.release()
            self.wait_for_call()

    def test_a_save_leaves_a_trigger_and_wakes_after_the_commit(self):
        cron = self.env.ref("psynamica_zoom.ir_cron_deliver")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.plan_session()
        self.commit()
        new = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        # Another is for when the invitations are no longer held.
        now = fields.Datetime.now()
        due = (new - triggers).filtered(lambda one: one.call_at <= now)
        self.assertEqual(len(due), 1)
        asked = []
        with patch.object(zoom_wake, "_waker") as waker:
            waker.ask.side_effect = lambda name, _call: asked.append(name)
            self.env.cr.postcommit.run()
        self.assertIn(self.env.cr.dbname, asked)
