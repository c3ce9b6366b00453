# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Managed events as calendar files that update and cancel what the client has.

A series is one entry under one UID: a rule in wall time of the series' own zone (so
with a VTIMEZONE), without the dates that are gone or that this client does not attend,
and with the sessions that were moved, each told by the date it has by the rule.  Every
later file about one session names that date too, so calendars replace the session and
do not double it.  The rule is only used when it yields exactly the stored sessions
(`services.ics_series`); all-day series and others it cannot say go out session by
session.  From "this and following" on a series is another entry, and the file for
the old one goes along.
"""

from collections import Counter
from datetime import timezone
from uuid import NAMESPACE_OID, uuid4, uuid5

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..services import ics, ics_series

PARTSTATS = {
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
    "needsAction": "NEEDS-ACTION",
}


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # Copied, so that the sessions which core makes from the first one share it.
    video_ics_uid = fields.Char("Calendar file identifier", readonly=True)
    video_slot_at = fields.Datetime(
        "Session by the rule",
        copy=False,
        readonly=True,
        help="When this session of a series was to be before it was moved.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {**vals, "video_ics_uid": vals.get("video_ics_uid") or str(uuid4())}
                for vals in vals_list
            ]
        )

    def copy(self, default=None):
        return super().copy({**(default or {}), "video_ics_uid": False})

    def write(self, vals):
        if self._video_leaves_slot(vals):
            vals = {**vals, "video_slot_at": self.start}
        return super().write(vals)

    def _video_leaves_slot(self, vals):
        """Return whether these values move one session out of its series."""
        if len(self) != 1 or not vals.get("start"):
            return False
        # Core refuses to write what this user may not see, so that need not be asked.
        event = self.sudo()
        one = vals.get("recurrence_update") in (None, False, "self_only")
        moved = fields.Datetime.to_datetime(vals["start"]) != event.start
        return bool(one and moved and event.recurrence_id and not event.video_slot_at)

    def _video_new_series_values(self):
        """Return what makes a session the first of another entry in calendars."""
        return {"video_ics_uid": str(uuid4()), "video_slot_at": False}

    # Files

    def _get_ics_file(self):
        """Return our files for managed events and core's for all others.

        :return: dict of event id → bytes
        """
        managed_sudo = self.sudo().filtered("video_provider")
        files = super(CalendarEvent, self - managed_sudo)._get_ics_file()
        for event_sudo in managed_sudo:
            files[event_sudo.id] = event_sudo._video_calendar_file()
        return files

    def _video_calendar_file(self):
        attendee = self._video_addressee()
        if not self.env.context.get("calendar_template_ignore_recurrence"):
            series = self._video_series_invitations(attendee)
            if series:
                return ics.render(*series)
        return ics.render(self._video_session_invitation(attendee))

    def _video_file(self, *invitations):
        """Return a calendar file with these, as bytes."""
        return ics.render(*invitations)

    def _video_cancellation_file(self, attendee):
        """Return the file that takes these sessions out of the attendee's calendar.

        :param attendee: of one of these sessions, which are of one series
        """
        event = attendee.event_id
        attended = event._video_attended(attendee)
        if attended <= self:
            # The whole entry: by its UID alone.
            whole = event._video_invitation(attendee)
            return ics.render(event._video_cancelled(whole))
        return ics.render(
            *(
                row._video_cancelled(row._video_session_invitation(attendee))
                for row in (attended & self).sorted("start")
            )
        )

    def _video_old_part(self):
        """Return what cancels this session and all later ones of its series."""
        following = self.sudo().recurrence_id.calendar_event_ids.filtered(
            lambda event: event.start >= self.start
        )
        nobody = self.env["calendar.attendee"]
        return [
            row._video_cancelled(row._video_session_invitation(nobody))
            for row in following.sorted("start")
        ]

    def _video_old_part_file(self, attendee, old_part):
        """Return the file that takes `old_part` out of this attendee's calendar."""
        person = _person(attendee)
        return ics.render(*(gone._replace(attendees=[person]) for gone in old_part))

    def _video_cancelled(self, invitation):
        return invitation._replace(method="CANCEL", sequence=invitation.sequence + 1)

    def _video_series_invitations(self, attendee):
        """Return the series and its moved sessions; [] when one rule cannot say it."""
        rows = self._video_attended(attendee).sorted(lambda row: row._video_slot())
        if any(rows.mapped("allday")):
            return []
        zone = self._video_series_zone()
        slots = [_utc(row._video_slot()) for row in rows]
        rule = ics_series.describe(slots, zone, self.recurrence_id.rrule or "")
        if not rule:
            return []
        usual = Counter(row._video_shape() for row in rows).most_common(1)[0][0]
        regular = rows.filtered(
            lambda row: row._video_shape() == usual and row.start == row._video_slot()
        )
        model = (regular & self) or regular[:1] or self
        whole = model._video_invitation(attendee)._replace(
            sequence=max(rows.mapped("video_sequence")),
            start_at=slots[0],
            stop_at=slots[0] + usual[0],
            zone=zone,
            rule=rule.rule,
            excluded=rule.excluded,
        )
        moved = rows - regular
        return [whole, *(row._video_session_invitation(attendee) for row in moved)]

    def _video_session_invitation(self, attendee):
        """Return the file's part about this session alone."""
        invitation = self._video_invitation(attendee)
        if not self.recurrence_id or self.allday:
            return invitation
        return invitation._replace(
            zone=self._video_series_zone(),
            slot_at=_utc(self._video_slot()),
        )

    def _video_invitation(self, attendee):
        mine = self.attendee_ids.filtered(lambda a: a.partner_id == attendee.partner_id)
        own = self.with_context(
            lang=attendee.partner_id.lang or self.env.lang,
            video_attendee_id=mine[:1].id,
        )
        # An event without a room of ours may be asked for a file too.
        link = own._video_join_url(mine[:1] or None) if self.video_provider else ""
        organizer = self.user_id
        text = html2plaintext(own._get_customer_description(), include_references=False)
        return ics.Invitation(
            uid=self._video_uid(),
            sequence=self.video_sequence,
            method="REQUEST",
            start_at=self.start_date if self.allday else _utc(self.start),
            stop_at=self.stop_date if self.allday else _utc(self.stop),
            summary=own._get_customer_summary(),
            description=text,
            location=self.location or link,
            url=link,
            organizer=(organizer.name, organizer.email_normalized or "")
            if organizer
            else None,
            # Only whom it is sent to: guests need not know of each other.
            attendees=[_person(one) for one in mine[:1]],
            alarms_min=sorted(set(self.alarm_ids.mapped("duration_minutes"))),
            stamped_at=_utc(fields.Datetime.now()),
        )

    def _video_attended(self, attendee):
        """Return the sessions of this series which the attendee has not declined."""
        sessions = self.recurrence_id.calendar_event_ids
        if attendee:
            sessions = sessions.filtered(
                lambda event: any(
                    other.partner_id == attendee.partner_id
                    and other.state != "declined"
                    for other in event.attendee_ids
                )
            )
        return sessions | self

    def _video_uid(self):
        """Return what calendars know this event or its series by."""
        if self.video_ics_uid:
            return self.video_ics_uid
        # Made before this addon was there.
        first = self.recurrence_id.base_event_id or self
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return str(uuid5(NAMESPACE_OID, f"{database}/calendar.event/{first.id}"))

    def _video_slot(self):
        """Return when this session is by the rule of its series, naive UTC."""
        return self.video_slot_at or self.start

    def _video_series_zone(self):
        return self.recurrence_id.event_tz or "UTC"

    def _video_shape(self):
        """Return what the sessions of a series have in common."""
        return self.stop - self.start, self.name, self.location


def _utc(moment):
    return moment.replace(tzinfo=timezone.utc)


def _person(attendee):
    state = PARTSTATS.get(attendee.state, PARTSTATS["needsAction"])
    partner = attendee.partner_id
    return attendee.common_name or "", partner.email_normalized or "", state
