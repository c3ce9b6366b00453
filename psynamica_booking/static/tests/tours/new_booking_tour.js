/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { serializeDateTime } from "@web/core/l10n/dates";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("psynamica_new_booking", {
    steps: () => [
        {
            trigger: ".o_booking_new_button",
            run: "click",
        },
        {
            content: "Name a client who is new",
            trigger: ".modal [name='partner_id'] input",
            run: "edit Viola Client",
        },
        {
            trigger: ".ui-autocomplete .o_m2o_dropdown_option_create a",
            run: "click",
        },
        {
            content: "The client is there, and so is the place for an address",
            trigger: ".modal [name='email'] input",
        },
        {
            content: "Today may be over: go to the next free day when it is offered",
            trigger: ".modal .o_booking_slots label, .modal .o_booking_slots .btn-link",
            run: "click",
        },
        {
            content: "Choose a time",
            trigger: ".modal .o_booking_slots label",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_create']",
            run: "click",
        },
        {
            content: "The session's page says what becomes of the room",
            trigger: ".o_form_view .o_psynamica_state",
        },
        {
            content: "It can be joined",
            trigger: ".o_form_view a.o_psynamica_join",
        },
        {
            content: "and the client's link is there to be copied",
            trigger: ".o_form_view [name='client_link']",
        },
    ],
});

const { DateTime } = luxon;

/** Somebody else books the time that is chosen on the screen. */
async function takeChosenTime() {
    const chosen = document.querySelector(".modal .o_booking_slots input:checked");
    const start = DateTime.fromMillis(Number(chosen.id.replace("slot_", "")));
    const call = (method, args) =>
        rpc(`/web/dataset/call_kw/psynamica.booking.new/${method}`, {
            model: "psynamica.booking.new",
            method,
            args,
            kwargs: {},
        });
    const [partnerId] = await rpc("/web/dataset/call_kw/res.partner/create", {
        model: "res.partner",
        method: "create",
        args: [[{ name: "Faster Client" }]],
        kwargs: {},
    });
    const ids = await call("create", [
        [{ partner_id: partnerId, start: serializeDateTime(start) }],
    ]);
    document.body.dataset.taken = chosen.id;
    await call("action_create", [ids]);
}

registry.category("web_tour.tours").add("psynamica_taken_time", {
    steps: () => [
        {
            trigger: ".o_booking_new_button",
            run: "click",
        },
        {
            trigger: ".modal [name='partner_id'] input",
            run: "edit Slower Client",
        },
        {
            trigger: ".ui-autocomplete .o_m2o_dropdown_option_create a",
            run: "click",
        },
        {
            trigger: ".modal [name='email'] input",
        },
        {
            trigger: ".modal .o_booking_slots label, .modal .o_booking_slots .btn-link",
            run: "click",
        },
        {
            trigger: ".modal .o_booking_slots label",
            run: "click",
        },
        {
            trigger: ".modal .o_booking_slots input:checked",
            run: takeChosenTime,
        },
        {
            trigger: ".modal button[name='action_create']",
            run: "click",
        },
        {
            content: "The words name other times",
            trigger: ".o_dialog:contains('The nearest free times') .btn-primary:contains('Close')",
            run: "click",
        },
        {
            content: "Nothing is chosen, and the time is gone",
            trigger: ".modal .o_booking_slots:not(:has(input:checked)) label",
            run() {
                const taken = document.body.dataset.taken;
                if (document.getElementById(taken)) {
                    throw new Error("The time that was taken is offered still.");
                }
            },
        },
        {
            trigger: ".modal .o_booking_slots label",
            run: "click",
        },
        {
            trigger: ".modal .o_booking_slots input:checked",
        },
        {
            trigger: ".modal button[name='action_create']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_psynamica_state",
        },
    ],
});
