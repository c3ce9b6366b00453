/**
 * Copyright 2026 Psynamica
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
 */
import { serializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { calendarView } from "@web/views/calendar/calendar_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

/** Lists of bookings offer “New booking” in place of a bare new record. */
function withNewBooking(Controller) {
    return class extends Controller {
        setup() {
            super.setup();
            this.bookingOrm = useService("orm");
            this.bookingAction = useService("action");
        }

        async newBooking(start = false) {
            const action = await this.bookingOrm.call(
                "psynamica.booking",
                "action_new",
                [start]
            );
            // No onClose that loads this list anew: what it asks is never answered once
            // the booking's page has taken its place, and the dialog waited for that.
            await this.bookingAction.doAction(action);
        }
    };
}

registry.category("views").add("booking_list", {
    ...listView,
    Controller: withNewBooking(listView.Controller),
    buttonTemplate: "psynamica_booking.NewBookingButton",
});
registry.category("views").add("booking_kanban", {
    ...kanbanView,
    Controller: withNewBooking(kanbanView.Controller),
    buttonTemplate: "psynamica_booking.NewBookingButton",
});

/** Bookings are made by their own form: nobody may create the bare record. */
class BookingCalendarModel extends calendarView.Model {
    get canCreate() {
        return true;
    }
}

/** A free place of the calendar that is pressed is the time of a new booking. */
class BookingCalendarController extends withNewBooking(calendarView.Controller) {
    createRecord({ start, isAllDay }) {
        return this.newBooking(isAllDay ? false : serializeDateTime(start));
    }
}

registry.category("views").add("booking_calendar", {
    ...calendarView,
    Controller: BookingCalendarController,
    Model: BookingCalendarModel,
    buttonTemplate: "psynamica_booking.NewBookingButton",
});
