# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the page of a booking shows of its room."""

from odoo import api, fields, models


class Booking(models.Model):
    _inherit = "psynamica.booking"

    room_event_id = fields.Integer(compute="_compute_room")
    video_state = fields.Char("Room", compute="_compute_room")
    video_state_text = fields.Char("State of the room", compute="_compute_room")
    zoom_progress = fields.Char("Progress at Zoom", compute="_compute_room")
    zoom_progress_text = fields.Char("At Zoom", compute="_compute_room")
    client_link = fields.Char("Client's link", compute="_compute_room")
    zoom_number = fields.Char("Meeting ID", compute="_compute_room")
    zoom_passcode = fields.Char("Passcode", compute="_compute_room")
    service_kind = fields.Selection(related="service_id.kind")

    @api.depends("event_id", "state", "start", "participant_ids.state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_room(self):
        # Whoever sees the booking sees its room: the event itself is private.
        events = self.sudo().event_id.with_context(active_test=False)
        meetings = events._video_meetings()
        for booking in self:
            event = booking.sudo().event_id
            meeting = meetings.get(event.id, event._no_meeting())
            state = event._video_state_of(meeting) if event else "none"
            details = event._video_zoom_details() if event else {}
            booking.room_event_id = event.id
            booking.video_state = state
            booking.video_state_text = event._video_words(state, meeting)
            progress = event._zoom_progress_of(meeting) if event else (False, False)
            booking.zoom_progress, booking.zoom_progress_text = progress
            present = booking.sudo().participant_ids.filtered(
                lambda p: p.state == "booked"
            )
            participant = present[:1]
            booking.client_link = participant._join_url() if participant else False
            booking.zoom_number = details.get("number")
            booking.zoom_passcode = details.get("passcode")

    def _action_open(self):
        """Return the action that opens this booking's page."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_calendar(self):
        """Open the session in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().event_id._video_page_action()

    def action_add_participant(self):
        """Ask who else takes part."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a participant"),
            "res_model": "psynamica.booking.add",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_booking_id": self.id},
        }

    def action_move(self):
        """Ask for another time."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["psynamica.booking.new"]._action(
            booking_id=self.id,
            service_id=self.service_id.id,
            user_id=self.user_id.id,
            partner_id=self.partner_id.id,
            day=fields.Date.to_string(
                fields.Datetime.context_timestamp(self, self.start).date()
            ),
        )
        return {**action, "name": self.env._("Move the session")}

    @api.model
    def action_new(self, start=False):
        """Open the form for a new booking.

        :param start: naive UTC as text, where one was pressed in the calendar
        """
        chosen = {"other_time": start} if start else {}
        return self.env["psynamica.booking.new"]._action(**chosen)

    def _release_messages(self):
        """Send what waited for the room, if it is there now."""
        waiting = self.message_due_ids.filtered(
            lambda m: m.state == "due" and m.kind in ("confirmed", "moved")
        )
        if waiting and not self.event_id._video_pending():
            waiting.due_at = fields.Datetime.now()
            self.env.ref("psynamica_booking.ir_cron_messages").sudo()._trigger()


class BookingParticipant(models.Model):
    _inherit = "psynamica.booking.participant"

    own_link = fields.Char("Own link", compute="_compute_own_link")

    @api.depends("state", "booking_id.state", "booking_id.event_id")
    def _compute_own_link(self):
        # Whoever sees the booking sees its links: the event itself is private.
        for participant in self.sudo():
            comes = participant.state == "booked"
            is_on = comes and participant.booking_id.state in ("confirmed", "done")
            participant.own_link = is_on and participant._given_join_url()


class ZoomMeeting(models.Model):
    _inherit = "psynamica.zoom.meeting"

    def _tell_sessions(self):
        """Tell whoever booked, too: the reception waits for the link as well."""
        result = super()._tell_sessions()
        for booking in self.sudo().event_id._bookings():
            event_id = booking.event_id.id
            booking.create_uid._bus_send(
                "psynamica_zoom/session", {"event_id": event_id}
            )
            booking._release_messages()
        return result
