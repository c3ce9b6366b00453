/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame, press, queryAllTexts, queryOne, waitFor } from "@odoo/hoot-dom";
import { Deferred } from "@odoo/hoot-mock";
import {
    MockServer,
    contains,
    getService,
    makeServerError,
    mockService,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { router } from "@web/core/browser/router";

import { isSecureLink } from "@psynamica_zoom/integrations/custom_link_card";

describe.current.tags("desktop");
defineMailModels();

const ZOOM = "[data-provider='zoom']";
const BUILTIN = "[data-provider='builtin']";
const CUSTOM = "[data-provider='custom']";
const CHANNEL = "psynamica_test";

/** What the server answers, with `zoom` and `rest` as the differences that matter. */
function integrations(zoom = {}, rest = {}) {
    return {
        connect_url: "/psynamica_zoom/connect",
        guide_url: "/zoom/guide",
        is_admin: false,
        admins: ["Ada Admin"],
        default_provider: "auto",
        effective_provider: "builtin",
        rule: "others",
        custom_link: "",
        ...rest,
        zoom: {
            state: "connect",
            reason: "",
            trouble: "",
            guide_anchor: "",
            email: "",
            plan: "",
            since: "",
            missing_features: [],
            upcoming: 0,
            remaining: 0,
            ...zoom,
        },
    };
}

const CONNECTED = {
    state: "connected",
    email: "anna@example.com",
    plan: "Licensed",
    since: "2026-11-02 09:00:00",
    upcoming: 3,
};

async function mountScreen() {
    await mountWebClient();
    await getService("action").doAction({
        name: "Integrations",
        tag: "psynamica_zoom.integrations",
        type: "ir.actions.client",
    });
}

/** Open the screen; `answer` holds what the server says and may be changed later. */
async function openScreen(data) {
    const answer = { data };
    onRpc("res.users", "video_integrations", () => answer.data);
    await mountScreen();
    await animationFrame();
    return answer;
}

beforeEach(() => {
    patchWithCleanup(odoo, { csrf_token: "token of this page" });
});

describe("what needs attention", () => {
    test("is counted for administrators, one click away", async () => {
        await openScreen(integrations({}, { is_admin: true, attention: 3 }));
        patchWithCleanup(getService("action"), {
            doAction: (action) => expect.step(action),
        });
        expect("[name=attention] span").toHaveText(
            "Sessions, connections or messages of Zoom that need attention: 3"
        );
        await contains("[name=attention] button").click();
        expect.verifySteps(["psynamica_zoom.action_zoom_attention"]);
    });

    test("is not mentioned when there is nothing", async () => {
        await openScreen(integrations({}, { is_admin: true, attention: 0 }));
        expect("[name=attention]").toHaveCount(0);
    });
});

describe("the Zoom card", () => {
    test("sends an administrator to the settings while Zoom is not set up", async () => {
        await openScreen(integrations({ state: "unconfigured" }, { is_admin: true }));
        patchWithCleanup(getService("action"), {
            doAction: ({ res_model, context }) =>
                expect.step(`${res_model} of ${context.module}`),
        });
        expect(`${ZOOM} form`).toHaveCount(0);
        await contains(`${ZOOM} button[name=settings]`).click();
        expect.verifySteps(["res.config.settings of psynamica_zoom"]);
    });

    test("names whom to ask while Zoom is not set up", async () => {
        await openScreen(integrations({ state: "unconfigured" }));
        expect(`${ZOOM} button[name=settings]`).toHaveCount(0);
        expect(`${ZOOM} [name=whom_to_ask]`).toHaveText(
            "Zoom is not set up here yet. Please ask Ada Admin."
        );
    });

    test("knows what to say when there is nobody to name", async () => {
        await openScreen(integrations({ state: "unconfigured" }, { admins: [] }));
        expect(`${ZOOM} [name=whom_to_ask]`).toHaveText(
            "Zoom is not set up here yet. Please ask your administrator."
        );
    });

    test("connects by posting the form with the page's token", async () => {
        await openScreen(integrations());
        const form = queryOne(`${ZOOM} form`);
        expect(form.method).toBe("post");
        expect(form).toHaveAttribute("action", "/psynamica_zoom/connect");
        expect(new FormData(form).get("csrf_token")).toBe("token of this page");
        expect(`${ZOOM} button[name=connect]`).toHaveText("Connect");
        expect(`${ZOOM} .o_psynamica_badge`).toHaveCount(0);
        expect(`${ZOOM} button[name=make_default]`).toHaveCount(0);
    });

    test("shows account, plan and date of a connection", async () => {
        await openScreen(integrations(CONNECTED, { effective_provider: "zoom" }));
        expect(`${ZOOM} .o_psynamica_badge`).toHaveText("Connected");
        expect(`${ZOOM} .o_psynamica_default`).toHaveCount(1);
        expect(queryAllTexts(`${ZOOM} dd`)).toEqual([
            "anna@example.com",
            "Licensed",
            "November 2, 2026",
        ]);
        expect(`${ZOOM} [name=missing_features]`).toHaveCount(0);
        expect(`${ZOOM} [name=trouble]`).toHaveCount(0);
    });

    test("says that Zoom is left alone just now", async () => {
        const trouble = "Zoom does not work at the moment.";
        await openScreen(integrations({ ...CONNECTED, trouble }));
        expect(`${ZOOM} [name=trouble]`).toHaveText(trouble);
    });

    test("leaves out what Zoom did not tell and says what is missing", async () => {
        const missing_features = ["The account and plan cannot be shown."];
        await openScreen(
            integrations({ ...CONNECTED, email: "", plan: "", missing_features })
        );
        expect(queryAllTexts(`${ZOOM} dd`)).toEqual(["November 2, 2026"]);
        expect(queryAllTexts(`${ZOOM} [name=missing_features] li`)).toEqual(
            missing_features
        );
    });

    test("says why to reconnect and links to that part of the guide", async () => {
        await openScreen(
            integrations({
                ...CONNECTED,
                state: "reconnect",
                reason: "Zoom no longer accepts our key.",
                guide_anchor: "#troubleshooting",
            })
        );
        expect(`${ZOOM} [name=reconnect_reason]`).toHaveText(/no longer accepts our key/);
        expect(`${ZOOM} button[name=connect]`).toHaveText("Reconnect");
        expect(`${ZOOM} button[name=disconnect]`).toHaveCount(1);
        expect(`${ZOOM} a[name=guide]`).toHaveAttribute(
            "href",
            "/zoom/guide#troubleshooting"
        );
    });
});

describe("disconnecting", () => {
    function onDisconnect(answer) {
        onRpc("res.users", "zoom_disconnect", ({ args }) => {
            expect.step(args);
            return answer();
        });
    }

    test("keeps the meetings at Zoom unless asked otherwise", async () => {
        onDisconnect(() => integrations());
        await openScreen(integrations(CONNECTED));
        await contains(`${ZOOM} button[name=disconnect]`).click();
        expect(".modal .form-check-label").toHaveText(/\(3\)$/);
        await contains(".modal button[name=confirm_disconnect]").click();
        expect.verifySteps([[false]]);
        expect(".modal").toHaveCount(0);
        expect(`${ZOOM} button[name=connect]`).toHaveText("Connect");
    });

    test("deletes the meetings first when asked to", async () => {
        onDisconnect(() => integrations({ state: "disconnecting", remaining: 3 }));
        await openScreen(integrations(CONNECTED));
        await contains(`${ZOOM} button[name=disconnect]`).click();
        await contains(".modal .form-check-input").click();
        await contains(".modal button[name=confirm_disconnect]").click();
        expect.verifySteps([[true]]);
        expect(`${ZOOM} [name=remaining]`).toHaveText("3");
    });

    test("offers no deletion where there is nothing to delete", async () => {
        await openScreen(integrations({ ...CONNECTED, upcoming: 0 }));
        await contains(`${ZOOM} button[name=disconnect]`).click();
        expect(".modal .form-check-input").toHaveCount(0);
    });

    test("does nothing when the question is dismissed by keyboard", async () => {
        onDisconnect(() => integrations());
        await openScreen(integrations(CONNECTED));
        await contains(`${ZOOM} button[name=disconnect]`).click();
        await press("Escape");
        await animationFrame();
        expect(".modal").toHaveCount(0);
        expect.verifySteps([]);
        expect(`${ZOOM} .o_psynamica_badge`).toHaveText("Connected");
    });

    test("stays open and says why when it did not work", async () => {
        onDisconnect(() => {
            throw makeServerError({
                type: "UserError",
                message: "Somebody else is changing this connection.",
            });
        });
        await openScreen(integrations(CONNECTED));
        await contains(`${ZOOM} button[name=disconnect]`).click();
        await contains(".modal button[name=confirm_disconnect]").click();
        expect.verifySteps([[false]]);
        expect(".modal [role=alert]").toHaveText(
            "Somebody else is changing this connection."
        );
        expect(".modal button[name=confirm_disconnect]").toHaveText("Try again");
        expect(".modal button[name=confirm_disconnect]").toBeEnabled();
    });

    test("shows its progress when the bus reports it", async () => {
        const answer = await openScreen(
            integrations({ state: "disconnecting", remaining: 2 })
        );
        getService("bus_service").addChannel(CHANNEL);
        await waitForChannels([CHANNEL]);
        answer.data = integrations({ state: "disconnecting", remaining: 1 });
        MockServer.env["bus.bus"]._sendone(CHANNEL, "psynamica_zoom/connection", {});
        await waitFor(`${ZOOM} [name=remaining]:contains(1)`);
        expect(`${ZOOM} [name=remaining]`).toHaveText("1");
    });

    test("can be finished at once", async () => {
        onRpc("res.users", "zoom_disconnect_now", () => integrations());
        await openScreen(integrations({ state: "disconnecting", remaining: 2 }));
        await contains(`${ZOOM} button[name=disconnect_now]`).click();
        expect(`${ZOOM} button[name=connect]`).toHaveCount(1);
    });
});

describe("the defaults", () => {
    test("are stored at once", async () => {
        onRpc("res.users", "video_save_defaults", ({ args: [values] }) => {
            expect.step(values);
            return integrations({}, { rule: values.rule });
        });
        await openScreen(integrations());
        expect("#psynamica_rule_others").toBeChecked();
        await contains("#psynamica_rule_never").click();
        expect.verifySteps([{ rule: "never" }]);
        expect("#psynamica_rule_never").toBeChecked();
        expect("[name=defaults_saved]").toHaveCount(1);
    });

    test("go back to what is stored when that fails", async () => {
        onRpc("res.users", "video_save_defaults", () => {
            throw makeServerError({ type: "UserError", message: "Not today." });
        });
        await openScreen(integrations());
        await contains("#psynamica_rule_never").click();
        expect("[name=defaults_trouble]").toHaveText("Not today.");
        expect("#psynamica_rule_others").toBeChecked();
        expect("#psynamica_rule_never").not.toBeChecked();
    });

    test("offer nothing that could not work", async () => {
        await openScreen(integrations());
        expect("#psynamica_provider_zoom").not.toBeEnabled();
        expect("#psynamica_provider_custom").not.toBeEnabled();
        expect("#psynamica_provider_builtin").toBeEnabled();
        expect(`${CUSTOM} button[name=make_default]`).toHaveCount(0);
    });

    test("say that nothing changes before somebody wants a room", async () => {
        const answer = await openScreen(integrations({}, { effective_provider: "none" }));
        expect("[name=not_in_use]").toHaveCount(1);
        expect(".o_psynamica_default").toHaveCount(0);
        answer.data = integrations(CONNECTED, { effective_provider: "zoom" });
        getService("bus_service").addChannel(CHANNEL);
        await waitForChannels([CHANNEL]);
        MockServer.env["bus.bus"]._sendone(CHANNEL, "psynamica_zoom/connection", {});
        await waitFor(`${ZOOM} .o_psynamica_default`);
        expect("[name=not_in_use]").toHaveCount(0);
    });

    test("say that Zoom is the choice but not connected", async () => {
        await openScreen(integrations({}, { default_provider: "zoom" }));
        expect("#psynamica_provider_zoom").toBeChecked();
        expect("[name=zoom_not_connected]").toHaveCount(1);
    });

    test("can be chosen on the card as well", async () => {
        onRpc("res.users", "video_save_defaults", ({ args: [values] }) => {
            expect.step(values);
            return integrations(CONNECTED, { effective_provider: "builtin" });
        });
        await openScreen(integrations(CONNECTED, { effective_provider: "zoom" }));
        await contains(`${BUILTIN} button[name=make_default]`).click();
        expect.verifySteps([{ provider: "builtin" }]);
        expect(`${BUILTIN} .o_psynamica_default`).toHaveCount(1);
        expect(`${ZOOM} .o_psynamica_default`).toHaveCount(0);
    });
});

describe("the custom link", () => {
    test("has to be a full https address", () => {
        expect(isSecureLink("https://meet.example/anna")).toBe(true);
        expect(isSecureLink("http://meet.example/anna")).toBe(false);
        expect(isSecureLink("javascript:alert(1)")).toBe(false);
        expect(isSecureLink("meet.example/anna")).toBe(false);
        expect(isSecureLink("https://")).toBe(false);
    });

    test("is refused here, in words, before the server is asked", async () => {
        onRpc("res.users", "video_save_defaults", () => expect.step("saved"));
        await openScreen(integrations());
        await contains("#psynamica_custom_link").edit("http://meet.example/anna", {
            confirm: false,
        });
        await contains(`${CUSTOM} button[name=save_link]`).click();
        expect("#psynamica_custom_link").toHaveAttribute("aria-invalid", "true");
        expect(`${CUSTOM} [name=link_trouble]`).toHaveText(/begins with https:\/\//);
        expect.verifySteps([]);
    });

    test("is stored with Enter, and can be the default then", async () => {
        onRpc("res.users", "video_save_defaults", ({ args: [values] }) => {
            expect.step(values);
            return integrations({}, { custom_link: values.custom_link });
        });
        await openScreen(integrations());
        await contains("#psynamica_custom_link").edit(" https://meet.example/anna ", {
            confirm: "Enter",
        });
        expect.verifySteps([{ custom_link: "https://meet.example/anna" }]);
        expect("#psynamica_custom_link").toHaveValue("https://meet.example/anna");
        expect(`${CUSTOM} [name=link_saved]`).toHaveCount(1);
        expect(`${CUSTOM} button[name=make_default]`).toHaveCount(1);
    });

    test("keeps what was typed when the server refuses it", async () => {
        onRpc("res.users", "video_save_defaults", () => {
            throw makeServerError({ type: "ValidationError", message: "Too long." });
        });
        await openScreen(integrations());
        await contains("#psynamica_custom_link").edit("https://meet.example/anna", {
            confirm: "Enter",
        });
        expect(`${CUSTOM} [name=link_trouble]`).toHaveText("Too long.");
        expect("#psynamica_custom_link").toHaveValue("https://meet.example/anna");
    });
});

describe("the screen", () => {
    test("waits visibly for the server", async () => {
        const gate = new Deferred();
        onRpc("res.users", "video_integrations", async () => {
            await gate;
            return integrations();
        });
        await mountScreen();
        expect("[role=status]").toHaveText(/Loading/);
        gate.resolve();
        await animationFrame();
        expect(".o_psynamica_card").toHaveCount(3);
        expect("[role=status]").toHaveCount(0);
    });

    test("can try again after a failure", async () => {
        let fails = true;
        onRpc("res.users", "video_integrations", () => {
            if (fails) {
                throw makeServerError({ message: "broken" });
            }
            return integrations();
        });
        await mountScreen();
        await animationFrame();
        expect("[name=load_failed]").toHaveCount(1);
        expect(".o_psynamica_card").toHaveCount(0);
        fails = false;
        await contains("[name=load_failed] button").click();
        expect("[name=load_failed]").toHaveCount(0);
        expect(".o_psynamica_card").toHaveCount(3);
    });

    test("greets once after a connection was made", async () => {
        patchWithCleanup(router, {
            get current() {
                return { zoom: "connected" };
            },
        });
        mockService("notification", {
            add: (text, { type }) => expect.step(`${type}: ${text}`),
        });
        await openScreen(integrations(CONNECTED));
        expect.verifySteps(["success: Your Zoom account is connected."]);
    });
});
