/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

export const MODES = [
    ["both", _t("Online and in person")],
    ["online", _t("Online")],
    ["in_person", _t("In person")],
];
const WORKDAYS = [1, 2, 3, 4];
const MINUTES_A_DAY = 24 * 60;

/** Minutes since midnight; an end at 00:00 is the end of the day. */
export function minutes(text, isEnd = false) {
    const [hours, rest] = (text || "").split(":").map(Number);
    const value = hours * 60 + rest;
    return isEnd && value === 0 ? MINUTES_A_DAY : value;
}

/** What is wrong with the hours of one day; "" when nothing is. */
export function problemOf(blocks) {
    const spans = blocks
        .map(({ begin, end }) => [minutes(begin), minutes(end, true)])
        .sort((one, other) => one[0] - other[0]);
    if (spans.some(([begin, end]) => !(begin < end))) {
        return _t("The end must be later than the beginning.");
    }
    const overlaps = spans.some(([begin], at) => at > 0 && begin < spans[at - 1][1]);
    return overlaps ? _t("These times overlap.") : "";
}

/** The hours of a week: one row a day, any number of times in it. */
export class WeekGrid extends Component {
    static template = "psynamica_booking.WeekGrid";
    static props = {
        name: String,
        blocks: Array,
        onChange: Function,
    };

    setup() {
        this.modes = MODES;
        this.words = {
            from: _t("From"),
            to: _t("Until"),
            mode: _t("What can be booked"),
            remove: _t("Remove these hours"),
            add: _t("Add hours"),
        };
        this.root = useRef("root");
        this.state = useState({ focus: null });
        this.dayNames = luxon.Info.weekdays("long");
        useEffect(
            (selector) => {
                if (selector) {
                    [...this.root.el.querySelectorAll(selector)].at(-1)?.focus();
                    this.state.focus = null;
                }
            },
            () => [this.state.focus]
        );
    }

    get days() {
        return this.dayNames.map((name, day) => {
            const blocks = this.props.blocks
                .map((block, index) => ({ ...block, index }))
                .filter((block) => block.day === day);
            return { day, name, blocks, problem: problemOf(blocks) };
        });
    }

    /** Where a block is in the day, for the picture beside it. */
    barStyle({ begin, end }) {
        const from = minutes(begin) / MINUTES_A_DAY;
        const to = minutes(end, true) / MINUTES_A_DAY;
        const width = Math.max(to - from, 0);
        return `inset-inline-start: ${from * 100}%; width: ${width * 100}%`;
    }

    id(part, day) {
        return `booking_${this.props.name}_${part}_${day}`;
    }

    label(text, name) {
        return `${name}: ${text}`;
    }

    change(index, values) {
        this.props.onChange(
            this.props.blocks.map((block, at) =>
                at === index ? { ...block, ...values } : block
            )
        );
    }

    /** Add hours after the last ones of the day. */
    add(day) {
        const own = this.props.blocks.filter((block) => block.day === day);
        const last = Math.max(-1, ...own.map(({ end }) => minutes(end, true)));
        const begin = last < 0 ? 9 * 60 : Math.min(last + 60, 22 * 60);
        const end = last < 0 ? 17 * 60 : Math.min(begin + 120, MINUTES_A_DAY - 1);
        const clock = (value) =>
            [Math.floor(value / 60), value % 60]
                .map((part) => String(part).padStart(2, "0"))
                .join(":");
        const added = { day, begin: clock(begin), end: clock(end), mode: "both" };
        this.props.onChange([...this.props.blocks, added]);
        this.state.focus = `[data-day="${day}"] .o_booking_block input:first-of-type`;
    }

    remove(day, index) {
        this.props.onChange(this.props.blocks.filter((_block, at) => at !== index));
        this.state.focus = `[data-day="${day}"] .o_booking_add`;
    }

    /** Have Tuesday to Friday be as Monday. */
    copyMonday() {
        const others = this.props.blocks.filter(({ day }) => !WORKDAYS.includes(day));
        const monday = others.filter(({ day }) => day === 0);
        const copies = WORKDAYS.flatMap((day) =>
            monday.map((block) => ({ ...block, day }))
        );
        this.props.onChange([...others, ...copies]);
    }
}
