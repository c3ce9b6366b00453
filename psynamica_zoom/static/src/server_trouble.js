/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";

/** Whether `error` says that the server refused or could not be reached. */
export function isServerTrouble(error) {
    return error instanceof RPCError || error instanceof ConnectionLostError;
}

/** What to tell the user about `error`: the server's own sentence when it has one. */
export function sentenceOf(error) {
    const isForPeople = error.exceptionName?.startsWith("odoo.exceptions.");
    return (
        (isForPeople && error.data?.message) ||
        _t("The server could not be reached. Nothing has been changed.")
    );
}
