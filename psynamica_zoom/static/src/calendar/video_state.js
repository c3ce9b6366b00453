/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// One look for each state of a session: colour alone never carries the meaning, the
// sentence beside it does.
const LOOKS = {
    creating: { icon: "fa-circle-o-notch fa-spin", color: "text-info" },
    ready: { icon: "fa-check-circle", color: "text-success" },
    later: { icon: "fa-calendar-o", color: "text-muted" },
    waiting: { icon: "fa-clock-o", color: "text-warning" },
    retry: { icon: "fa-refresh", color: "text-warning" },
    failed: { icon: "fa-exclamation-triangle", color: "text-danger" },
    fallback: { icon: "fa-info-circle", color: "text-warning" },
    builtin: { icon: "fa-check-circle", color: "text-success" },
    custom: { icon: "fa-check-circle", color: "text-success" },
    over: { icon: "fa-history", color: "text-muted" },
    cancelled: { icon: "fa-ban", color: "text-muted" },
};

/** Icon, colour and sentence for the state of a session. */
export class VideoState extends Component {
    static template = "psynamica_zoom.VideoState";
    static props = { state: [String, Boolean], text: [String, Boolean] };

    get look() {
        return LOOKS[this.props.state];
    }
}

/** Whether the user has chosen another provider and not saved that yet. */
export function isProviderUnsaved(record) {
    return record._values.video_provider !== record.data.video_provider;
}

export class VideoStateField extends Component {
    static template = "psynamica_zoom.VideoStateField";
    static components = { VideoState };
    static props = { ...standardFieldProps };

    get isUnsaved() {
        return isProviderUnsaved(this.props.record);
    }
}

registry.category("fields").add("psynamica_video_state", {
    component: VideoStateField,
    supportedTypes: ["selection"],
    fieldDependencies: [
        { name: "video_provider", type: "selection", readonly: true },
        { name: "video_state_text", type: "char", readonly: true },
    ],
});
