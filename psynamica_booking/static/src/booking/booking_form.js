/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { formView } from "@web/views/form/form_view";
import { registry } from "@web/core/registry";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";

/** The page of a booking: it follows what becomes of the room by itself. */
export class BookingFormController extends formView.Controller {
    setup() {
        super.setup();
        useBusMessage("psynamica_zoom/session", async ({ event_id }) => {
            const { root } = this.model;
            const isOurs = root.resId && root.data.room_event_id === event_id;
            // What is being typed is worth more than news about the room.
            if (isOurs && !(await root.isDirty())) {
                await root.load();
            }
        });
    }
}

registry.category("views").add("booking_form", {
    ...formView,
    Controller: BookingFormController,
});
