# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the server's logs are not to hold: tokens in our addresses.

Who has one books by a private link, confirms a booking, or moves and cancels a session.
"""

from __future__ import annotations

import logging
import re

HIDDEN = r"\1***"
_SECRET_PART = re.compile(
    r"(?<!/web)(/(?:session|book/p|book/c|booking/confirm)/).*?(?= HTTP/[0-9.]+|$)",
    re.DOTALL,
)


class WithoutTokens(logging.Filter):
    """Takes the secret part out of our addresses in a line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the line is to be written, after changing it."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                _SECRET_PART.sub(HIDDEN, value) if isinstance(value, str) else value
                for value in record.args
            )
        return True


# Forms without their token are in no other log: the routes ask for it themselves.
logging.getLogger("werkzeug").addFilter(WithoutTokens())
