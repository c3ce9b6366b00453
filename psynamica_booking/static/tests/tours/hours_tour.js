/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { registry } from "@web/core/registry";

const DAY = (day) => `.o_booking_day[data-day="${day}"]`;
const BLOCK = (day, number) => `${DAY(day)} .o_booking_block:nth-of-type(${number + 1})`;

/** Type a time into a field as a person at the keyboard leaves it. */
function type(trigger, value) {
    return {
        content: `${value} into ${trigger}`,
        trigger,
        run({ anchor }) {
            anchor.focus();
            anchor.value = value;
            anchor.dispatchEvent(new Event("input", { bubbles: true }));
            anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

registry.category("web_tour.tours").add("psynamica_hours", {
    steps: () => [
        type(`${BLOCK(0, 1)} input:first-of-type`, "08:00"),
        type(`${BLOCK(0, 1)} input:last-of-type`, "07:00"),
        {
            content: "What is wrong is said where it is",
            trigger: `${DAY(0)} [role='alert']`,
        },
        type(`${BLOCK(0, 1)} input:last-of-type`, "12:00"),
        {
            content: "It is right again",
            trigger: `${DAY(0)}:not(:has([role='alert']))`,
        },
        { trigger: `${DAY(0)} .o_booking_add`, run: "click" },
        {
            content: "The keyboard is in the hours that were added",
            trigger: `${BLOCK(0, 2)} input:first-of-type:focus`,
        },
        type(`${BLOCK(0, 2)} input:first-of-type`, "14:00"),
        type(`${BLOCK(0, 2)} input:last-of-type`, "18:00"),
        { trigger: `${BLOCK(0, 2)} select`, run: "select in_person" },
        { trigger: `${DAY(0)} .o_booking_copy`, run: "click" },
        {
            content: "Friday is as Monday",
            trigger: `${BLOCK(4, 2)} input:first-of-type:value("14:00")`,
        },
        { trigger: `${DAY(5)} .o_booking_add`, run: "click" },
        { trigger: `${DAY(5)} .o_booking_remove`, run: "click" },
        {
            content: "The keyboard is where one goes on",
            trigger: `${DAY(5)} .o_booking_add:focus`,
        },
        { trigger: ".o_booking_save .btn-primary:enabled", run: "click" },
        { trigger: ".o_notification:contains('Hours saved')" },
        { trigger: ".o_booking_save .btn-primary:disabled" },
    ],
});

const NEXT = "section[data-week]:nth-of-type(2)";

registry.category("web_tour.tours").add("psynamica_hours_turns", {
    steps: () => [
        { trigger: "#booking_hours_turns", run: "select two" },
        {
            content: "Next week is as this one at first",
            trigger: `${NEXT} ${DAY(4)} .o_booking_remove`,
        },
        { trigger: `${NEXT} ${DAY(0)} .o_booking_remove`, run: "click" },
        { trigger: `${NEXT} ${DAY(0)}:not(:has(.o_booking_block))` },
        {
            content: "This week is as it was",
            trigger: `section[data-week]:nth-of-type(1) ${DAY(0)} .o_booking_block`,
        },
        { trigger: ".o_booking_save .btn-primary:enabled", run: "click" },
        { trigger: ".o_notification:contains('Hours saved')" },
    ],
});

const OFF = "[data-name='time_off']";
const EXTRA = "[data-name='openings']";

registry.category("web_tour.tours").add("psynamica_hours_days", {
    steps: () => [
        { trigger: `${OFF} .o_booking_new_day`, run: "click" },
        { trigger: `${OFF} button[type='submit']:disabled` },
        type(`${OFF} #booking_time_off_first`, "2035-05-07"),
        type(`${OFF} #booking_time_off_last`, "2035-05-11"),
        type(`${OFF} #booking_time_off_name`, "Conference"),
        { trigger: `${OFF} button[type='submit']:enabled`, run: "click" },
        { trigger: `${OFF} li:contains('Conference')` },
        { trigger: `${EXTRA} .o_booking_new_day`, run: "click" },
        type(`${EXTRA} #booking_openings_first`, "2035-05-12"),
        type(`${EXTRA} #booking_openings_begin`, "10:00"),
        type(`${EXTRA} #booking_openings_end`, "12:30"),
        { trigger: `${EXTRA} button[type='submit']:enabled`, run: "click" },
        { trigger: `${EXTRA} li button`, run: "click" },
        {
            content: "What was added is taken back with one press",
            trigger: `${EXTRA}:not(:has(li))`,
        },
        {
            content: "The holidays of the practice are shown, not to be changed",
            trigger: "[data-name='holidays']:not(:has(button))",
        },
    ],
});
