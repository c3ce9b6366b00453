# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deleting a managed event and telling the people who take part.

Core mails all of them one text, in one language, without a calendar file.  Here each
gets an own mail about all that is deleted, in the own language and time zone, with
the file that takes it out of their calendar.  What the user has written into the
dialog is sent as written.
"""

from odoo import api, fields, models
from odoo.tools import html2plaintext


class CalendarPopoverDeleteWizard(models.TransientModel):
    _inherit = "calendar.popover.delete.wizard"

    # Stored, so that the list is what the user made of it when the mails are sent.
    recipient_ids = fields.Many2many(store=True)

    @api.depends("calendar_event_id")
    def _compute_subject(self):
        ours = self.filtered("calendar_event_id.video_provider")
        for wizard in ours:
            wizard.subject = wizard._cancellation_text()[0]
        return super(CalendarPopoverDeleteWizard, self - ours)._compute_subject()

    @api.depends("calendar_event_id")
    def _compute_body(self):
        ours = self.filtered("calendar_event_id.video_provider")
        for wizard in ours:
            wizard.body = wizard._cancellation_text()[1]
        return super(CalendarPopoverDeleteWizard, self - ours)._compute_body()

    def action_send_mail_and_delete(self):
        if not self.calendar_event_id.video_provider:
            return super().action_send_mail_and_delete()
        subject, body = self._cancellation_text()
        attendees = self._attendees_to_tell()
        attendees._video_tell_cancelled(
            self._deleted_events(),
            subject=self.subject if self.subject != subject else None,
            body=self.body if _words(self.body) != _words(body) else None,
            also=self.recipient_ids - self._everybody(),
        )
        return self.action_delete()

    def _cancellation_text(self):
        """Return subject and body as the first of those who are told gets them."""
        events = self._deleted_events()
        attendee = (self._attendees_to_tell() or events.attendee_ids)[:1]
        if not attendee:
            return "", ""
        draft = attendee.with_context(video_draft=True)
        return draft._video_cancellation_text(events)

    def _deleted_events(self):
        """Return what `action_delete` is about to delete."""
        event = self.calendar_event_id._origin
        scope = self.env.context.get("default_recurrence")
        if not event.recurrency or scope not in ("next", "all"):
            return event
        if scope == "all":
            return self._series()
        return self._series().filtered(lambda other: other.start >= event.start)

    def _series(self):
        event = self.calendar_event_id._origin
        return event.recurrence_id.calendar_event_ids | event

    def _everybody(self):
        return self._series().attendee_ids.partner_id

    def _attendees_to_tell(self):
        """Return one attendee for each person: of the first session that is to come.

        Not told: who deletes, who was taken off the dialog's list, who declined, and
        whose invitation is still held, because they never heard of the session.
        """
        event = self.calendar_event_id._origin
        attendees_sudo = self._series().attendee_ids.sudo()
        unaware = attendees_sudo.filtered(
            lambda a: a.video_held_until and not a.video_known_start
        ).partner_id
        taken_off = event.attendee_ids.partner_id - self.recipient_ids._origin
        left_out = unaware | taken_off | self.env.user.partner_id
        told = self.env["calendar.attendee"]
        for attendee in self._deleted_events()._video_worth_telling().attendee_ids:
            partner = attendee.partner_id
            if attendee.state != "declined" and partner not in left_out:
                told |= attendee
                left_out |= partner
        return told


def _words(html):
    return html2plaintext(html or "", include_references=False).split()
