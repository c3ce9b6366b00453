/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, useState } from "@odoo/owl";

import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatList } from "@web/core/l10n/utils";
import { useService } from "@web/core/utils/hooks";

import { DisconnectDialog } from "@psynamica_zoom/integrations/disconnect_dialog";
import { ProviderCard } from "@psynamica_zoom/integrations/provider_card";

const BADGES = {
    connected: { text: _t("Connected"), class: "text-bg-success" },
    reconnect: { text: _t("Needs you"), class: "text-bg-warning" },
    disconnecting: { text: _t("Disconnecting"), class: "text-bg-warning" },
};

/** The user's own Zoom connection: what its state is and what can be done about it. */
export class ZoomCard extends Component {
    static template = "psynamica_zoom.ZoomCard";
    static components = { ProviderCard };
    static props = {
        integrations: Object,
        makeDefault: Function,
        disconnect: Function,
        disconnectNow: Function,
        checkMeetings: Function,
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.csrfToken = odoo.csrf_token;
        this.state = useState({ leaving: false, busy: false });
    }

    get zoom() {
        return this.props.integrations.zoom;
    }

    get badge() {
        return BADGES[this.zoom.state] || { text: "", class: "" };
    }

    get isDefault() {
        return this.props.integrations.effective_provider === "zoom";
    }

    get canBeDefault() {
        return this.zoom.state === "connected";
    }

    get makeDefault() {
        return this.canBeDefault ? () => this.props.makeDefault("zoom") : undefined;
    }

    get sentence() {
        return _t("Each of your sessions gets its own Zoom meeting, made in your Zoom account.");
    }

    get guideUrl() {
        const { guide_url, zoom } = this.props.integrations;
        return guide_url + (zoom.guide_anchor || "");
    }

    /** Whom to ask while the practice has no Zoom app yet. */
    get whomToAsk() {
        const { admins } = this.props.integrations;
        if (!admins.length) {
            return _t("Zoom is not set up here yet. Please ask your administrator.");
        }
        return _t("Zoom is not set up here yet. Please ask %(names)s.", {
            names: formatList(admins, { style: "or" }),
        });
    }

    get since() {
        const { DateTime } = luxon;
        return deserializeDateTime(this.zoom.since).toLocaleString(DateTime.DATE_FULL);
    }

    get details() {
        return [
            { label: _t("Account"), value: this.zoom.email },
            { label: _t("Plan"), value: this.zoom.plan },
            { label: _t("Connected since"), value: this.zoom.since && this.since },
        ].filter((detail) => detail.value);
    }

    get isComparing() {
        return ["waiting", "running"].includes(this.zoom.comparison?.state);
    }

    /** When the user's meetings were last compared with Zoom, "" when they never were. */
    get comparedAt() {
        const { DateTime } = luxon;
        const at = this.zoom.comparison?.at;
        return at && deserializeDateTime(at).toLocaleString(DateTime.DATETIME_MED);
    }

    openSettings() {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Settings"),
            res_model: "res.config.settings",
            views: [[false, "form"]],
            target: "current",
            context: { module: "psynamica_zoom", bin_size: false },
        });
    }

    askToDisconnect() {
        this.dialog.add(DisconnectDialog, {
            upcoming: this.zoom.upcoming,
            disconnect: this.props.disconnect,
        });
    }

    disconnectNow() {
        return this.attempt(this.props.disconnectNow);
    }

    checkMeetings() {
        return this.attempt(this.props.checkMeetings);
    }

    async attempt(change) {
        this.state.busy = true;
        const trouble = await change();
        this.state.busy = false;
        if (trouble) {
            this.notification.add(trouble, { type: "danger" });
        }
    }
}
