/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { CalendarFormController } from "@calendar/views/calendar_form/calendar_form_controller";

import { patch } from "@web/core/utils/patch";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";
import { isServerTrouble } from "@psynamica_zoom/server_trouble";

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
];

patch(CalendarFormController.prototype, {
    setup() {
        super.setup();
        useBusMessage("psynamica_zoom/session", ({ event_id }) =>
            this.refreshVideoSession(event_id)
        );
    },

    /**
     * Show the present state of the session when `eventId` is the open event.
     *
     * Only the session's own fields are replaced: a reload of the record would throw
     * away what the user is typing.  The model's mutex lets a running save end first,
     * so that the message about an event that was just made finds its id.
     */
    async refreshVideoSession(eventId) {
        await this.model.mutex.exec(async () => {
            const record = this.model.root;
            const names = SESSION_FIELDS.filter((name) => name in record.activeFields);
            if (record.resId !== eventId || !names.length) {
                return;
            }
            try {
                const [values] = await this.orm.silent.read(
                    record.resModel,
                    [eventId],
                    names
                );
                if (values) {
                    record._applyValues(values);
                }
            } catch (error) {
                if (!isServerTrouble(error)) {
                    throw error;
                }
            }
        });
    },
});
