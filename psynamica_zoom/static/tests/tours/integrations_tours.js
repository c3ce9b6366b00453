/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

tours.add("psynamica_choose_defaults", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Integrations from the apps",
            trigger: ".o_app[data-menu-xmlid='psynamica_zoom.menu_integrations_root']",
            run: "click",
        },
        {
            content: "Whoever wanted nothing yet is told that nothing changed",
            trigger: "body:not(:has(.o_psynamica_default)) [name='not_in_use']",
        },
        {
            content: "A link that is not secure",
            trigger: "#psynamica_custom_link",
            run: "edit http://meet.example/anna",
        },
        {
            content: "Try to save it",
            trigger: "[data-provider='custom'] button[name='save_link']",
            run: "click",
        },
        {
            content: "It is refused in words",
            trigger: "[data-provider='custom'] [name='link_trouble']",
        },
        {
            content: "A secure one",
            trigger: "#psynamica_custom_link",
            run: "edit https://meet.example/anna",
        },
        {
            content: "Save it",
            trigger: "[data-provider='custom'] button[name='save_link']",
            run: "click",
        },
        {
            content: "It is stored",
            trigger: "[data-provider='custom'] [name='link_saved']",
        },
        {
            content: "Use it for new sessions",
            trigger: "[data-provider='custom'] button[name='make_default']",
            run: "click",
        },
        {
            content: "It is the default now",
            trigger: "[data-provider='custom'] .o_psynamica_default",
        },
        {
            content: "Every event gets a room",
            trigger: "#psynamica_rule_always",
            run: "click",
        },
        {
            content: "That is stored as well",
            trigger: "[name='defaults_saved']",
        },
    ],
});

tours.add("psynamica_disconnect", {
    url: "/odoo/integrations",
    steps: () => [
        {
            content: "The card shows which account is connected",
            trigger: "[data-provider='zoom'] dd:contains('anna@zoom.example')",
        },
        {
            content: "Ask to disconnect",
            trigger: "[data-provider='zoom'] button[name='disconnect']",
            run: "click",
        },
        {
            content: "Change one's mind",
            trigger: ".modal-footer button:contains('Keep it connected')",
            run: "click",
        },
        {
            content: "Nothing happened",
            trigger: "body:not(:has(.modal)) [data-provider='zoom'] .text-bg-success",
        },
        {
            content: "Ask again",
            trigger: "[data-provider='zoom'] button[name='disconnect']",
            run: "click",
        },
        {
            content: "Disconnect",
            trigger: ".modal-footer button[name='confirm_disconnect']",
            run: "click",
        },
        {
            content: "The card offers to connect",
            trigger: "[data-provider='zoom'] form button[name='connect']",
        },
        {
            content: "Sessions take place in the built-in room",
            trigger: "[data-provider='builtin'] .o_psynamica_default",
        },
    ],
});

tours.add("psynamica_ask_an_administrator", {
    url: "/odoo/integrations",
    steps: () => [
        {
            content: "Who can help is named",
            trigger: "[data-provider='zoom'] [name='whom_to_ask']:contains('Ada Admin')",
        },
    ],
});
