# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's access log is not to hold.

Odoo logs the address of every request.  Ours carry Zoom's code, and tokens that open a
session to whoever has them.
"""

from __future__ import annotations

import logging
import re

from ..models.zoom_app import CALLBACK_PATH

HIDDEN = r"\1***"
_SECRET_PART = re.compile(rf"({re.escape(CALLBACK_PATH)}\?|/video/join/)[^\s\"]+")


class WithoutSecrets(logging.Filter):
    """Takes the secret part out of our addresses in a line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the line is to be written, after changing it."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET_PART.sub(HIDDEN, value) if isinstance(value, str) else value
                for value in record.args
            )
        return True


logging.getLogger("werkzeug").addFilter(WithoutSecrets())
