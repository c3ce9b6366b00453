/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { onMounted, onWillDestroy, useEnv } from "@odoo/owl";

/**
 * Call `callback` with the payload of every bus message of `type` while the
 * component is on the screen.
 *
 * What is said while the component still loads waits until it is mounted: its own
 * question to the server may have been answered just before the change.
 *
 * Without a bus (a page or a test that has none) nothing happens: live updates are
 * a comfort, no part of the screen may depend on them.
 */
export function useBusMessage(type, callback) {
    const bus = useEnv().services.bus_service;
    if (!bus) {
        return;
    }
    let waiting = [];
    // The bus keeps one wrapper a function: two components must not share one.
    const listener = (payload) => (waiting ? waiting.push(payload) : callback(payload));
    bus.subscribe(type, listener);
    onMounted(() => {
        const early = waiting;
        waiting = null;
        early.forEach((payload) => callback(payload));
    });
    onWillDestroy(() => bus.unsubscribe(type, listener));
}
