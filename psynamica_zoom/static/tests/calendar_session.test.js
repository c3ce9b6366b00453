/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { waitForChannels, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { defineCalendarModels } from "@calendar/../tests/calendar_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { animationFrame, waitFor } from "@odoo/hoot-dom";
import {
    MockServer,
    contains,
    getService,
    makeMockServer,
    makeServerError,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { QUICK_CREATE_CALENDAR_EVENT_FIELDS } from "@calendar/views/calendar_form/calendar_quick_create";
import { SessionSummary } from "@psynamica_zoom/calendar/session_summary";

describe.current.tags("desktop");
defineCalendarModels();

const CHANNEL = "psynamica_test";
const CREATING = { video_state: "creating", video_state_text: "Creating…" };
const READY = { video_state: "ready", video_state_text: "Ready." };

const FORM = /* xml */ `
    <form js_class="calendar_form">
        <field name="name"/>
        <field name="video_provider"/>
        <field name="video_state" widget="psynamica_video_state"/>
        <widget name="psynamica_join"/>
    </form>`;

let eventId;

beforeEach(async () => {
    onRpc("calendar.event", "get_discuss_videocall_location", () => "https://odoo.example");
    const { env } = await makeMockServer();
    eventId = env["calendar.event"].create({
        name: "Session",
        start: "2026-12-01 10:00:00",
        stop: "2026-12-01 11:00:00",
        video_provider: "zoom",
        video_offer: true,
        videocall_location: "https://odoo.example/video/join/abc",
        ...CREATING,
    });
});

/** The server changes the session and says so on the bus. */
async function tell(values, id = eventId) {
    const { env } = MockServer;
    env["calendar.event"].write([id], values);
    getService("bus_service").addChannel(CHANNEL);
    await waitForChannels([CHANNEL]);
    env["bus.bus"]._sendone(CHANNEL, "psynamica_zoom/session", { event_id: id });
}

/** The same, and every listener has been called. */
async function tellAndHear(values) {
    await tell(values);
    await waitNotifications(["psynamica_zoom/session"]);
}

function openForm() {
    return mountView({
        type: "form",
        resModel: "calendar.event",
        resId: eventId,
        arch: FORM,
    });
}

describe("the form", () => {
    test("shows the state in words and where to join", async () => {
        await openForm();
        expect(".o_psynamica_state").toHaveText("Creating…");
        expect(".o_psynamica_join").toHaveAttribute("href", `/video/host/${eventId}`);
        expect(".o_psynamica_join").toHaveAttribute("target", "_blank");
    });

    test("learns over the bus that the room is ready", async () => {
        await openForm();
        await tell(READY);
        await waitFor(".o_psynamica_state[data-state=ready]");
        expect(".o_psynamica_state").toHaveText("Ready.");
        expect(".o_form_button_save").not.toBeVisible();
    });

    test("learns what the bus says while it loads", async () => {
        onRpc("calendar.event", "web_read", async ({ parent }) => {
            const answer = await parent();
            await tellAndHear(READY);
            return answer;
        });
        await openForm();
        await waitFor(".o_psynamica_state[data-state=ready]");
    });

    test("keeps unsaved changes when the bus speaks", async () => {
        onRpc("calendar.event", "web_save", ({ args }) => expect.step(args[1]));
        await openForm();
        await contains("[name=name] input").edit("Session with A.", { confirm: "blur" });
        await tell({ ...READY, name: "Renamed by somebody else" });
        await waitFor(".o_psynamica_state[data-state=ready]");
        expect("[name=name] input").toHaveValue("Session with A.");
        await contains(".o_form_button_save").click();
        expect.verifySteps([{ name: "Session with A." }]);
    });

    test("ignores what the bus says about other events", async () => {
        const other = MockServer.env["calendar.event"].create({ name: "Another" });
        await openForm();
        onRpc("calendar.event", "read", () => expect.step("read"));
        await tell(READY, other);
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_psynamica_state").toHaveText("Creating…");
    });

    test("leaves the screen as it is when the server cannot answer", async () => {
        await openForm();
        onRpc("calendar.event", "read", () => {
            expect.step("read");
            throw makeServerError({ message: "broken" });
        });
        await tell(READY);
        await expect.waitForSteps(["read"]);
        await animationFrame();
        expect(".o_psynamica_state").toHaveText("Creating…");
        expect(".o_error_dialog").toHaveCount(0);
    });

    test("does not pass off an unsaved choice as what is", async () => {
        // As the server's onchange would: the provider follows the choice.
        onRpc("calendar.event", "onchange", () => ({
            value: { video_provider: "builtin" },
        }));
        await mountView({
            type: "form",
            resModel: "calendar.event",
            resId: eventId,
            arch: FORM.replace(
                `<field name="name"/>`,
                `<field name="name" on_change="1"/>`
            ),
        });
        await contains("[name=name] input").edit("Elsewhere");
        expect("[name=not_saved]").toHaveText("Your choice takes effect when you save.");
        expect(".o_psynamica_state").toHaveCount(0);
        expect(".o_psynamica_join").toHaveCount(0);
    });

    test("offers nothing to join once the session is over", async () => {
        MockServer.env["calendar.event"].write([eventId], {
            video_state: "over",
            video_state_text: "This session is over.",
        });
        await openForm();
        expect(".o_psynamica_state").toHaveText("This session is over.");
        expect(".o_psynamica_join").toHaveCount(0);
    });
});

describe("the popover", () => {
    test("shows state, Join and the link, and follows the bus", async () => {
        await mountWithCleanup(SessionSummary, { props: { eventId } });
        expect(".o_psynamica_state").toHaveText("Creating…");
        expect(".o_psynamica_join").toHaveAttribute("href", `/video/host/${eventId}`);
        expect(".o_clipboard_button").toHaveText("Copy link");
        await tell(READY);
        await waitFor(".o_psynamica_state[data-state=ready]");
        expect(".o_psynamica_state").toHaveText("Ready.");
    });

    test("learns what the bus says while it loads", async () => {
        let isFirst = true;
        onRpc("calendar.event", "read", async ({ parent }) => {
            const answer = await parent();
            if (isFirst) {
                isFirst = false;
                await tellAndHear(READY);
            }
            return answer;
        });
        await mountWithCleanup(SessionSummary, { props: { eventId } });
        await waitFor(".o_psynamica_state[data-state=ready]");
    });

    test("lets the session take place elsewhere", async () => {
        MockServer.env["calendar.event"].write([eventId], {
            video_choice: "auto",
            user_can_edit: true,
        });
        onRpc("calendar.event", "write", ({ args }) => expect.step(args[1].video_choice));
        await mountWithCleanup(SessionSummary, { props: { eventId } });
        expect(".o_psynamica_choice").toHaveValue("auto");
        expect(".o_psynamica_choice option[value=custom]").toHaveCount(0);
        await contains(".o_psynamica_choice").select("builtin");
        expect.verifySteps(["builtin"]);
    });

    test("warns of another session at the same time", async () => {
        await mountWithCleanup(SessionSummary, { props: { eventId } });
        expect("[name=video_overlap]").toHaveCount(0);
        await tell({ ...READY, video_overlap_text: "Another session then." });
        await waitFor("[name=video_overlap]");
        expect("[name=video_overlap]").toHaveText("Another session then.");
    });

    test("works without us when the session cannot be read", async () => {
        onRpc("calendar.event", "read", () => {
            throw makeServerError({ type: "AccessError", message: "no" });
        });
        await mountWithCleanup(SessionSummary, { props: { eventId } });
        expect(".o_psynamica_summary").toHaveCount(0);
    });
});

test("the choice goes along from quick create to the full form", () => {
    expect(QUICK_CREATE_CALENDAR_EVENT_FIELDS).toInclude("video_choice");
    expect(QUICK_CREATE_CALENDAR_EVENT_FIELDS).toInclude("video_custom_url");
});
