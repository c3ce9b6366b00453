# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Zoom for Calendar: job queue",
    "summary": "Tells Zoom about sessions by jobs, on as many hosts as there are",
    "version": "19.0.1.0.0",
    "category": "Productivity/Calendar",
    "author": "Psynamica",
    "license": "LGPL-3",
    "depends": ["psynamica_zoom", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
