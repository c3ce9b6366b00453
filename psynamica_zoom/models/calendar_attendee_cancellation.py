# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attendees: the mail that says sessions will not take place.

The events are deleted in the same transaction, and Odoo deletes the messages and
attachments of a record with it.  So these mails belong to no record.
"""

from odoo import models
from odoo.fields import Command

TEMPLATE = "psynamica_zoom.mail_template_cancellation"
MANY = 12  # dates that a mail spells out


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def _video_tell_cancelled(self, events, subject=None, body=None, also=()):
        """Mail each of these attendees that `events` are cancelled, after the commit.

        :param events: of one series, or one event; about to be deleted
        :param subject: what somebody wrote instead of the template's
        :param body: what somebody wrote instead of the template's, HTML
        :param also: partners who do not take part and are told, without a file
        """
        mails_sudo = self.env["mail.mail"].sudo()
        told = [(one, one.partner_id) for one in self]
        told += [(events.attendee_ids[:1], other) for other in also]
        for attendee, partner in told:
            own_subject, own_body = attendee._video_cancellation_text(events)
            values = attendee._video_cancellation_mail_values(
                subject or own_subject, own_body if body is None else body
            )
            values["recipient_ids"] = [Command.link(partner.id)]
            if partner == attendee.partner_id:
                file = events.sudo()._video_cancellation_file(attendee.sudo())
                values["attachment_ids"] = [Command.create(_attachment(file))]
            mails_sudo.create(values)
        if told:
            self.env["ir.cron"]._zoom_wake_mails()

    def _video_cancellation_text(self, events):
        """Return subject and body for this attendee, in the attendee's language."""
        template = self.env.ref(TEMPLATE).with_context(video_cancelled_ids=events.ids)
        return tuple(
            template._render_field(field, self.ids, compute_lang=True)[self.id]
            for field in ("subject", "body_html")
        )

    def _video_cancelled_sessions(self):
        """Return the moments of the sessions of which the mail tells.

        :return: sentences for people, and how many more there are
        """
        cancelled = self.env["calendar.event"].browse(
            self.env.context.get("video_cancelled_ids", self.event_id.ids)
        )
        sessions = cancelled._video_worth_telling()
        named = [
            self._video_when(one, self._video_times_known_of(one))
            for one in sessions[:MANY]
        ]
        return named, max(0, len(sessions) - MANY)

    def _video_times_known_of(self, event):
        """Return start and stop known to this person whom a new date was not told.

        () in a draft: what it says must not change while somebody reads it.
        """
        if self.env.context.get("video_draft"):
            return ()
        own = event.sudo().attendee_ids.filtered(
            lambda a: a.partner_id == self.partner_id
        )
        return own[:1]._video_known_times()

    def _video_cancellation_mail_values(self, subject, body):
        event = self._video_in_own_language().event_id
        template = self.env.ref(TEMPLATE)
        values = {
            "subject": subject,
            "body_html": event.env["mail.render.mixin"]._render_encapsulate(
                "mail.mail_notification_light", body, context_record=event
            ),
            "author_id": (event.user_id or self.env.user).partner_id.id,
            "auto_delete": True,
            "message_type": "user_notification",
        }
        if sender := template._render_field("email_from", self.ids)[self.id]:
            values["email_from"] = sender
        return values


def _attachment(file):
    return {
        "name": "cancelled.ics",
        "raw": file,
        "mimetype": "text/calendar",
        # Goes when the mail goes.
        "res_model": "mail.message",
        "res_id": 0,
    }
