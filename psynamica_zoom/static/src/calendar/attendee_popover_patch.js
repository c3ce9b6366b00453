/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { AttendeeCalendarCommonPopover } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_popover";

import { SessionSummary } from "@psynamica_zoom/calendar/session_summary";

AttendeeCalendarCommonPopover.components = {
    ...AttendeeCalendarCommonPopover.components,
    SessionSummary,
};
