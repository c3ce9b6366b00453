# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    client_form,
    booking_add,
    booking_erase,
    booking_new,
    booking_new_series,
    booking_repeat,
    booking_same_person,
    booking_substitute,
    calendar_popover_delete_wizard,
)
