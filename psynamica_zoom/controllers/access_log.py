# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's access log is not to hold.

Odoo logs the address of every request.  Ours carry Zoom's code, and tokens that open a
session to whoever has them.  Odoo also decodes the address for the log and escapes
nothing in it: a stranger could write lines of their own, or talk to the terminal of
whoever reads the log.
"""

from __future__ import annotations

import logging
import re

from ..models.zoom_app import CALLBACK_PATH, WEBHOOK_PATH
from .public_page import CONNECT_PATH

HIDDEN = r"\1***"
SETTINGS = "res.config.settings"
_QUERIES = "|".join(
    rf"{re.escape(path)}\?" for path in (CALLBACK_PATH, WEBHOOK_PATH, CONNECT_PATH)
)
_SECRET_PART = re.compile(
    rf"({_QUERIES}|/video/join/).*?(?= HTTP/[0-9.]+|$)", re.DOTALL
)
# What ends a line, moves the cursor or turns text around; Odoo's own colours stay.
_UNPRINTABLE = re.compile(
    r"\x1b(?!\[[0-9;]{1,5}m)"
    r"|[\x00-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


class WithoutSecrets(logging.Filter):
    """Takes the secret part out of our addresses, and escapes what is unprintable."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the line is to be written, after changing it."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _fit_for_a_line(value) if isinstance(value, str) else value
                for value in record.args
            )
        return True


def _fit_for_a_line(text: str) -> str:
    return _UNPRINTABLE.sub(_escaped, _SECRET_PART.sub(HIDDEN, text))


def _escaped(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


class WithoutTypedSecrets(logging.Filter):
    """Takes what is typed into the settings out of a line about a call.

    At DEBUG Odoo logs the arguments of every call over RPC: among them a client secret
    that somebody has just entered.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the line is to be written, after changing it."""
        args = record.args
        if isinstance(args, tuple) and args and str(args[0]).startswith(SETTINGS):
            record.args = (SETTINGS, *args[1:-1], "***")
        return True


logging.getLogger("werkzeug").addFilter(WithoutSecrets())
logging.getLogger("odoo.service.model").addFilter(WithoutTypedSecrets())
