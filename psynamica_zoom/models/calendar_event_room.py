# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the session page says about the room, and its buttons."""

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, format_time

from .calendar_event_sync import COORDINATOR

AT_ZOOM = ("host_rejected", "plan_limit")  # another room would be refused as well


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    video_state = fields.Selection(
        [
            ("none", "No video call"),
            ("creating", "Being made"),
            ("ready", "Ready"),
            ("later", "Made later"),
            ("waiting", "Waiting for Zoom"),
            ("retry", "Will be tried again"),
            ("failed", "Needs you"),
            ("fallback", "Built-in room instead of Zoom"),
            ("builtin", "Built-in room"),
            ("custom", "Custom link"),
            ("over", "Over"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_video_room",
        search="_search_video_state",
    )
    video_state_text = fields.Char(compute="_compute_video_room")
    zoom_join_url = fields.Char(compute="_compute_video_room", groups="base.group_user")
    zoom_meeting_number = fields.Char(
        compute="_compute_video_room", groups="base.group_user"
    )
    zoom_passcode = fields.Char(compute="_compute_video_room", groups="base.group_user")
    video_can_manage = fields.Boolean(compute="_compute_video_room")

    @api.depends("video_provider", "start", "stop", "active", "user_id")
    @api.depends_context("uid", "lang", "tz")
    def _compute_video_room(self):
        meetings = self._video_meetings()
        for event in self:
            meeting = meetings.get(event._origin.id, self._no_meeting())
            state = event.sudo()._video_state_of(meeting)
            takes_part = event._video_takes_part()
            details = {}
            if takes_part and meeting.state not in ("left", "paused"):
                details = {"url": meeting.join_url, "passcode": meeting.passcode}
            event.video_state = state
            event.video_state_text = event.sudo()._video_words(state, meeting)
            event.video_can_manage = takes_part and bool(event._origin.id)
            event.zoom_join_url = details.get("url")
            event.zoom_passcode = details.get("passcode")
            number = _spaced(meeting.zoom_id) if details else False
            event.zoom_meeting_number = number

    def _no_meeting(self):
        return self.env["psynamica.zoom.meeting"].sudo()

    def _video_meetings(self):
        """Return event id → its meeting."""
        meetings = self._no_meeting()._of_events(self._origin.ids)
        return {meeting.event_id.id: meeting for meeting in meetings}

    def _video_takes_part(self):
        """Return whether the current user takes part or schedules for others."""
        user = self.env.user
        # As stored: in a form that is not saved anybody can put themselves in.
        stored = self._origin or self
        event_sudo = stored.sudo()
        if user == event_sudo.user_id or user.partner_id in event_sudo.partner_ids:
            return True
        is_private = stored._check_private_event_conditions()
        return user.has_group(COORDINATOR) and not is_private

    def _video_state_of(self, meeting):
        if not self.video_provider:
            return "none"
        if not self.active or self._video_is_declined():
            return "cancelled"
        if self._is_event_over():
            return "over"
        if self.video_provider != "zoom":
            return self.video_provider
        if not self.user_id._zoom_live_connection():
            return "fallback"
        if not meeting:
            return self._video_state_without_meeting()
        if meeting.state in ("retry", "failed"):
            return meeting.state
        if meeting.zoom_id:
            return "waiting" if meeting.state == "changing" else "ready"
        return "creating"

    def _video_state_without_meeting(self):
        if self._video_is_far_off():
            return "later"
        if self._video_is_touched():
            return "creating"  # its row is made when this is committed
        return "fallback"

    def _video_words(self, state, meeting):
        if state == "retry":
            return self._video_retry_words(meeting)
        if state == "failed":
            return self._video_failure(meeting.error_reason)
        if state == "fallback":
            return self._video_fallback_words()
        words = {
            "creating": self.env._("Creating the Zoom meeting…"),
            "ready": self.env._("The Zoom meeting is ready."),
            "waiting": self.env._("Telling Zoom about the change…"),
            "later": self.env._(
                "The Zoom meeting is made four weeks before the session."
            ),
            "builtin": self.env._(
                "The session takes place in the built-in video room."
            ),
            "custom": self.env._("The session takes place under your own link."),
            "over": self.env._("The session is over."),
            "cancelled": self.env._("The session was cancelled."),
        }
        return words.get(state, "")

    def _video_fallback_words(self):
        if not self.user_id._zoom_live_connection():
            return self.env._(
                "Zoom is not connected, so the link opens the built-in video room. "
                "The organiser can connect Zoom under Integrations."
            )
        return self.env._(
            "The link opens the built-in video room: whoever planned this session "
            "neither takes part nor schedules for others, so the organiser's Zoom "
            "account was not used."
        )

    def _video_retry_words(self, meeting):
        why = self._video_why(meeting._waits_because())
        time = self._video_clock(meeting._waits_until())
        if meeting.zoom_id:
            return self.env._(
                "%(why)s Zoom has yet to be told about the change; next try at "
                "%(time)s. The link opens the Zoom meeting.",
                why=why,
                time=time,
            )
        return self.env._(
            "%(why)s Next try at %(time)s. Until the Zoom meeting is made, the link "
            "offers the built-in video room.",
            why=why,
            time=time,
        )

    def _video_failure(self, reason):
        if reason in AT_ZOOM:
            return self.env._(
                "%(why)s The link opens the built-in video room. "
                "When that is settled at Zoom, try again.",
                why=self._video_why(reason),
            )
        return self.env._(
            "%(why)s The link opens the built-in video room. "
            "Try again, or make a new room.",
            why=self._video_why(reason),
        )

    @api.model
    def _video_why(self, reason):
        """Return the sentence that says what went wrong at Zoom.

        :param reason: the short word that was kept, see `zoom_api.errors`
        """
        refused = self.env._("Zoom refused the meeting.")
        return self._video_reasons().get(reason, refused)

    @api.model
    def _video_reasons(self):
        """Return the sentence for each reason."""
        return {
            "unreachable": self.env._("Zoom could not be reached."),
            "server_error": self.env._("Zoom has a problem of its own."),
            "bad_answer": self.env._("Zoom gave an answer that makes no sense."),
            "rate_limited": self.env._("Zoom asks us to wait."),
            "in_progress": self.env._(
                "The meeting is going on, so it cannot be changed now."
            ),
            "token_expired": self.env._("Zoom did not accept the connection."),
            "host_rejected": self.env._(
                "Zoom does not let this account hold meetings."
            ),
            "plan_limit": self.env._("The Zoom plan does not allow this meeting."),
            "foreign_meeting": self.env._(
                "The meeting belongs to another Zoom account."
            ),
            "app_rejected": self.env._(
                "Zoom refuses the practice's Zoom app; an administrator has to look "
                "at it."
            ),
        }

    def _video_clock(self, moment):
        """Return the time of `moment` for the reader, with the day unless it is today.

        :param moment: naive UTC
        """
        local = self._video_in_zone(moment)
        if local.date() == self._video_in_zone(fields.Datetime.now()).date():
            return format_time(self.env, local.timetz(), time_format="short")
        return self._video_moment_words(moment)

    @api.model
    def _video_moment_words(self, moment):
        """Return `moment` (naive UTC) for the reader: "Thu 3 Dec, 10:00"."""
        local = self._video_in_zone(moment)
        day = format_date(self.env, local.date(), date_format="EEE d MMM")
        return f"{day}, {format_time(self.env, local.timetz(), time_format='short')}"

    @api.model
    def _video_in_zone(self, moment):
        """Return `moment` (naive UTC) as an aware one in the reader's time zone."""
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))

    # For mails

    def _video_zoom_details(self):
        """Return Zoom's own link, number and passcode; {} unless they may be shared."""
        self.ensure_one()
        event_sudo = self.sudo()
        company = event_sudo.user_id.company_id or self.env.company
        if event_sudo.video_provider != "zoom" or not company.video_share_zoom_details:
            return {}
        meeting = event_sudo._video_meetings().get(self.id)
        if not meeting or not meeting.zoom_id or meeting.state in ("left", "paused"):
            return {}
        return {
            "url": meeting.join_url,
            "number": _spaced(meeting.zoom_id),
            "passcode": meeting.passcode,
        }

    def _video_pending(self):
        """Return those whose Zoom meeting is still to be made and worth waiting for."""
        hoped = self._video_hoped()
        meetings = hoped._video_meetings()
        pending = hoped.filtered(lambda event: _is_to_be_made(meetings.get(event.id)))
        return pending.sudo(self.env.su)

    def _video_changing(self):
        """Return event id → meeting of those of which Zoom will hear a change soon."""
        return {
            event_id: meeting
            for event_id, meeting in self._video_hoped()._video_meetings().items()
            if meeting.state in ("ready", "changing")
        }

    def _video_hoped(self):
        """Return those that should be at Zoom now and can be, with all rights."""
        return self.sudo().filtered(
            lambda event: (
                event._video_wants_zoom()
                and not event._video_is_far_off()
                and event.user_id._zoom_live_connection()
            )
        )

    # Buttons

    def action_video_join(self):
        """Open the room in a new tab, as host when it is one's own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/video/host/{self.id}",
            "target": "new",
        }

    def action_join_video_call(self):
        if self.video_provider:
            return self.action_video_join()
        return super().action_join_video_call()

    def action_zoom_retry(self):
        """Have the delivery try again now."""
        self._video_check_may_manage()
        self._video_touch_as(self.env.user)

    def action_zoom_new_room(self):
        """Make another meeting for the session; the join link stays."""
        self._video_check_may_manage()
        meetings = self._no_meeting().search([("event_id", "in", self.ids)])
        meetings._let_go()
        meetings.flush_recordset()
        self._video_touch_as(self.env.user)

    def _video_check_may_manage(self):
        self.check_access("write")
        for event in self:
            if not event._video_takes_part():
                raise AccessError(
                    self.env._("Only those who take part can change the room.")
                )


def _is_to_be_made(meeting):
    return not meeting or (not meeting.zoom_id and meeting.state != "failed")


def _spaced(number):
    """Return a meeting id the way Zoom shows it: 123 4567 8901."""
    if not number:
        return ""
    return f"{number[:3]} {number[3:-4]} {number[-4:]}"
