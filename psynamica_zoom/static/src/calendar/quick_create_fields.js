/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { QUICK_CREATE_CALENDAR_EVENT_FIELDS } from "@calendar/views/calendar_form/calendar_quick_create";

// "More options" carries only what is named here over to the full form.
Object.assign(QUICK_CREATE_CALENDAR_EVENT_FIELDS, {
    video_choice: { type: "selection" },
    video_custom_url: { type: "char" },
});
