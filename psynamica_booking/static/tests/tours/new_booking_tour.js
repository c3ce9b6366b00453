/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
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
