/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { JoinButton, isJoinable } from "@psynamica_zoom/calendar/join_button";
import { VideoState } from "@psynamica_zoom/calendar/video_state";

/** State of a booking's room in words, and Join. */
export class BookingRoom extends Component {
    static template = "psynamica_booking.BookingRoom";
    static components = { JoinButton, VideoState };
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }

    get canJoin() {
        return Boolean(this.data.room_event_id) && isJoinable(this.data.video_state);
    }
}

registry.category("fields").add("booking_room", {
    component: BookingRoom,
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "video_state_text", type: "char", readonly: true },
        { name: "room_event_id", type: "integer", readonly: true },
    ],
});
