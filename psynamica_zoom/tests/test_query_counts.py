# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Zoom costs those who save: counted in questions to the database.

The same event is saved with Zoom and with `video_choice="none"`, up to and including
what a commit does, with caches as warm as in a server that has run for a while.
"""

import logging
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.psynamica_zoom.models import zoom_connection_pace
from odoo.addons.psynamica_zoom.services.pacing import Pacer

from .session_case import SessionCase

_logger = logging.getLogger(__name__)

MOST_FOR_A_NEW_ONE = 3
MOST_FOR_A_CHANGE = 2
# The mail is made by the delivery, when Zoom has heard of the change.
MOST_FOR_A_MAILED_CHANGE = 0
MOST_IN_A_BATCH = 0.3
MOST_FOR_A_DELIVERY = 50
NO_EFFECT = 1_000_000.0  # a pace at which nobody ever waits
BATCH = 100


@tagged("post_install", "-at_install")
class TestQueryCounts(SessionCase):
    def questions(self, work):
        """Return how many questions to the database `work` and its commit ask."""
        self.commit()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.commit()
        return self.env.cr.sql_log_count - before

    def surplus(self, work):
        """Return how many more questions `work` asks with Zoom than without.

        :param work: called with the choice of provider
        """
        for choice in ("auto", "none"):
            # Rights, translations and templates are read once in a process.
            self.questions(lambda: work(choice))  # noqa: B023
        with_zoom = self.questions(lambda: work("auto"))
        without = self.questions(lambda: work("none"))
        _logger.info("%d questions with Zoom, %d without", with_zoom, without)
        return with_zoom - without

    def calendar(self):
        """Return the calendar of the therapist, without mails.

        With Zoom they are made by a cron, when the meeting exists: counting them would
        make Zoom look cheaper than it is.
        """
        calendar = self.env["calendar.event"].with_user(self.therapist)
        return calendar.with_context(dont_notify=True, no_mail_to_attendees=True)

    def values(self, choice, number=0):
        start = self.start + timedelta(hours=number)
        return {
            "name": "Session",
            "start": start,
            "stop": start + timedelta(minutes=50),
            "user_id": self.therapist.id,
            "partner_ids": [Command.set((self.therapist.partner_id | self.client).ids)],
            "video_choice": choice,
        }

    def test_creating_one(self):
        extra = self.surplus(lambda choice: self.calendar().create(self.values(choice)))
        self.assertLessEqual(extra, MOST_FOR_A_NEW_ONE)

    def move(self, events, choice):
        moved = events[choice]
        start = moved[0].start + timedelta(minutes=10)
        moved.write({"start": start, "stop": start + timedelta(minutes=50)})

    def test_moving_one(self):
        events = {
            choice: self.calendar().create(self.values(choice))
            for choice in ("auto", "none")
        }
        self.deliver()
        extra = self.surplus(lambda choice: self.move(events, choice))
        self.assertLessEqual(extra, MOST_FOR_A_CHANGE)

    def test_moving_one_and_telling_the_client(self):
        calendar = self.env["calendar.event"].with_user(self.therapist)
        events = {
            choice: self.calendar().create(self.values(choice)).with_env(calendar.env)
            for choice in ("auto", "none")
        }
        self.deliver()
        extra = self.surplus(lambda choice: self.move(events, choice))
        self.assertLessEqual(extra, MOST_FOR_A_MAILED_CHANGE)

    def test_renaming_one(self):
        events = {
            choice: self.calendar().create(self.values(choice))
            for choice in ("auto", "none")
        }
        self.deliver()
        extra = self.surplus(
            lambda choice: events[choice].write({"name": f"{events[choice].name}!"})
        )
        self.assertLessEqual(extra, MOST_FOR_A_CHANGE)

    def test_deleting_one(self):
        events = {
            choice: [self.calendar().create(self.values(choice)) for _ in range(2)]
            for choice in ("auto", "none")
        }
        self.deliver()
        extra = self.surplus(lambda choice: events[choice].pop().unlink())
        self.assertLessEqual(extra, MOST_FOR_A_CHANGE)

    def test_telling_zoom(self):
        """One after the other, as they are one therapist's: nothing is shared."""
        pacer = Pacer(NO_EFFECT)
        self.enterContext(patch.object(zoom_connection_pace, "pacer", pacer))

        def questions_for(count):
            for number in range(count):
                self.calendar().create(self.values("auto", number))
            return self.questions(self.deliver)

        questions_for(1)
        few, many = questions_for(2), questions_for(12)
        each = (many - few) / 10
        _logger.info("%.1f questions for each meeting that Zoom is told of", each)
        self.assertLessEqual(each, MOST_FOR_A_DELIVERY)

    def test_creating_a_hundred(self):
        extra = self.surplus(
            lambda choice: self.calendar().create(
                [self.values(choice, number) for number in range(BATCH)]
            )
        )
        self.assertLessEqual(extra / BATCH, MOST_IN_A_BATCH)

    def test_people_of_many_sessions_are_read_once(self):
        calendar = self.calendar()
        people = (
            self.therapist.with_user(self.therapist),
            self.client.with_user(self.therapist),
        )

        def describe():
            for _ in range(BATCH):
                calendar._get_contact_details_description(*people)

        self.questions(describe)
        # Core asks for OdooBot each time.
        self.assertLessEqual(self.questions(describe), BATCH + 5)

    def test_moving_a_hundred(self):
        events = {
            choice: self.calendar().create(
                [self.values(choice, number) for number in range(BATCH)]
            )
            for choice in ("auto", "none")
        }
        self.commit()
        extra = self.surplus(lambda choice: self.move(events, choice))
        self.assertLessEqual(extra / BATCH, MOST_IN_A_BATCH)

    def test_a_therapist_without_zoom_pays_next_to_nothing(self):
        def create(choice):
            values = self.values(choice) | {
                "user_id": self.colleague.id,
                "partner_ids": [
                    Command.set((self.colleague.partner_id | self.client).ids)
                ],
            }
            return self.calendar().with_user(self.colleague).create(values)

        self.assertLessEqual(self.surplus(create), 1)
