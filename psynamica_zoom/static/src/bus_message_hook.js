/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { onMounted, onWillUnmount, useEnv } from "@odoo/owl";

/**
 * Call `callback` with the payload of every bus message of `type` while the
 * component is on the screen.
 *
 * Without a bus (a page or a test that has none) nothing happens: live updates are
 * a comfort, no part of the screen may depend on them.
 */
export function useBusMessage(type, callback) {
    const bus = useEnv().services.bus_service;
    if (!bus) {
        return;
    }
    // The bus keeps one wrapper a function: two components must not share one.
    const listener = (payload) => callback(payload);
    onMounted(() => bus.subscribe(type, listener));
    onWillUnmount(() => bus.unsubscribe(type, listener));
}
