# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sessions of a connected therapist, and what became of them at Zoom."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.psynamica_zoom.models.zoom_app import WEBHOOK_PATH

from .zoom_case import ZoomCase, ZoomHttpCase


class SessionSetUp:
    """What all tests with sessions share; mixed into a test case with Zoom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.env["res.partner"].create(
            {"name": "Pavel", "email": "pavel@client.test", "tz": "Europe/Prague"}
        )

    def setUp(self):
        super().setUp()
        self.connection = self.connect(self.therapist)
        self.start = fields.Datetime.now().replace(
            hour=10, minute=0, second=0, microsecond=0
        ) + timedelta(days=3)

    def plan_session(self, by=None, **values):
        """Return a session of fifty minutes with one client, in three days."""
        start = values.pop("start", self.start)
        by = by or self.therapist
        people = self.therapist.partner_id | self.client
        return (
            self.env["calendar.event"]
            .with_user(by)
            .create(
                {
                    "name": "Session",
                    "start": start,
                    "stop": start + timedelta(minutes=50),
                    "user_id": self.therapist.id,
                    "partner_ids": [Command.set(people.ids)],
                    **values,
                }
            )
        )

    def series(self, count=4, **values):
        """Return the first of a weekly series, and the others, in order."""
        day = self.start.strftime("%a").lower()
        first = self.plan_session(
            recurrency=True,
            rrule_type="weekly",
            end_type="count",
            count=count,
            event_tz="UTC",
            **{day: True, **values},
        )
        return first.recurrence_id.calendar_event_ids.sorted("start")

    def commit(self):
        """Do what a commit does before it."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()

    def deliver(self):
        """Commit, and let the delivery run until nothing is due."""
        self.commit()
        self.env.ref("psynamica_zoom.ir_cron_deliver").method_direct_trigger()
        self.env.invalidate_all()

    def meeting_of(self, event):
        return (
            self.env["psynamica.zoom.meeting"]
            .sudo()
            .search([("event_id", "=", event.id)])
        )

    def let_pass(self, meetings, **time):
        """Let the last attempts be longer ago, and have meetings looked at again.

        Outages and pauses are longer ago, too.
        """
        past = timedelta(**time)
        for row, *names in (
            *((one, "attempt_started_at", "next_attempt_at") for one in meetings),
            *(
                (one, "since", "retry_at", "paused_until")
                for one in self.env["psynamica.zoom.circuit"].search([])
            ),
        ):
            row.write({name: row[name] - past for name in names if row[name]})
        self.commit()

    def at_zoom(self):
        """Return the meetings that exist at Zoom, by their number."""
        return {str(one["id"]): one for one in self.sim.meetings(alive=True)}

    def calls(self, method):
        """Return the paths of the calls of this kind to the API."""
        calls = self.sim.calls(method=method)
        return [call["path"] for call in calls if call["path"].startswith("/v2/")]


class SessionCase(SessionSetUp, ZoomCase):
    """Without HTTP requests to Odoo."""


class SessionHttpCase(SessionSetUp, ZoomHttpCase):
    """With HTTP requests to Odoo."""


class HostCase(SessionHttpCase):
    """With a host who does things at Zoom, of which Zoom tells us."""

    def setUp(self):
        super().setUp()
        self.sim.app(webhook_url=self.base_url() + WEBHOOK_PATH)
        # What our own calls cause comes when a test wants it: a test that is at work
        # lets nobody in.
        self.sim.weather(held=True)

    def hear(self):
        """Let all notifications come in, and act on them."""
        with self.allow_requests(all_requests=True):
            self.sim.weather(held=False)
            self.sim.webhooks_settled()
        self.http_request_allow_all = False
        self.sim.weather(held=True)
        self.env.invalidate_all()
        self.act_on_notifications()

    def act_on_notifications(self):
        for name in ("ir_cron_inbox", "ir_cron_look"):
            self.env.ref(f"psynamica_zoom.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def notifications(self, event):
        """Return the notifications of one kind."""
        inbox = self.env["psynamica.zoom.notification"].sudo()
        return inbox.search([("event", "=", event)])

    def booked(self, **values):
        """Return a session whose meeting exists and of which Zoom has told us."""
        event = self.plan_session(**values)
        self.deliver()
        self.hear()
        return event

    def proposal_of(self, event):
        """Return what its organiser is asked about the session."""
        return self.meeting_of(event).proposal_ids.filtered(
            lambda one: one.state == "open"
        )

    def activities(self):
        """Return what the therapist is asked."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "psynamica.zoom.proposal"),
                ("user_id", "=", self.therapist.id),
            ]
        )

    def move_at_zoom(self, event, **by):
        """Move a session's meeting as its host does at Zoom; return the new start."""
        start = event.start + timedelta(**by)
        self.sim.update_meeting(
            self.meeting_of(event).zoom_id,
            start_time=start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return start
