# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everybody there is in a practice, and one booking with answers they might read."""

from odoo.tests import new_test_user

from .booking_case import BookingCase

ANSWER = "canary-of-an-answer-77f0"
NOTE = "canary-of-a-note-10aa"


class BookingPeopleCase(BookingCase):
    """`people` in the order of what they may do; `booking` is the therapist's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "public": cls.env.ref("base.public_user"),
            "portal": new_test_user(
                cls.env, "pavel", "base.group_portal", partner_id=cls.client.id
            ),
            "internal": new_test_user(cls.env, "ida", "base.group_user"),
            "colleague": cls.colleague,
            "therapist": cls.therapist,
            "reception": cls.reception,
            "manager": cls.manager,
            "administrator": new_test_user(
                cls.env, "adam", "base.group_system,base.group_user"
            ),
        }
        cls.question = cls.env["psynamica.booking.question"].create(
            {"service_id": cls.service.id, "name": "What brings you here?"}
        )

    def setUp(self):
        super().setUp()
        self.booking = self.book(note=NOTE)
        self.participant = self.booking.participant_ids
        self.answer = self.answered(self.participant)
        self.commit()

    def answered(self, participant, value=ANSWER):
        """Return an answer of this participant."""
        return self.env["psynamica.booking.answer"].create(
            {
                "participant_id": participant.id,
                "question_id": self.question.id,
                "question": self.question.name,
                "value": value,
            }
        )

    def record_of(self, name):
        """Return a record of that model, with all rights; the booking's if it can be.

        :return: one that may not exist (1) when there is none
        """
        known = {
            "psynamica.booking": self.booking,
            "psynamica.booking.service": self.service,
            "calendar.event": self.booking.event_id,
            "res.users": self.therapist,
        }
        if name in known:
            return known[name].sudo()
        model = self.env[name].sudo()
        if model._abstract:
            return model
        has_booking = "booking_id" in model and model._fields["booking_id"].store
        domain = [("booking_id", "=", self.booking.id)] if has_booking else []
        return model.search(domain, limit=1) or model.browse(1)
