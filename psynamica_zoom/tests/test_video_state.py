# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Looking for sessions by the state of their room finds what the page says."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .session_case import SessionCase

LONG_AGO = timedelta(days=3)


@tagged("post_install", "-at_install")
class TestVideoState(SessionCase):
    def setUp(self):
        super().setUp()
        self.calendar = self.env["calendar.event"].with_context(active_test=False)

    def declined(self):
        event = self.plan_session()
        attendee = event.attendee_ids.filtered(
            lambda a: a.partner_id == self.therapist.partner_id
        )
        attendee.state = "declined"
        return event

    def past(self, **values):
        start = fields.Datetime.now() - LONG_AGO
        event = self.plan_session(**values)
        event.write({"start": start, "stop": start + timedelta(minutes=50)})
        return event

    def all_day(self, day, **values):
        return self.plan_session(
            allday=True, start_date=day, stop_date=day, start=day, stop=day, **values
        )

    def at(self, state, **values):
        """Return a session whose row is in this state."""
        event = self.plan_session(start=self.start + timedelta(days=1))
        self.commit()
        self.meeting_of(event).write({"state": state, **values})
        return event

    def one_of_each(self):
        """Return sessions in every state there is, in several ways."""
        today = self.start - timedelta(days=3)
        by_stranger = self.plan_session(by=self.colleague)
        self.commit()  # nobody's account was used for it
        of_stranger = self.plan_session(
            user_id=self.colleague.id, by=self.colleague, video_choice="zoom"
        )
        committed = [
            self.series(8),
            by_stranger
            | of_stranger
            | self.plan_session(active=False)
            | self.declined(),
            self.plan_session(video_choice="none")
            | self.plan_session(video_choice="builtin"),
            self.plan_session(
                video_choice="custom", video_custom_url="https://x.test/"
            ),
            self.past() | self.past(video_choice="builtin"),
            self.all_day(self.start, video_choice="builtin"),
            self.all_day(today, video_choice="builtin"),
            self.all_day(today - LONG_AGO, video_choice="builtin"),
            self.plan_session(
                partner_ids=[Command.set(self.therapist.partner_id.ids)],
            ),
            self.at("creating"),
            self.at("retry") | self.at("retry", zoom_id="1"),
            self.at("failed") | self.at("failed", zoom_id="2"),
            self.at("changing", zoom_id="3") | self.at("ready", zoom_id="4"),
            self.at("paused") | self.at("paused", zoom_id="5"),
        ]
        self.commit()
        return self.calendar.union(*committed) | self.plan_session()  # not committed

    def test_the_database_agrees_with_the_page(self):
        mine = self.one_of_each()
        mine.invalidate_recordset(["video_state"])
        states = dict(self.calendar._fields["video_state"].selection)
        seen = {event: event.video_state for event in mine}
        self.assertEqual(set(seen.values()), set(states), "not every state was tried")
        for state in states:
            found = self.calendar.search([("video_state", "=", state)])
            there = mine.filtered(lambda event: seen[event] == state)  # noqa: B023
            self.assertEqual(found & mine, there, state)

    def test_several_states_and_all_others(self):
        mine = self.one_of_each()
        wanted = ("retry", "failed", "fallback")
        found = self.calendar.search([("video_state", "in", wanted)])
        self.assertEqual(
            found & mine, mine.filtered(lambda event: event.video_state in wanted)
        )
        others = self.calendar.search([("video_state", "not in", wanted)])
        self.assertEqual(others & mine, mine - found)

    def test_it_asks_the_same_of_the_database_however_many_there_are(self):
        self.plan_session()
        self.commit()

        def questions():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.calendar.search_count([("video_state", "=", "fallback")])
            self.calendar.search_count([("video_state", "=", "ready")])
            return self.env.cr.sql_log_count - before

        few = questions()
        for hour in range(10):
            self.plan_session(start=self.start + timedelta(hours=hour))
        self.commit()
        self.assertEqual(questions(), few)
