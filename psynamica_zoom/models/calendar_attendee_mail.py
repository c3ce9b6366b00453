# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attendees: the mails about sessions that have a video room of ours.

Core's mails call a link on our own domain "Odoo Discuss" and carry one calendar file
for everybody.  Ours replace them for managed events only, one mail to one attendee:
the link and the file in it are the attendee's own.
"""

import pytz

from odoo import api, models
from odoo.tools import SQL, format_date, format_time

INVITATION = "calendar.calendar_template_meeting_invitation"
CHANGED_DATE = "calendar.calendar_template_meeting_changedate"
REMINDER = "calendar.calendar_template_meeting_reminder"

# A practice's own template, set on an alarm, is none of these and stays.
OWN_TEMPLATES = {
    INVITATION: "psynamica_zoom.mail_template_invitation",
    CHANGED_DATE: "psynamica_zoom.mail_template_changed_date",
    REMINDER: "psynamica_zoom.mail_template_reminder",
}


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Mail managed events with our templates; leave all others to core.

        An invitation whose meeting is still to be made is held, and a new date that
        Zoom has yet to hear of.
        What core sends at once is sent by the mail queue, right after the commit:
        nobody who saves a session waits for the mail server.
        """
        if not mail_template or self._video_is_silent():
            return super()._notify_attendees(mail_template, notify_author, force_send)
        managed = self.sudo().filtered("event_id.video_provider").sudo(self.env.su)
        if not managed:
            return super()._notify_attendees(mail_template, notify_author, force_send)
        if others := self - managed:
            super(CalendarAttendee, others)._notify_attendees(
                mail_template, notify_author, force_send
            )
        kind = self._video_kind(mail_template)
        due = managed._video_addressees(notify_author)
        if self.env.context.get("video_hold_over"):
            pass
        elif kind == INVITATION:
            due = due._hold_pending()
        elif kind == CHANGED_DATE:
            (managed - due)._know_their_own_date()
            due = due._hold_new_dates()
        template = self._video_template(kind) if due else None
        for attendee in due:
            one = attendee.with_context(video_attendee_id=attendee.id)
            super(CalendarAttendee, one)._notify_attendees(
                template or mail_template, notify_author, force_send=False
            )
        if force_send and due:
            self.env["ir.cron"]._zoom_wake_mails()
        return None

    def _video_kind(self, mail_template):
        """Return which of core's templates this is, "" for any other."""
        # Not `ref`, which asks the database each time.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return next((one for one in OWN_TEMPLATES if find(one) == mail_template.id), "")

    def _video_template(self, kind):
        """Return what we send instead; None when there is nothing of ours."""
        own = OWN_TEMPLATES.get(kind)
        if not own:
            return None
        # Not `ref`, which asks the database each time.
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return self.env["mail.template"].browse(find(own) or None)

    @api.model
    def _video_is_silent(self):
        """Return whether core mails nobody about events now."""
        if self.env.context.get("no_mail_to_attendees"):
            return True
        return self.env["ir.config_parameter"].sudo().get_param("calendar.block_mail")

    def _video_addressees(self, notify_author):
        """Return those of these attendees whom core would mail."""
        due = self.browse()
        for event, attendees in self.grouped("event_id").items():
            if not event._skip_send_mail_status_update():
                due |= attendees
        return due.filtered(
            lambda a: a.email and a._should_notify_attendee(notify_author=notify_author)
        )

    def _hold_pending(self):
        """Hold the invitations whose meeting does not exist yet; return the others."""
        events = self.event_id._video_pending()
        pending = self.filtered(lambda a: a.event_id in events)
        pending._hold_mails()
        return self - pending

    def _hold_new_dates(self):
        """Hold the new dates of which Zoom will hear now; return the others.

        Whose mail is held already is told by it: mails say what a session is when they
        are sent.  Not so of a series that moves, as that mail is about one session.
        """
        attendees_sudo = self.sudo()
        held = attendees_sudo.filtered("video_held_until")
        held._lock_against_release()
        if not self.env.context.get("calendar_template_ignore_recurrence"):
            of_one = held.filtered("video_known_start")
            of_one._stop_holding()
            return (attendees_sudo - held + of_one).sudo(self.env.su)
        fresh = attendees_sudo - held
        changing = fresh.event_id._video_changing()
        later = fresh.filtered(lambda a: a.event_id.id in changing)
        # The rows take over the new times when the transaction is committed.
        later.sudo(self.env.su)._hold_mails(
            {
                event_id: (meeting.session_start, meeting.session_stop)
                for event_id, meeting in changing.items()
            }
        )
        return (fresh - later).sudo(self.env.su)

    def _know_their_own_date(self):
        """Let go of the new date that is held for whoever has just set another."""
        own = self.sudo().filtered(
            lambda a: a.video_known_start and a.partner_id == self.env.user.partner_id
        )
        own._lock_against_release()
        own._stop_holding()

    def _lock_against_release(self):
        """Have a release that runs now fail, or fail ourselves and be run again.

        Otherwise it could send what the session was, when we rely on it to send what
        the session is.  The rows are written: a lock alone, once it is given up, stops
        nobody who has looked before.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE calendar_attendee SET video_held_until = video_held_until"
                    " WHERE id IN (SELECT id FROM calendar_attendee WHERE id IN %s"
                    " ORDER BY id FOR NO KEY UPDATE)",
                    tuple(self.ids),
                )
            )

    def _video_tell(self, kind):
        """Mail these attendees as core does for this template of its own."""
        self._notify_attendees(
            self.env.ref(kind, raise_if_not_found=False), force_send=True
        )

    def _send_invitations_now(self):
        """Queue the invitations whether the meeting exists or not."""
        template = self.env.ref(INVITATION, raise_if_not_found=False)
        self.with_context(video_hold_over=True)._notify_attendees(template)

    def _send_new_date_now(self):
        """Queue the mails that tell a new date of a single session."""
        template = self.env.ref(CHANGED_DATE, raise_if_not_found=False)
        self.with_context(
            video_hold_over=True, calendar_template_ignore_recurrence=True
        )._notify_attendees(template)

    def _video_attach(self, name, file):
        """Return a new attachment for a mail to this attendee."""
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": file,
                "mimetype": "text/calendar",
                # As core's own: whoever makes the mail takes it over.
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )

    # What the templates say

    def _video_timezone(self):
        """Return the zone in which this attendee reads times."""
        event = self.event_id
        zones = (self.partner_id.tz, event._video_zone(), self.env.user.tz)
        return next((zone for zone in zones if zone in pytz.all_timezones_set), "UTC")

    def _video_in_own_language(self):
        """Return this attendee in the language in which mails to them are written."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _video_when(self, event=None, times=None):
        """Return when a session is, in the attendee's language and named time zone.

        :param event: another session than the attendee's own, of the same people
        :param times: start and stop in place of the session's, naive UTC
        """
        attendee = self._video_in_own_language()
        event = event or attendee.event_id
        if event.allday:
            return attendee._video_days(event.start_date, event.stop_date)
        env, zone = attendee.env, attendee._video_timezone()
        start, stop = (
            pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
            for moment in times or (event.start, event.stop)
        )
        values = {
            "day": _day(env, start.date()),
            "start": format_time(env, start.timetz(), time_format="short"),
            "end": format_time(env, stop.timetz(), time_format="short"),
            "zone": zone,
        }
        if start.date() == stop.date():
            return env._("%(day)s, %(start)s – %(end)s (%(zone)s)", **values)
        return env._(
            "%(day)s, %(start)s – %(last_day)s, %(end)s (%(zone)s)",
            last_day=_day(env, stop.date()),
            **values,
        )

    def _video_days(self, first, last):
        if first == last:
            return _day(self.env, first)
        return self.env._(
            "%(first)s – %(last)s",
            first=_day(self.env, first),
            last=_day(self.env, last),
        )

    def _video_with(self):
        """Return whom this attendee meets.

        Guests are told the organiser only: they need not know of each other.
        """
        organizer = self.event_id.user_id.partner_id
        if self.partner_id != organizer:
            return organizer.name or ""
        others = self.event_id.attendee_ids - self
        return ", ".join(sorted(filter(None, others.mapped("common_name"))))

    def _video_description(self):
        """Return what the organiser wrote about the event, for this attendee."""
        event = self.event_id
        return "" if event._video_is_group() else event.description or ""

    def _video_repeats(self):
        """Return how often the session takes place, "" when the mail is about one."""
        if self.env.context.get("calendar_template_ignore_recurrence"):
            return ""
        recurrence = self._video_in_own_language().recurrence_id
        return recurrence.get_recurrence_name() if recurrence else ""


def _day(env, day):
    return format_date(env, day, date_format="full")
