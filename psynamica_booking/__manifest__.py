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
        "security/booking_link_security.xml",
        "data/ir_cron_data.xml",
        "data/mail_template_data.xml",
        "data/mail_template_zoom_data.xml",
        "views/booking_new_views.xml",
        "views/booking_views.xml",
        "views/booking_menus.xml",
        "data/book_mail_data.xml",
        "views/book_templates.xml",
        "views/service_views.xml",
        "views/res_config_settings_views.xml",
        "views/session_templates.xml",
        "views/portal_templates.xml",
        "views/booking_link_views.xml",
    ],
    "demo": ["demo/psynamica_booking_demo.xml"],
    "assets": {
        "web.assets_backend": [
            "psynamica_booking/static/src/slots/*",
            "psynamica_booking/static/src/booking/*",
        ],
        "web.assets_tests": ["psynamica_booking/static/tests/tours/*.js"],
    },
    "application": True,
}
