# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Managed events as mails and other calendars see them."""

from markupsafe import Markup

from odoo import fields, models

from .calendar_attendee_mail import CHANGED_DATE, INVITATION


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _need_video_call(self):
        """Have Google and Microsoft calendars add no second room.

        Their addons ask this; we depend on neither, so there may be no other answer.
        """
        self.ensure_one()
        if self.video_provider:
            return False
        parent = getattr(super(), "_need_video_call", None)
        return parent() if parent else True

    def _get_customer_description(self):
        """Add the join link, once: other calendars write the text back into ours.

        In a file for one attendee it is that attendee's own link, and what belongs to
        a group is left out (see `_video_is_group`).
        """
        description = super()._get_customer_description()
        if not self.video_provider:
            return description
        attendee = self._video_addressee()
        link = self._video_join_url(attendee or None)
        if attendee and self._video_is_group():
            description = ""
        elif attendee:
            description = description.replace(self._video_join_url(), link)
        if link in description:
            return description
        anchor = Markup('<a href="%(link)s">%(link)s</a>') % {"link": link}
        text = self.env._("Join the video call: %(link)s", link=anchor)
        return Markup("<p>%s</p>%s") % (text, description)

    def _video_addressee(self):
        """Return the attendee for whom a mail or file is being made; none: for all."""
        attendee_id = self.env.context.get("video_attendee_id")
        return self.attendee_ids.filtered(lambda a: a.id == attendee_id)

    def _video_is_group(self):
        """Return whether several guests take part, who need not know of each other.

        Core writes the first guest's name, address and telephone number into every
        description.
        """
        return len(self.attendee_ids.partner_id - self.user_id.partner_id) > 1

    def message_notify(self, *, attachment_ids=None, **kwargs):
        """Send the end of the old part along when a series was split."""
        old_part = self.env.context.get("video_old_part")
        attendee = self._video_addressee() if old_part else None
        if attendee:
            file = self._video_old_part_file(attendee, old_part)
            attachment = attendee._video_attach("cancelled.ics", file)
            attachment_ids = [*(attachment_ids or []), attachment.id]
        return super().message_notify(attachment_ids=attachment_ids, **kwargs)

    # A series that moves: core mails nobody when all sessions move, and mails about
    # "this and following" before the following ones exist.

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        if not self.video_provider or not (time_values or recurrence_values):
            return super()._rewrite_recurrence(values, time_values, recurrence_values)
        recurrence = self.recurrence_id
        first = recurrence.base_event_id or recurrence._get_first_event()
        known = first.attendee_ids.partner_id
        values = {**values, "video_slot_at": False}
        result = super()._rewrite_recurrence(values, time_values, recurrence_values)
        first._video_tell_new_times(known)
        if first != self:  # otherwise the caller invites them
            session = first._video_next_session()
            session.attendee_ids.filtered(
                lambda a: a.partner_id not in known
            )._video_tell(INVITATION)
        return result

    def _update_future_events(self, values, time_values, recurrence_values):
        if not self.video_provider or not (time_values or recurrence_values):
            return super()._update_future_events(values, time_values, recurrence_values)
        known = self.attendee_ids.partner_id
        old_part = self._video_old_part()
        values = {**values, **self._video_new_series_values()}
        result = super(
            CalendarEvent, self.with_context(skip_attendee_notification=True)
        )._update_future_events(values, time_values, recurrence_values)
        self.with_context(video_old_part=old_part)._video_tell_new_times(known)
        return result

    def _video_tell_new_times(self, partners):
        """Mail those of `partners` who take part in the moved series, once each."""
        session = self._video_next_session()
        session.attendee_ids.filtered(lambda a: a.partner_id in partners)._video_tell(
            CHANGED_DATE
        )

    def _video_next_session(self):
        """Return the session of this series about which people are told now."""
        sessions = self.recurrence_id.calendar_event_ids or self
        coming = sessions.filtered(lambda e: e.start >= fields.Datetime.now())
        return coming.sorted("start")[:1]

    def _video_worth_telling(self):
        """Return those of these sessions that are not over, else all, in order."""
        coming = self.filtered(lambda event: not event._is_event_over())
        return (coming or self).sorted("start")
