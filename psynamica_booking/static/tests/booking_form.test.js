/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { waitForChannels } from "@bus/../tests/bus_test_helpers";
import { mailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { waitFor } from "@odoo/hoot-dom";
import {
    MockServer,
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const CHANNEL = "psynamica_test";
const EVENT_ID = 7;

class Booking extends models.Model {
    _name = "psynamica.booking";

    note = fields.Char();
    state = fields.Char();
    room_event_id = fields.Integer();
    video_state = fields.Char();
    video_state_text = fields.Char();

    _records = [
        {
            id: 1,
            note: "",
            state: "requested",
            room_event_id: EVENT_ID,
            video_state: "creating",
            video_state_text: "Creating…",
        },
    ];
}

defineModels({ ...mailModels, Booking });

/** The server changes the booking and says so on the bus. */
async function tell() {
    const { env } = MockServer;
    env["psynamica.booking"].write([1], {
        state: "confirmed",
        video_state: "ready",
        video_state_text: "Ready.",
    });
    getService("bus_service").addChannel(CHANNEL);
    await waitForChannels([CHANNEL]);
    env["bus.bus"]._sendone(CHANNEL, "psynamica_zoom/session", { event_id: EVENT_ID });
}

beforeEach(async () => {
    await mountView({
        type: "form",
        resModel: "psynamica.booking",
        resId: 1,
        arch: /* xml */ `
            <form js_class="booking_form">
                <field name="note"/>
                <field name="state"/>
                <field name="room_event_id" invisible="1"/>
                <field name="video_state" widget="booking_room"/>
            </form>`,
    });
});

test("the page of a booking follows what becomes of the room", async () => {
    await tell();
    await waitFor(".o_psynamica_state[data-state=ready]");
    expect(".o_psynamica_state").toHaveText("Ready.");
    expect("[name=state] input").toHaveValue("confirmed");
});

test("so it does while somebody types, and keeps what is typed", async () => {
    await contains("[name=note] input").edit("Bring the form", { confirm: false });
    await tell();
    await waitFor(".o_psynamica_state[data-state=ready]");
    expect("[name=note] input").toHaveValue("Bring the form");
    expect("[name=state] input").toHaveValue("requested");
});
