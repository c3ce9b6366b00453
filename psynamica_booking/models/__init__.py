# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    booking_host,
    booking_service,
    booking_question,
    booking_opening,
    booking,
    booking_state,
    booking_event,
    booking_participant,
    booking_answer,
    booking_agenda,
    booking_slots,
    booking_message,
    booking_making,
    booking_moving,
    booking_ending,
    calendar_attendee,
    calendar_event,
    resource_calendar_attendance,
    res_company,
    res_users,
)
