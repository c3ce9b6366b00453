/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { formView } from "@web/views/form/form_view";
import { registry } from "@web/core/registry";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";
import { refreshFields } from "@psynamica_zoom/refresh_fields";

// What becomes of the room.  Nothing here is typed by the user.
const ROOM_FIELDS = [
    "client_link",
    "has_begun",
    "room_is_new",
    "video_state",
    "video_state_text",
    "zoom_number",
    "zoom_passcode",
    "zoom_progress",
    "zoom_progress_text",
];

/** The page of a booking: it follows what becomes of the room by itself. */
export class BookingFormController extends formView.Controller {
    setup() {
        super.setup();
        useBusMessage("psynamica_zoom/session", ({ event_id }) =>
            this.refreshRoom(event_id)
        );
    }

    /** Show what has become of the booking, and while somebody types of its room. */
    async refreshRoom(eventId) {
        const isMeant = (record) => record.data.room_event_id === eventId;
        const { root } = this.model;
        if (root.resId && isMeant(root) && !(await root.isDirty())) {
            await root.load();
        } else {
            await refreshFields(this, isMeant, ROOM_FIELDS);
        }
    }
}

registry.category("views").add("booking_form", {
    ...formView,
    Controller: BookingFormController,
});
