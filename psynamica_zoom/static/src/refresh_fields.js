/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { isServerTrouble } from "@psynamica_zoom/server_trouble";

/**
 * Show the present values of `names`, which the server alone decides, in an open form.
 *
 * Only these are replaced: a reload of the record would throw away what the user is
 * typing. The model's mutex lets a running save end first, so that news about a record
 * that was just made finds its id. On trouble the screen stays as it is.
 *
 * @param {Object} form a form's controller
 * @param {(record: Object) => boolean} isMeant whether the news is about this record
 * @param {string[]} names those that the form does not have are left out
 */
export async function refreshFields(form, isMeant, names) {
    await form.model.mutex.exec(async () => {
        const record = form.model.root;
        const shown = names.filter((name) => name in record.activeFields);
        if (!record.resId || !isMeant(record) || !shown.length) {
            return;
        }
        try {
            const [values] = await form.orm.silent.read(
                record.resModel,
                [record.resId],
                shown
            );
            if (values) {
                record._applyValues(values);
            }
        } catch (error) {
            if (!isServerTrouble(error)) {
                throw error;
            }
        }
    });
}
