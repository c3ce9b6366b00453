/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { Component, onWillStart, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { isServerTrouble, sentenceOf } from "@psynamica_zoom/server_trouble";

import { SingleDays } from "./single_days";
import { problemOf, WeekGrid } from "./week_grid";

const MODEL = "psynamica.booking.hours";

/** The screen "Hours": when a therapist can be booked. */
export class HoursAction extends Component {
    static template = "psynamica_booking.HoursAction";
    static components = { Layout, SingleDays, WeekGrid };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.zones = Intl.supportedValuesOf("timeZone");
        this.state = useState({
            data: null,
            blocks: [],
            zone: "",
            isAlternating: false,
            isDirty: false,
        });
        useSetupAction({
            beforeLeave: () => (this.state.isDirty ? this.save() : true),
        });
        onWillStart(() => this.load(false));
    }

    get isRight() {
        return this.weeks.every(({ blocks }) =>
            [0, 1, 2, 3, 4, 5, 6].every(
                (day) => !problemOf(blocks.filter((block) => block.day === day))
            )
        );
    }

    /** The weeks to be edited: one, or two that take turns. */
    get weeks() {
        const { blocks, data, isAlternating } = this.state;
        if (!isAlternating) {
            return [{ week: null, title: _t("Every week"), blocks }];
        }
        const titles = [_t("This week, and every other"), _t("Next week, and every other")];
        return [data.this_week, 1 - data.this_week].map((week, at) => ({
            week,
            title: titles[at],
            blocks: blocks.filter((block) => block.week === week),
        }));
    }

    get zoneNames() {
        return [...new Set([this.state.zone, ...this.zones])];
    }

    /** The practice's hours can be made one's own as they are. */
    get canSave() {
        return this.state.isDirty || !this.state.data.is_own;
    }

    get isOtherZone() {
        return this.state.data.zone !== this.state.data.zone_to_be;
    }

    get timeOff() {
        return {
            name: "time_off",
            title: _t("Time off"),
            help: _t("Clients cannot book then. Sessions that are booked stay."),
            days: this.state.data.time_off,
            onAdd: (day) => this.changeDays("add_time_off", day),
            onRemove: (id) => this.changeDays("remove_time_off", id),
        };
    }

    get openings() {
        return {
            name: "openings",
            title: _t("Extra hours"),
            help: _t("Hours of a single day, beside the weekly ones."),
            days: this.state.data.openings,
            hasMode: true,
            onAdd: (day) => this.changeDays("add_opening", day),
            onRemove: (id) => this.changeDays("remove_opening", id),
        };
    }

    get holidays() {
        return {
            name: "holidays",
            title: _t("Holidays of the practice"),
            help: _t("Nobody can be booked then."),
            days: this.state.data.holidays,
            canChange: this.state.data.is_manager,
            onAdd: (day) => this.changeDays("add_holiday", day),
            onRemove: (id) => this.changeDays("remove_holiday", id),
        };
    }

    /** Show what the server says of a therapist's hours. */
    show(data, withWeek = true) {
        this.state.data = data;
        if (withWeek) {
            this.state.blocks = data.blocks;
            this.state.zone = data.zone_to_be;
            this.state.isAlternating = data.is_alternating;
            this.state.isDirty = false;
        }
    }

    async load(userId) {
        this.show(await this.orm.call(MODEL, "hours_of", [userId]));
    }

    async choose(ev) {
        const userId = Number(ev.target.value);
        if (this.state.isDirty && !(await this.save())) {
            ev.target.value = this.state.data.user_id;
            return;
        }
        await this.load(userId);
    }

    change(values) {
        Object.assign(this.state, values, { isDirty: true });
    }

    changeWeek(week, changed) {
        if (week === null) {
            return this.change({ blocks: changed });
        }
        const others = this.state.blocks.filter((block) => block.week !== week);
        const own = changed.map((block) => ({ ...block, week }));
        return this.change({ blocks: [...others, ...own] });
    }

    /** Have two weeks take turns, both as the one so far; or go on with this week's. */
    alternate(isAlternating) {
        const { blocks, data } = this.state;
        const changed = isAlternating
            ? [0, 1].flatMap((week) => blocks.map((block) => ({ ...block, week })))
            : blocks
                  .filter((block) => block.week === data.this_week)
                  .map(({ week, ...block }) => block);
        this.change({ isAlternating, blocks: changed });
    }

    /** Save the week; returns whether that worked. */
    async save() {
        if (!this.isRight) {
            this.say(_t("Please mend the times that are marked."), "warning");
            return false;
        }
        const { data, blocks, zone, isAlternating } = this.state;
        const args = [data.user_id, blocks, zone, isAlternating];
        const isSaved = await this.ask("save_hours", args, (saved) => this.show(saved));
        if (isSaved) {
            this.say(_t("Hours saved."), "success");
        }
        return isSaved;
    }

    /** Change single days; what is being edited of the week stays as it is. */
    changeDays(method, value) {
        const args = [this.state.data.user_id, value];
        return this.ask(method, args, (data) => {
            this.show(data, false);
            if (data.booked) {
                this.say(
                    _t("Sessions booked in this time: %s. They stay booked.", data.booked),
                    "warning"
                );
            }
        });
    }

    /** Call the server; what it refuses is said in its words. */
    async ask(method, args, onAnswer) {
        try {
            onAnswer(await this.orm.call(MODEL, method, args));
            return true;
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
            this.say(sentenceOf(error), "danger");
            return false;
        }
    }

    say(text, type) {
        this.notification.add(text, { type });
    }
}

registry.category("actions").add("psynamica_booking.hours", HoursAction);
