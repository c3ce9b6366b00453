# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everybody there is, and one record of everything they might want."""

from odoo.tests import new_test_user

from .session_case import SessionCase


class PeopleCase(SessionCase):
    """`people` in the order of what they may do; `event` is the therapist's session."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            "public": cls.env.ref("base.public_user"),
            "portal": cls.user_of("base.group_portal", partner_id=cls.client.id),
            "stranger": cls.colleague,
            "therapist": cls.therapist,
            "coordinator": cls.user_of("psynamica_zoom.group_video_coordinator"),
            "administrator": cls.user_of("base.group_system,base.group_user"),
        }
        cls.stranger = cls.people["stranger"]
        cls.portal = cls.people["portal"]

    @classmethod
    def user_of(cls, groups, **values):
        login = groups.split(".")[-1]
        return new_test_user(cls.env, login=login, groups=groups, **values)

    def setUp(self):
        super().setUp()
        self.event = self.session()
        self.deliver()
        self.meeting = self.meeting_of(self.event)

    def one_of_each(self):
        """Return a record of every model that has something to hide."""
        sudo = self.env(su=True)
        notification = sudo["psynamica.zoom.notification"].create(
            {"key": "k", "event": "meeting.started", "received_at": self.start}
        )
        closed = sudo["psynamica.video.closed.link"].create({"token": "canary"})
        used = sudo["psynamica.zoom.used.state"].create({"mark": "canary"})
        records = (self.app, self.connection, self.meeting, notification, closed, used)
        everything = (*records, self.event.sudo(), self.event.sudo().attendee_ids)
        return {record._name: record for record in everything}
