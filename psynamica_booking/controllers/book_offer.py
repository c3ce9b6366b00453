# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an address offers: which service, by whom, and how it is described."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from odoo.tools import consteq, format_amount

from ..services.time_zone import visitor_zone
from .book_page import Visitor
from .book_photo import photo_address

UTC = ZoneInfo("UTC")
# All that our addresses are made of; a database does not even take every character.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True)
class Offer:
    """A service that can be booked at one address.

    :param service: with sudo, in the visitor's language
    :param users: who may give it
    :param therapist: the one whom the address names; nobody = any of `users`
    :param base: the address of the service
    :param path: the address of this offer
    """

    service: Any
    users: Any
    therapist: Any
    base: str
    path: str
    is_private: bool

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the (first) therapist works."""
        return self.zone_of(self.users[:1]) if self.users else UTC

    def zone_of(self, user: Any) -> ZoneInfo:
        return visitor_zone(user._booking_zone()) or UTC


def published_services(visitor: Visitor) -> Any:
    """Return what everybody may book, of the visitor's practice."""
    services = visitor.env["psynamica.booking.service"].sudo()
    return services.search(
        [
            ("is_published", "=", True),
            ("company_id", "=", visitor.env.company.id),
            ("slug", "!=", False),
        ]
    ).filtered(lambda service: service._public_therapists())


def find_offer(
    visitor: Visitor,
    slug: str | None = None,
    token: str | None = None,
    therapist: str | None = None,
) -> Offer | None:
    """Return what is offered at this address, None when it is nothing."""
    if not all(_NAME.fullmatch(part) for part in (slug, token, therapist) if part):
        return None
    service = _by_token(visitor, token) if token else _by_slug(visitor, slug)
    users = service._public_therapists() if service else None
    if not users:
        return None
    base = f"/book/p/{service.access_token}" if token else f"/book/{service.slug}"
    if therapist is None:
        return Offer(service, users, users[:0], base, base, bool(token))
    named = users._booking_slugs().get(therapist)
    if not named:
        return None
    return Offer(service, named, named, base, f"{base}/{therapist}", bool(token))


def describe(visitor: Visitor, service: Any) -> dict:
    """Return what the pages say about a service."""
    price = ""
    if service.price:
        price = format_amount(visitor.env, service.price, service.currency_id)
    return {
        "name": service.name,
        "description": service.description,
        "minutes": service.minutes,
        "location": service.location,
        "address": service.address or "",
        "price": price,
    }


def describe_therapists(offer: Offer) -> list[dict]:
    """Return the therapists of a service, to choose from."""
    everybody = offer.service._public_therapists()
    return [
        {
            "name": user.name,
            "photo": photo_address(user),
            "path": f"{offer.base}/{slug}",
            "is_chosen": user == offer.therapist,
        }
        for slug, user in sorted(
            everybody._booking_slugs().items(), key=lambda pair: pair[1].name or ""
        )
    ]


def _by_slug(visitor: Visitor, slug: str | None) -> Any:
    services = visitor.env["psynamica.booking.service"].sudo()
    if not slug:
        return services
    return services.search(
        [
            ("slug", "=", slug),
            ("is_published", "=", True),
            ("company_id", "=", visitor.env.company.id),
        ],
        limit=1,
    )


def _by_token(visitor: Visitor, token: str) -> Any:
    services = visitor.env["psynamica.booking.service"].sudo()
    found = services.search([("access_token", "=", token)], limit=1)
    return found if found and consteq(found.access_token, token) else services
