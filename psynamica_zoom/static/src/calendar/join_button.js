/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { isProviderUnsaved } from "@psynamica_zoom/calendar/video_state";

const NOTHING_TO_JOIN = ["none", "over", "cancelled"];

/** Whether a session in `state` can be joined. */
export function isJoinable(state) {
    return Boolean(state) && !NOTHING_TO_JOIN.includes(state);
}

/**
 * Opens the session in a new tab.
 *
 * A link and not a button that asks the server first: browsers block a tab that opens
 * some time after the click.
 */
export class JoinButton extends Component {
    static template = "psynamica_zoom.JoinButton";
    static props = { eventId: Number };

    get url() {
        return `/video/host/${this.props.eventId}`;
    }
}

export class JoinWidget extends Component {
    static template = "psynamica_zoom.JoinWidget";
    static components = { JoinButton };
    static props = { ...standardWidgetProps };

    get canJoin() {
        const { record } = this.props;
        return (
            Boolean(record.resId) &&
            isJoinable(record.data.video_state) &&
            !isProviderUnsaved(record)
        );
    }
}

registry.category("view_widgets").add("psynamica_join", {
    component: JoinWidget,
    fieldDependencies: [
        { name: "video_provider", type: "selection", readonly: true },
        { name: "video_state", type: "selection", readonly: true },
    ],
});
