/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, onMounted, useState } from "@odoo/owl";

import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";
import { CustomLinkCard } from "@psynamica_zoom/integrations/custom_link_card";
import { ProviderCard } from "@psynamica_zoom/integrations/provider_card";
import { VideoDefaults } from "@psynamica_zoom/integrations/video_defaults";
import { ZoomCard } from "@psynamica_zoom/integrations/zoom_card";
import { isServerTrouble, sentenceOf } from "@psynamica_zoom/server_trouble";

/** The screen "Integrations": one card for each way to hold a video call. */
export class IntegrationsAction extends Component {
    static template = "psynamica_zoom.IntegrationsAction";
    static components = { CustomLinkCard, Layout, ProviderCard, VideoDefaults, ZoomCard };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ data: null, failed: false });
        this.lastRequest = 0;
        this.changes = new Mutex();
        useBusMessage("psynamica_zoom/connection", () => this.load());
        onMounted(() => {
            this.greetAfterConnect();
            this.load();
        });
    }

    /** On a small screen the control panel would be an empty strip without a way back. */
    get display() {
        const hasWayBack = this.env.config.breadcrumbs?.length > 1;
        return { controlPanel: this.env.isSmall && !hasWayBack ? false : {} };
    }

    /**
     * Say that connecting worked: the server sends the browser back with a mark in the
     * address.  The mark is gone once the action is shown, so a reload says nothing.
     */
    greetAfterConnect() {
        if (router.current.zoom === "connected") {
            const text = _t("Your Zoom account is connected.");
            this.notification.add(text, { type: "success" });
        }
    }

    get attentionText() {
        return _t("Sessions, connections or messages of Zoom that need attention: %s", this.state.data.attention);
    }

    openAttention() {
        return this.env.services.action.doAction("psynamica_zoom.action_zoom_attention");
    }

    /** Show what the server knows now.  A failure is shown, never thrown. */
    async load() {
        this.state.failed = false;
        try {
            await this.request("video_integrations");
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
            this.state.failed = true;
        }
    }

    /**
     * Call `method` and show its answer, unless a later request was made meanwhile:
     * answers may come in another order than the questions.
     */
    async request(method, args = []) {
        const number = ++this.lastRequest;
        const data = await this.orm.silent.call("res.users", method, args);
        if (number === this.lastRequest) {
            this.state.data = data;
            this.state.failed = false;
        }
    }

    /** Do `method` after earlier changes; return "" when it is done, otherwise a sentence for the user. */
    async attempt(method, args = []) {
        try {
            await this.changes.exec(() => this.request(method, args));
            return "";
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
            return sentenceOf(error);
        }
    }

    save(values) {
        return this.attempt("video_save_defaults", [values]);
    }

    disconnect(deleteMeetings) {
        return this.attempt("zoom_disconnect", [deleteMeetings]);
    }

    disconnectNow() {
        return this.attempt("zoom_disconnect_now");
    }

    checkMeetings() {
        return this.attempt("zoom_check_meetings");
    }

    async makeDefault(provider) {
        const trouble = await this.save({ provider });
        if (trouble) {
            this.notification.add(trouble, { type: "danger" });
        }
    }
}

registry.category("actions").add("psynamica_zoom.integrations", IntegrationsAction);
