# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Bookings with Zoom",
    "summary": "Services, bookings and a public scheduling link for a practice",
    "version": "19.0.1.0.0",
    "category": "Services/Appointment",
    "author": "Psynamica",
    "license": "LGPL-3",
    "depends": ["psynamica_zoom", "portal", "resource"],
    "data": [
        "security/psynamica_booking_groups.xml",
        "security/ir.model.access.csv",
        "security/psynamica_booking_security.xml",
        "data/ir_cron_data.xml",
    ],
    "application": True,
}
