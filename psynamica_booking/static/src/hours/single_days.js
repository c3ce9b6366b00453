/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { MODES } from "./week_grid";

const EMPTY = { first: "", last: "", begin: "", end: "", name: "", mode: "both" };

/** Single days that are not as every week: a list, and a line to add one more. */
export class SingleDays extends Component {
    static template = "psynamica_booking.SingleDays";
    static props = {
        title: String,
        help: String,
        name: String,
        days: Array,
        hasMode: { type: Boolean, optional: true },
        canChange: { type: Boolean, optional: true },
        onAdd: { type: Function, optional: true },
        onRemove: { type: Function, optional: true },
    };
    static defaultProps = { hasMode: false, canChange: true };

    setup() {
        this.modes = MODES;
        this.state = useState({ ...EMPTY, isAdding: false });
    }

    get canAdd() {
        const { first, begin, end } = this.state;
        return Boolean(first) && (!this.props.hasMode || Boolean(begin && end));
    }

    id(field) {
        return `booking_${this.props.name}_${field}`;
    }

    dayText(text) {
        const day = luxon.DateTime.fromISO(text);
        return day.toLocaleString({
            weekday: "short",
            day: "numeric",
            month: "short",
            year: "numeric",
        });
    }

    timeText(text) {
        return luxon.DateTime.fromISO(text).toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    when(day) {
        const days = [...new Set([day.first, day.last])].map((text) => this.dayText(text));
        const times = [day.begin, day.end].filter(Boolean).map((text) => this.timeText(text));
        return [days.join(" – "), times.join(" – ")].filter(Boolean).join(", ");
    }

    removeLabel(day) {
        return _t("Remove: %s", this.when(day));
    }

    modeText(mode) {
        return this.modes.find(([value]) => value === mode)?.[1] || "";
    }

    async add() {
        const { first, last, begin, end, name, mode } = this.state;
        const isAdded = await this.props.onAdd({ first, last, begin, end, name, mode });
        if (isAdded) {
            Object.assign(this.state, EMPTY, { isAdding: false });
        }
    }
}
