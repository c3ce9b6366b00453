# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What pages show of a session's room, and the way into it."""

import re


def number_in(place):
    """The meeting's number at Zoom, which *place* shows: digits only."""
    return re.sub(r"\D", "", place.text_content())


def join_by(button):
    """Presses *button*; the new tab it opens."""
    with button.page.context.expect_page() as opened:
        button.click()
    opened.value.wait_for_load_state()
    return opened.value
