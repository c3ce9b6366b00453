# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A therapist, clients and the mails they get."""

from datetime import datetime, timedelta

import vobject

from odoo import fields
from odoo.fields import Command

from odoo.addons.mail.tests.common import MailCase

from ..zoom_api.meeting import Meeting
from .internal_user import internal_user

# A Tuesday, months away from "now" and shortly before Berlin turns its clocks back.
START = datetime(2037, 10, 13, 8, 0)
SESSION = timedelta(minutes=50)


class SessionMailCase(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls._init_mail_servers()
        cls.env["ir.config_parameter"].set_param("calendar.block_mail", False)
        by_mail = {"notification_type": "email"}
        cls.therapist = internal_user(cls.env, "weber", "Maria Weber", **by_mail)
        cls.assistant = internal_user(cls.env, "lang", "Otto Lang", **by_mail)
        for language in ("ru_RU", "de_DE"):
            cls.env["res.lang"]._activate_lang(language)
        cls.anna = cls.client("Anna Petrova", "ru_RU", "Europe/Moscow")
        cls.bob = cls.client("Bob Klein", "de_DE", False)

    @classmethod
    def client(cls, name, lang, tz):
        email = f"{name.split()[0].lower()}@client.test"
        return cls.env["res.partner"].create(
            {"name": name, "email": email, "lang": lang, "tz": tz}
        )

    def plan_session(self, *clients, by=None, **values):
        """Return a session of the therapist, by default in the built-in room."""
        people = [self.therapist.partner_id, *clients]
        inviter = by or self.therapist
        return (
            self.env["calendar.event"]
            .with_context(**inviter.env.context)
            .with_user(inviter)
            .create(
                {
                    "name": "Talk",
                    "start": START,
                    "stop": START + SESSION,
                    "user_id": self.therapist.id,
                    "video_choice": "builtin",
                    "partner_ids": [Command.set([one.id for one in people])],
                    **values,
                }
            )
        )

    def series(self, *clients, **values):
        """Return the first of six Tuesdays, ten o'clock in Berlin."""
        return self.plan_session(
            *clients,
            recurrency=True,
            rrule_type="weekly",
            tue=True,
            end_type="count",
            event_tz="Europe/Berlin",
            **{"count": 6, **values},
        )

    def sessions_of(self, event):
        return event.recurrence_id.calendar_event_ids.sorted("start")

    def release_due(self, now):
        """Send what has waited long enough, as the delivery does."""
        self.env["calendar.attendee"]._held_until(now)._release_due_mails(now)

    def of(self, event, partner):
        """Return the partner's attendee."""
        return event.attendee_ids.filtered(lambda a: a.partner_id == partner)

    def mails_to(self, partner):
        """Return the mails made since `mock_mail_gateway` for this person."""
        return self._new_mails.exists().filtered(
            lambda mail: partner in mail.recipient_ids
        )

    def mail_to(self, partner):
        mail = self.mails_to(partner)
        self.assertEqual(len(mail), 1, "one mail, and no second one")
        return mail

    def file_of(self, mail, name="invitation.ics"):
        """Return the calendar in the mail."""
        attachment = mail.attachment_ids.filtered(lambda a: a.name == name)
        self.assertEqual(len(attachment), 1)
        return self.parsed(attachment.raw)

    def parsed(self, file):
        return vobject.readOne(file.decode())

    @classmethod
    def connect_zoom(cls, user):
        """Connect the user as far as saving events is concerned: without tokens."""
        return cls.env["psynamica.zoom.connection"].create(
            {
                "user_id": user.id,
                "state": "connected",
                "connected_at": fields.Datetime.now(),
            }
        )

    def store_meeting(self, event):
        """Have the delivery's answer from Zoom stored; return what clients are told."""
        self.env["calendar.event"]._video_sync_rooms({event.id: self.therapist.id})
        row = event.sudo()._video_meetings()[event.id]
        row._store_meeting(
            row._call(),
            Meeting(
                id="81234567890",
                join_url="https://us02web.zoom.us/j/81234567890?pwd=Abc",
                passcode="734921",
            ),
        )
        row._done()
        return event._video_zoom_details()
