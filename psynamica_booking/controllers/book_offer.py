# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an address offers: which service, by whom, and how it is described."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from odoo.tools import format_amount

from ..services.time_zone import visitor_zone
from .book_page import Visitor
from .book_photo import photo_address

UTC = ZoneInfo("UTC")
# All that our addresses are made of; a database does not even take every character.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
_PARTS = ("slug", "token", "client_token", "therapist")


class Offer(NamedTuple):
    """A service that can be booked at one address.

    :param service: with sudo, in the visitor's language
    :param users: who may be booked here
    :param therapist: the one whom the address names; nobody = any of `users`
    :param base: the address of the service
    :param path: the address of this offer
    :param everybody: whom else one may turn to from here
    :param client: whose own link this is, if it is one
    """

    service: Any
    users: Any
    therapist: Any
    base: str
    path: str
    is_private: bool
    everybody: Any = None
    client: Any = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the (first) therapist works."""
        return self.zone_of(self.users[:1]) if self.users else UTC

    def zone_of(self, user: Any) -> ZoneInfo:
        return visitor_zone(user._booking_zone()) or UTC


def published_services(visitor: Visitor) -> Any:
    """Return what everybody may book, of the visitor's practice."""
    return (
        _services(visitor)
        .search(
            [
                ("is_published", "=", True),
                ("company_id", "=", visitor.env.company.id),
                ("slug", "!=", False),
            ]
        )
        .filtered(lambda service: service._public_therapists())
    )


def find_offer(visitor: Visitor, asked: dict[str, str]) -> Offer | None:
    """Return what is offered at this address, None when it is nothing.

    :param asked: what the address names, among others: `slug` (of a service that is
        published), `token` (the private link of a service) or `client_token` (a
        client's own link); `therapist`
    """
    parts = [asked.get(name) for name in _PARTS]
    if not all(_NAME.fullmatch(part) for part in parts if part is not None):
        return None
    slug, token, client_token, therapist = parts
    if client_token is not None:
        offer = _by_client_token(visitor, client_token)
    elif token is not None:
        offer = _by_token(visitor, token)
    else:
        offer = _by_slug(visitor, slug)
    if not offer.users:
        return None
    return offer if therapist is None else _by_therapist(offer, therapist)


def _by_therapist(offer: Offer, therapist: str) -> Offer | None:
    named = offer.users._booking_slugs().get(therapist)
    if not named:
        return None
    path = f"{offer.base}/{therapist}"
    return offer._replace(users=named, therapist=named, path=path)


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


def describe_therapists(visitor: Visitor, offer: Offer) -> list[dict]:
    """Return the therapists of a service, to choose from."""
    return [
        {
            "name": user.name,
            "photo": photo_address(user),
            "link": visitor.link(f"{offer.base}/{slug}"),
            "is_chosen": user == offer.therapist,
        }
        for slug, user in sorted(
            offer.everybody._booking_slugs().items(),
            key=lambda pair: pair[1].name or "",
        )
    ]


def _by_slug(visitor: Visitor, slug: str | None) -> Offer:
    service = _services(visitor).search(
        [
            ("slug", "=", slug),
            ("is_published", "=", True),
            ("company_id", "=", visitor.env.company.id),
        ],
        limit=1,
    )
    return _offer(visitor, service, f"/book/{service.slug}")


def _by_token(visitor: Visitor, token: str) -> Offer:
    service = _services(visitor).search([("access_token", "=", token)], limit=1)
    return _offer(visitor, service, f"/book/p/{token}", is_private=True)


def _by_client_token(visitor: Visitor, token: str) -> Offer:
    link = visitor.env["psynamica.booking.link"]._find(token)
    offer = _offer(visitor, link.service_id, f"/book/c/{token}", is_private=True)
    users = link._therapists()
    return offer._replace(users=users, everybody=users, client=link.partner_id)


def _offer(
    visitor: Visitor, service: Any, base: str, *, is_private: bool = False
) -> Offer:
    users = service._public_therapists() if service else visitor.env["res.users"].sudo()
    return Offer(service, users, users[:0], base, base, is_private, everybody=users)


def _services(visitor: Visitor) -> Any:
    return visitor.env["psynamica.booking.service"].sudo()
