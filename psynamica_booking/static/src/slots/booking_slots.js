/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, useState } from "@odoo/owl";

import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const BOOKING_METHODS = new Set(["action_create", "action_move"]);

/**
 * The free times of one day as buttons.
 *
 * Radio buttons to the keyboard and to screen readers: one stop for Tab, arrows within.
 */
export class BookingSlots extends Component {
    static template = "psynamica_booking.BookingSlots";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ slots: [], isLoading: true, nextDay: null });
        this.asked = "";
        useRecordObserver((record) => this.load(record));
        useBus(rpcBus, "RPC:RESPONSE", ({ detail }) => this.onResponse(detail));
    }

    /** What was refused may have been taken meanwhile: it is no choice any more. */
    async onResponse({ data, error }) {
        const { model, method } = data.params;
        const { record } = this.props;
        if (!error || model !== record.resModel || !BOOKING_METHODS.has(method)) {
            return;
        }
        this.asked = "";
        await this.load(record);
        if (this.chosen && !this.state.slots.some((slot) => this.isChosen(slot))) {
            await record.update({ [this.props.name]: false });
        }
    }

    question(record) {
        const { service_id, user_id, day, booking_id } = record.data;
        return {
            service: service_id && service_id.id,
            user: user_id && user_id.id,
            day,
            booking: (booking_id && booking_id.id) || false,
        };
    }

    /** Ask for the day's slots, once for each question. */
    async load(record) {
        const { service, user, day, booking } = this.question(record);
        const asked = JSON.stringify([service, user, day && day.toISODate(), booking]);
        if (asked === this.asked) {
            return;
        }
        this.asked = asked;
        this.state.slots = [];
        this.state.nextDay = null;
        if (!service || !user || !day) {
            return;
        }
        this.state.isLoading = true;
        const first = day.startOf("day");
        const slots = await this.orm.call("psynamica.booking.service", "free_slots", [
            service,
            user,
            serializeDateTime(first),
            serializeDateTime(first.plus({ days: 1 })),
            booking,
        ]);
        if (this.asked !== asked) {
            return; // another day was chosen meanwhile
        }
        this.state.slots = slots.map(({ start }) => deserializeDateTime(start));
        this.state.isLoading = false;
        if (!slots.length) {
            this.state.nextDay = await this.orm.call(
                "psynamica.booking.new",
                "next_free_day",
                [service, user, day.toISODate()]
            );
        }
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    isChosen(slot) {
        return Boolean(this.chosen) && this.chosen.toMillis() === slot.toMillis();
    }

    label(slot) {
        return slot.toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    /** The client's clock, where it shows another time than ours. */
    clientLabel(slot) {
        const time = this.timeIn(this.props.record.data.client_tz, slot);
        return time && _t("%s for the client", time);
    }

    /** The therapist's, for whoever books from elsewhere. */
    therapistLabel(slot) {
        const time = this.timeIn(this.props.record.data.therapist_tz, slot);
        return time && _t("%s for the therapist", time);
    }

    timeIn(zone, slot) {
        return zone && slot.setZone(zone).toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    /** Which day the times are of: a date alone does not tell the weekday. */
    get title() {
        const { day } = this.props.record.data;
        const name = day ? day.toLocaleString(luxon.DateTime.DATE_HUGE) : "";
        return _t("Free times: %s", name);
    }

    get nextDayLabel() {
        const day = luxon.DateTime.fromISO(this.state.nextDay);
        return _t("Next free day: %s", day.toLocaleString(luxon.DateTime.DATE_HUGE));
    }

    choose(slot) {
        this.props.record.update({ [this.props.name]: slot });
    }

    goToNextDay() {
        this.props.record.update({ day: luxon.DateTime.fromISO(this.state.nextDay) });
    }
}

registry.category("fields").add("booking_slots", {
    component: BookingSlots,
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "service_id", type: "many2one", relation: "psynamica.booking.service" },
        { name: "user_id", type: "many2one", relation: "res.users" },
        { name: "day", type: "date" },
        { name: "client_tz", type: "char" },
        { name: "therapist_tz", type: "char" },
    ],
});
