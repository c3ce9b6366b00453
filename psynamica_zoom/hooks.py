# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What installing and uninstalling do besides loading data."""

from odoo.tools import SQL

from .models.calendar_event import JOIN_PATH
from .models.zoom_app import CALLBACK_PATH, WEBHOOK_PATH
from .without_database import come_again_at

# Stored and computed: without the column Odoo would compute it for every event there
# ever was, to find that none of them is ours.
_COLUMNS = {"video_provider": "varchar", "video_choice": "varchar"}


def post_load():
    """Have Zoom and clients come again while the database does not answer."""
    come_again_at(WEBHOOK_PATH, CALLBACK_PATH, JOIN_PATH)


def pre_init_hook(env):
    """Leave all events of before as they are."""
    for name, kind in _COLUMNS.items():
        env.cr.execute(
            SQL(
                "ALTER TABLE calendar_event ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(name),
                SQL(kind),
            )
        )


def post_init_hook(env):
    """Mark events that have a link already: it is theirs to keep."""
    env.cr.execute(
        """
        UPDATE calendar_event
           SET video_choice = CASE WHEN videocall_location IS NULL
                                   THEN 'auto' ELSE 'none' END
         WHERE video_choice IS NULL
        """
    )


def uninstall_hook(env):
    """Take our links out of events: nothing will answer them any more."""
    env.cr.execute(
        """
        UPDATE calendar_event SET videocall_location = NULL
         WHERE video_provider IS NOT NULL
           AND videocall_location LIKE '%%/video/join/%%'
        """
    )
    env["ir.config_parameter"].sudo().search(
        [("key", "=like", "psynamica_zoom.%")]
    ).unlink()
