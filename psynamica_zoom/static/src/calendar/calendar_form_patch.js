/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { CalendarFormController } from "@calendar/views/calendar_form/calendar_form_controller";

import { patch } from "@web/core/utils/patch";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";
import { refreshFields } from "@psynamica_zoom/refresh_fields";

// What the server alone decides about a session.  Nothing here is typed by the user.
const SESSION_FIELDS = [
    "video_provider",
    "video_state",
    "video_state_text",
    "video_overlap_text",
    "video_can_manage",
    "videocall_location",
    "zoom_join_url",
    "zoom_meeting_number",
    "zoom_passcode",
    "zoom_progress",
    "zoom_progress_text",
    "zoom_proposal",
    "zoom_proposal_text",
    "video_remarks",
];

patch(CalendarFormController.prototype, {
    setup() {
        super.setup();
        useBusMessage("psynamica_zoom/session", ({ event_id }) =>
            this.refreshVideoSession(event_id)
        );
    },

    /** Show the present state of the session when `eventId` is the open event. */
    async refreshVideoSession(eventId) {
        const isMeant = (record) => record.resId === eventId;
        await refreshFields(this, isMeant, SESSION_FIELDS);
    },
});
