/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

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
        const { resId, data } = this.props.record;
        return Boolean(resId) && isJoinable(data.video_state);
    }
}

registry.category("view_widgets").add("psynamica_join", {
    component: JoinWidget,
    fieldDependencies: [{ name: "video_state", type: "selection", readonly: true }],
});
