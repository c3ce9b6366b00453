# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everybody there is, and one record of what they might want."""

from odoo.tests import new_test_user

from .session_case import SessionCase


def models_of(env, addon):
    """Return the names of all models of the addon of this technical name."""
    return sorted(
        name
        for name, model in env.registry.items()
        if model._original_module == addon and not model._abstract
    )


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
        self.event = self.plan_session()
        self.deliver()
        self.meeting = self.meeting_of(self.event)

    def record_of(self, name):
        """Return a record of that model, with all rights; the session's if it can be.

        :return: one that may not exist (1) when there is none: rights to a model and
            to fields are looked at before records
        """
        events = {"calendar.event": self.event, "res.users": self.therapist}
        if name in events:
            return events[name].sudo()
        model = self.env[name].sudo()
        ours = [
            field.name
            for field in model._fields.values()
            if field.comodel_name == "calendar.event" and field.store
        ]
        domain = [(ours[0], "=", self.event.id)] if ours else []
        return model.search(domain, limit=1) or model.browse(1)
