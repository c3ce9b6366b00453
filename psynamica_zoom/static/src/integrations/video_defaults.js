/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

/** Which provider new sessions get, and which events get one by themselves. */
export class VideoDefaults extends Component {
    static template = "psynamica_zoom.VideoDefaults";
    static props = {
        provider: String,
        rule: String,
        hasLink: Boolean,
        // Whether sessions get a room at all: not so before somebody wanted one.
        inUse: Boolean,
        zoomState: String,
        // Stores values and returns "" or a sentence that says why it did not work.
        save: Function,
    };

    setup() {
        const { provider, rule } = this.props;
        this.state = useState({ provider, rule, trouble: "", saved: false });
        onWillUpdateProps(({ provider, rule }) => {
            Object.assign(this.state, { provider, rule });
        });
    }

    get canUseZoom() {
        return ["connected", "reconnect"].includes(this.props.zoomState);
    }

    get providers() {
        const choices = [
            {
                value: "auto",
                label: _t("Automatic: Zoom while it is connected, otherwise the built-in room"),
            },
            { value: "zoom", label: _t("Zoom"), disabled: !this.canUseZoom },
            { value: "builtin", label: _t("Built-in video room") },
            { value: "custom", label: _t("Custom link"), disabled: !this.props.hasLink },
            { value: "none", label: _t("No video call") },
        ];
        return choices.map((choice) => ({
            ...choice,
            // What is chosen stays selectable, so that the group never looks broken.
            disabled: choice.disabled && choice.value !== this.state.provider,
        }));
    }

    get rules() {
        return [
            { value: "others", label: _t("Events with at least one other attendee") },
            { value: "always", label: _t("Every event, also when I am alone") },
            { value: "never", label: _t("No event, unless I choose a room in the event") },
        ];
    }

    /** Store `values` at once.  When that fails, show again what is stored. */
    async choose(values) {
        Object.assign(this.state, values, { saved: false, trouble: "" });
        const trouble = await this.props.save(values);
        const { provider, rule } = this.props;
        Object.assign(this.state, { provider, rule, saved: !trouble, trouble });
    }
}
