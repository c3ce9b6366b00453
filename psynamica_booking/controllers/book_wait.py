# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody is told who tries too often: when to come again."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

from odoo.http import Response, request

from .book_offer import Offer
from .book_page import Visitor, render_page

_MINUTE = timedelta(minutes=1)


def refused_until(*tries: tuple[str, str]) -> datetime | None:
    """Return None when all these may be tried once more; else from when on, aware.

    :param tries: kind and whom, of `psynamica.booking.try`; none after the first that
        is refused is counted
    """
    counted = request.env["psynamica.booking.try"]
    moments = (counted._refused_until(kind, whom) for kind, whom in tries)
    return next(filter(None, moments), None)


def wait_words(visitor: Visitor, offer: Offer, until: datetime) -> str:
    """Return the sentence that says when to try again.

    One for all limits: nobody learns which e-mail addresses are in use here.
    """
    words = visitor.words(visitor.zone or offer.zone)
    return visitor.env._(
        "There were too many tries from here. Please try again after %(time)s"
        " (%(city)s), or contact the practice.",
        time=words.time(until + _MINUTE),
        city=words.city(),
    )


def say_when(response: Response, until: datetime) -> Response:
    """Tell programs as well from when on it may be tried again."""
    left = until - datetime.now(timezone.utc)
    response.headers["Retry-After"] = str(max(1, math.ceil(left.total_seconds())))
    return response


def too_often(visitor: Visitor, offer: Offer, until: datetime) -> Response:
    """Return the page for somebody who has looked for times too often."""
    values = {
        "told": wait_words(visitor, offer, until),
        "back": visitor.link(offer.path),
    }
    page = render_page(visitor, "psynamica_booking.page_too_often", values, status=429)
    return say_when(page, until)
