# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_book_form,
    test_book_pages,
    test_book_times,
    test_booking_access,
    test_booking_audit,
    test_booking_erase,
    test_booking_life,
    test_booking_messages,
    test_booking_retention,
    test_hours,
    test_new_booking,
    test_same_person,
    test_series,
    test_services,
    test_session_changes,
    test_session_link,
    test_session_pages,
    test_session_portal,
    test_stale_pages,
    test_substitute,
)
