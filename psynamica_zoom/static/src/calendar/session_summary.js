/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, onWillStart, useState } from "@odoo/owl";

import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { useBusMessage } from "@psynamica_zoom/bus_message_hook";
import { JoinButton, isJoinable } from "@psynamica_zoom/calendar/join_button";
import { VideoState } from "@psynamica_zoom/calendar/video_state";
import { isServerTrouble, sentenceOf } from "@psynamica_zoom/server_trouble";

const FIELDS = [
    "video_state",
    "video_state_text",
    "video_overlap_text",
    "videocall_location",
    "video_choice",
    "video_offer",
    "user_can_edit",
];

/**
 * State, Join and link of one session, for the calendar's popover.
 *
 * It asks for itself instead of adding fields to the calendar: what is shown is never
 * older than the click, and a calendar full of events computes nothing for it.
 */
export class SessionSummary extends Component {
    static template = "psynamica_zoom.SessionSummary";
    static components = { CopyButton, JoinButton, VideoState };
    static props = { eventId: Number };

    setup() {
        this.orm = useService("orm");
        this.copiedText = _t("Copied");
        this.copyText = _t("Copy link");
        this.notification = useService("notification");
        this.fieldService = useService("field");
        this.choice = { string: "", selection: [] };
        this.state = useState({ session: null });
        onWillStart(async () => {
            const fields = await this.fieldService.loadFields("calendar.event", {
                fieldNames: ["video_choice"],
            });
            this.choice = fields.video_choice;
            await this.load();
        });
        useBusMessage("psynamica_zoom/session", ({ event_id }) => {
            if (event_id === this.props.eventId) {
                this.load();
            }
        });
    }

    get isShown() {
        return this.state.session?.video_offer;
    }

    get canJoin() {
        return isJoinable(this.state.session.video_state);
    }

    /** What may be chosen here.  A link of one's own needs to be typed: in the form. */
    get choices() {
        const current = this.state.session.video_choice;
        return this.choice.selection.filter(
            ([value]) => value !== "custom" || value === current
        );
    }

    /** Let the session take place elsewhere.  The link that was mailed stays the same. */
    async choose(event) {
        const values = { video_choice: event.target.value };
        try {
            await this.orm.write("calendar.event", [this.props.eventId], values);
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
            this.notification.add(sentenceOf(error), { type: "danger" });
        }
        await this.load();
    }

    /** Read the session.  On trouble keep what is shown: the popover works without it. */
    async load() {
        try {
            const sessions = await this.orm.silent.read(
                "calendar.event",
                [this.props.eventId],
                FIELDS
            );
            this.state.session = sessions[0] || null;
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
        }
    }
}
