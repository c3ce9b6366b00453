# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the templates of messages say."""

from zoneinfo import ZoneInfo

from odoo import models
from odoo.tools import format_date, format_time
from odoo.tools.misc import babel_locale_parse

from ..services.time_zone import offset_differs, visitor_zone
from ..services.zone_names import city_name


class BookingMessage(models.Model):
    _inherit = "psynamica.booking.message"

    def _own_zone(self):
        """Return the zone in which the recipient reads times."""
        therapist = self.booking_id.user_id
        if not self.participant_id:
            return visitor_zone(therapist.tz) or self._practice_zone()
        names = (self.participant_id.tz, self._recipient().tz)
        zones = (visitor_zone(name) for name in names)
        return next(filter(None, zones), self._practice_zone())

    def _practice_zone(self):
        return visitor_zone(self.booking_id.user_id._booking_zone()) or ZoneInfo("UTC")

    def _when(self, zone=None, booking=None, start=None):
        """Return day, time and zone of the session, in the recipient's language.

        :param booking: another session, None: that of this message
        :param start: another start of it, naive UTC
        """
        booking = booking or self.booking_id
        zone = zone or self._own_zone()
        env = self.with_context(lang=self._language()).env
        start = start or booking.start
        length = booking.stop - booking.start
        start, stop = (
            moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
            for moment in (start, start + length)
        )
        return env._(
            "%(day)s, %(start)s – %(end)s (%(zone)s)",
            day=format_date(env, start.date(), date_format="full"),
            start=format_time(env, start.timetz(), time_format="short"),
            end=format_time(env, stop.timetz(), time_format="short"),
            zone=city_name(zone.key, babel_locale_parse(self._language())),
        )

    def _when_before(self):
        """Return the time that the recipient was told last; "" when it is the same."""
        told = self.booking_id.message_due_ids.filtered(
            lambda m: (
                m.state == "sent"
                and m.participant_id == self.participant_id
                and m.kind in ("requested", "confirmed", "moved")
                and m.id < self.id
            )
        )
        before = told.sorted("id")[-1:].for_start
        is_moved = self.kind == "moved" and before and before != self.booking_id.start
        return self._when_alone(start=before) if is_moved else ""

    def _when_alone(self, **which):
        """Return the same as `_when` as it stands alone: Russian days begin big."""
        text = self._when(**which)
        return text[:1].upper() + text[1:]

    def _when_at_the_practice(self):
        """Return the same on the practice's clock; "" when it shows the same."""
        start = self.booking_id.start.replace(tzinfo=ZoneInfo("UTC"))
        practice = self._practice_zone()
        if not offset_differs(self._own_zone(), practice, start):
            return ""
        return self._when_alone(zone=practice)

    def _greeted(self):
        return self._recipient().name or ""

    def _practice(self):
        """Return how the practice calls itself: neutral, without what it does."""
        return self.booking_id.company_id.name

    def _join_url(self):
        return self.participant_id._join_url() if self.participant_id else ""

    def _page_url(self):
        return self.participant_id._page_url()

    def _zoom(self):
        """Return Zoom's own link, number and passcode; {} when they are not told."""
        event = self.booking_id.event_id
        return event._video_zoom_details() if event else {}

    def _deadline(self):
        """Return until when it may be moved or cancelled in time; "" = the start."""
        booking = self.booking_id
        if not booking.service_id.cancel_hours:
            return ""
        env = self.with_context(lang=self._language()).env
        deadline = booking._change_deadline().replace(tzinfo=ZoneInfo("UTC"))
        own = deadline.astimezone(self._own_zone())
        return env._(
            "%(day)s, %(time)s",
            day=format_date(env, own.date(), date_format="full"),
            time=format_time(env, own.timetz(), time_format="short"),
        )

    def _late_text(self):
        return self.with_context(lang=self._language()).booking_id.service_id.late_text

    def _kind_text(self):
        """Return what happened, for the therapist."""
        own = self.with_context(lang=self._language())
        selection = dict(own._fields["kind"]._description_selection(own.env))
        return selection[self.kind]


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    def _calendar_file(self, is_cancelled=False):
        """Return the file that puts the session into this client's calendar.

        It has a lasting UID and a sequence, so a later file updates the entry.

        :return: bytes, iCalendar
        """
        self.ensure_one()
        event = self.booking_id.sudo().event_id.with_context(active_test=False)
        attendee = self._attendee()
        own = event.with_context(
            video_attendee_id=attendee.id, lang=self.lang or self.partner_id.lang
        )
        invitation = own._video_invitation(attendee)
        if not attendee:
            # Who takes part no more is not told how to join: the event's own link
            # would open the room to whoever has it.
            invitation = invitation._replace(
                url="", location=event.location or "", description=""
            )
        if is_cancelled:
            invitation = own._video_cancelled(invitation)
        return own._video_file(invitation)
