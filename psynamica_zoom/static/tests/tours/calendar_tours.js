/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("psynamica_quick_session", {
    url: "/odoo/calendar",
    steps: () => [
        {
            content: "Show one day, so that the slot is there on every screen",
            trigger: ".scale_button_selection",
            run: "click",
        },
        {
            trigger: ".o_scale_button_day",
            run: "click",
        },
        {
            trigger: ".fc-timeGridDay-view",
        },
        {
            content: "Go to tomorrow: a past session gets no room",
            trigger: ".o_calendar_button_next",
            run: "click",
        },
        {
            trigger: ".fc-timeGridDay-view .fc-timegrid-col.fc-day-future",
        },
        {
            content: "Click on a free slot",
            trigger: ".fc-timegrid-slot-lane[data-time='15:00:00']",
            run: "click",
        },
        {
            trigger: ".modal [name='name'] input",
            run: "edit Session by quick create",
        },
        {
            content: "Choose where it takes place",
            trigger: ".modal [name='video_choice'] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains('Built-in')",
            run: "click",
        },
        {
            content: "The dialog says what will happen",
            trigger: ".modal [name='video_session']:contains('built-in video room')",
        },
        {
            content: "Go on in the full form",
            trigger: ".modal-footer button:contains('More Options')",
            run: "click",
        },
        {
            content: "The choice came along",
            trigger: "[name='video_session_plan']:contains('built-in video room')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The session says where it takes place",
            trigger: ".o_psynamica_state[data-state='builtin']",
        },
        {
            content: "It has our link, and core offers no other room",
            trigger:
                "[name='videocall_location'] :contains('/video/join/'):not(:has(*)), " +
                "[name='videocall_location'] input",
        },
        {
            content: "It can be joined",
            trigger: "a.o_psynamica_join[href^='/video/host/'][target='_blank']",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Open the popover",
            trigger: ".o_event:contains('Session by quick create')",
            run: "click",
        },
        {
            content: "It shows the state",
            trigger: ".o_cw_popover .o_psynamica_state[data-state='builtin']",
        },
        {
            content: "and offers to join",
            trigger: ".o_cw_popover a.o_psynamica_join",
        },
        {
            content: "and lets the room be given up",
            trigger: ".o_cw_popover select.o_psynamica_choice",
            run: "select none",
        },
        {
            trigger: ".o_cw_popover .o_psynamica_summary:not(:has(.o_psynamica_state))",
        },
        {
            content: "and taken again",
            trigger: ".o_cw_popover select.o_psynamica_choice",
            run: "select builtin",
        },
        {
            trigger: ".o_cw_popover .o_psynamica_state[data-state='builtin']",
        },
    ],
});

tours.add("psynamica_try_again", {
    steps: () => [
        {
            content: "What went wrong is said in words",
            trigger: ".o_psynamica_state[data-state='failed']:contains('Zoom refused')",
        },
        {
            trigger: "button[name='action_zoom_retry']",
            run: "click",
        },
        {
            content: "It is being made",
            trigger: ".o_psynamica_state[data-state='creating']",
        },
        {
            content: "There is nothing to try again meanwhile",
            trigger: ".o_form_view:not(:has(button[name='action_zoom_retry']))",
        },
    ],
});

tours.add("psynamica_new_room", {
    steps: () => [
        {
            trigger: ".o_psynamica_state[data-state='ready']",
        },
        {
            content: "The meeting's number can be read and copied",
            trigger: "[name='zoom_meeting_number']:contains('812 3456 7890') button",
        },
        {
            trigger: "button[name='action_zoom_new_room']",
            run: "click",
        },
        {
            content: "It asks first and says what happens",
            trigger: ".modal:contains('the present one is deleted at Zoom')",
        },
        {
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Another one is being made",
            trigger: ".o_psynamica_state[data-state='creating']",
        },
    ],
});

tours.add("psynamica_untouched_calendar", {
    url: "/odoo/calendar/new",
    steps: () => [
        {
            content: "Core's own link row is there",
            trigger: "button[name='set_discuss_videocall_location']",
        },
        {
            content: "and nothing of ours",
            trigger: ".o_form_view:not(:has([name='video_choice']))",
        },
        {
            trigger: "button[name='set_discuss_videocall_location']",
            run: "click",
        },
        {
            content: "Core's link works as ever",
            trigger: "button[name='clear_videocall_location']",
        },
        {
            trigger: "[name='name'] input, [name='name'] textarea",
            run: "edit An event like before",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_view:has([name='name']) .o_form_saved",
        },
        {
            content: "Saving changes nothing of it",
            trigger: "button[name='clear_videocall_location']",
        },
    ],
});
