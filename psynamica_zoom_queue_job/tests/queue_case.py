# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A practice with a job queue, and somebody who does its jobs."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.sql_db import db_connect

from odoo.addons.psynamica_zoom.models import zoom_connection_pace
from odoo.addons.psynamica_zoom.services.pacing import Pacer
from odoo.addons.psynamica_zoom.tests.session_case import SessionCase
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

from ..services.lanes import lane_of

NO_EFFECT = 1_000_000.0  # a pace at which nobody ever waits


class QueueCase(SessionCase):
    def setUp(self):
        super().setUp()
        pacer = Pacer(NO_EFFECT)
        self.enterContext(patch.object(zoom_connection_pace, "pacer", pacer))
        self.meetings = self.env["psynamica.zoom.meeting"].sudo()
        self.runner = self.enterContext(self.other_process())
        self.runner.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", (PG_ADVISORY_LOCK_ID,)
        )
        self.assertTrue(self.runner.fetchone()[0])

    def other_process(self):
        """Return a cursor of a connection that is not the test's."""
        return db_connect(self.env.cr.dbname).cursor()

    def stop_runner(self):
        self.runner.rollback()

    def lane(self, connection=None):
        return lane_of((connection or self.connection)._account_key())

    def connect_in_other_lane(self, user, account):
        """Connect a user to an account whose lane is not that of the therapist's."""
        connection = self.connect(user, account)
        numbers = iter(range(100))
        while self.lane(connection) == self.lane():
            connection.zoom_account_mark = f"other{next(numbers)}"
        return connection

    def pending(self, *methods):
        """Return the jobs that wait, those that are to be started first in front."""
        jobs = self.env["queue.job"].search([("state", "=", "pending")], order="id")
        return jobs.filtered(lambda job: not methods or job.method_name in methods)

    def work(self, *methods):
        """Do jobs as the queue does until none is to be started now."""
        self.commit()
        for _round in range(50):
            ready = self.pending(*methods).filtered(self.is_ready)
            if not ready:
                return
            self.perform(ready[0])
            self.commit()
        self.fail("The jobs never end.")

    def is_ready(self, job):
        return not job.eta or job.eta <= fields.Datetime.now()

    def perform(self, record):
        """Do one job; return the error with which it asked to be done again."""
        job = Job.load(self.env, record.uuid)
        self.assertTrue(job.job_config.allow_commit)
        self.env.flush_all()
        error = None
        try:
            job.perform()
            job.set_done()
        except RetryableJobError as caught:
            error = caught
            job.postpone(result=str(caught), seconds=caught.seconds)
            job.set_pending(reset_retry=False)
        self.env.invalidate_all()
        job.store()
        self.env.flush_all()
        return error

    def sessions(self, count, user=None):
        """Return sessions of a therapist, one after the other."""
        user = user or self.therapist
        people = user.partner_id | self.client
        calendar = self.env["calendar.event"].with_user(user)
        return calendar.with_context(dont_notify=True).create(
            [
                {
                    "name": "Session",
                    "start": self.start + timedelta(hours=number),
                    "stop": self.start + timedelta(hours=number, minutes=50),
                    "user_id": user.id,
                    "partner_ids": [Command.set(people.ids)],
                }
                for number in range(count)
            ]
        )

    def states(self, events):
        rows = self.meetings.search([("event_id", "in", events.ids)])
        return rows.mapped("state")
