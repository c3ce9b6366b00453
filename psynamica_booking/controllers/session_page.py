# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the pages about one client's session show, and to whom."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from odoo.fields import Datetime
from odoo.http import Response, request

from odoo.addons.psynamica_zoom.controllers.asset_address import asset_address
from odoo.addons.psynamica_zoom.controllers.public_page import render_public
from odoo.addons.psynamica_zoom.controllers.unknown_links import UnknownLinks
from odoo.addons.psynamica_zoom.controllers.visitor_language import choose_language

from ..services.calendar_links import Entry, google_link, outlook_link
from ..services.time_zone import offset_differs, visitor_zone
from .book_offer import UTC
from .book_page import ASSETS, Visitor, current_visitor, render_page
from .book_words import Words

WAITING_POLL_S = 3
LONG_WAITING_POLL_S = 10
NEAR_POLL_S = 15
REQUESTED_POLL_S = 30
NEAR_S = 2 * 60 * 60  # before and after the start; there may be a new room
MOST_PAST = 20
NEW_FOR = timedelta(hours=1)  # a page looked at later has nothing to announce
_unknown_links = UnknownLinks()


class Page(NamedTuple):
    """One client's pages about one session.

    :param participant: with sudo, in the client's language
    """

    visitor: Visitor
    participant: Any
    path: str

    @property
    def booking(self) -> Any:
        return self.participant.booking_id

    @property
    def words(self) -> Words:
        return self.visitor.words(self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this client reads times."""
        return self.visitor.zone or self.practice_zone

    @property
    def practice_zone(self) -> ZoneInfo:
        return visitor_zone(self.booking.user_id._booking_zone()) or UTC

    def link(self, step: str = "", **query: object) -> str:
        """Return the address of a page of this client's, in the language chosen."""
        return self.visitor.link(f"{self.path}{step}", **query)

    def render(self, template: str, values: dict, *, status: int = 200) -> Response:
        """Return a page, with what all of them show."""
        page = {
            "company": self.booking.company_id,
            "page": self,
            "appointment": describe(self),
            "csrf_token": request.csrf_token(),
            "zone_page": not self.visitor.zone,
            "session_script": asset_address(f"{ASSETS}/session.js"),
            **values,
        }
        response = render_page(
            self.visitor, f"psynamica_booking.{template}", page, status=status
        )
        # The script asks this very page whether something is new.
        policy = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = f"{policy}; connect-src 'self'"
        return response


def find_page(token: str) -> Page | None:
    """Return the pages of the client who has this token; None if nobody has."""
    participant = request.env["psynamica.booking.participant"]._of_token(token)
    if not participant:
        return None
    visitor = _visitor(participant)
    own = participant.with_env(visitor.env(su=True))
    return Page(visitor, own, f"/session/{participant.token}")


def unknown() -> Response:
    """Return the page for a token that nobody has, or was asked for too often."""
    wait_s = _unknown_links.note(request.httprequest.remote_addr)
    if not wait_s:
        return render_public("psynamica_zoom.page_not_found", status=404)
    answer = render_public("psynamica_zoom.page_too_many", status=429)
    answer.headers["Retry-After"] = str(wait_s)
    return answer


def _visitor(participant: Any) -> Visitor:
    """Return who looks: by this link it is the client, whoever is logged in."""
    visitor = current_visitor()
    partner = participant.partner_id
    asked = request.httprequest.args
    lang = choose_language(
        (code for code, _name in visitor.env["res.lang"].get_installed()),
        [asked.get("lang"), participant.lang, partner.lang, visitor.lang],
    )
    zones = (visitor_zone(name) for name in (participant.tz, partner.tz))
    return visitor._replace(
        env=visitor.env(context=dict(visitor.env.context, lang=lang)),
        lang=lang,
        zone=next(filter(None, zones), visitor.zone),
        is_framed=False,  # nobody shows these pages inside others
    )


def session_values(page: Page) -> dict:
    """Return what the page of a session shows."""
    booking, participant = page.booking, page.participant
    state = participant._client_state()
    room = _room(page, state)
    is_new_room = room["kind"] != "none" and booking.room_is_new
    values = {
        "state": state,
        "was_late": participant.is_late,
        "is_new": participant.create_date > Datetime.now() - NEW_FOR,
        "room": room,
        "renewed": page.words.time(_utc(booking.room_renewed_at))
        if is_new_room
        else "",
        "may_renew": room["kind"] != "none" and booking._may_renew_room(),
        "calendar": _calendar(page, state, room),
        "answers": [
            {"question": answer.question, "value": answer.value}
            for answer in participant.answer_ids
            if answer.value
        ],
        **_others(page),
        **change_values(page),
    }
    values["news_words"] = page.visitor.env._("There is something new on this page.")
    values["poll_s"] = _poll_s(page, state, room)
    values["mark"] = _mark(page, state, room)
    return values


def describe(page: Page) -> dict:
    """Return what, when and with whom: nothing that says what the practice does."""
    booking, words = page.booking, page.words
    service = booking.service_id
    return {
        "minutes": booking.minutes,
        "location": service.location,
        "address": service.address or "",
        "therapist": booking.user_id.name,
        **when(page, booking.start),
        "moved_from": words.on(booking.moved_from) if booking.moved_from else "",
    }


def when(page: Page, start: datetime) -> dict:
    """Return a start for the client, and for the practice when its clock differs.

    :param start: naive UTC
    """
    words, practice = page.words, page.practice_zone
    minutes = page.booking.minutes
    differs = offset_differs(page.zone, practice, _utc(start))
    return {
        "when": words.when(start),
        "on": words.on(start),
        "span": words.span(start, minutes),
        "zone": words.zone_label(_utc(start)),
        "practice_when": words.when(start, practice) if differs else "",
        "practice_span": words.span(start, minutes, practice) if differs else "",
        "practice_city": words.city(practice) if differs else "",
    }


def change_values(page: Page) -> dict:
    """Return what the client may change, until when, and what being late means."""
    booking = page.booking
    may_cancel = page.participant._may("cancel")
    return {
        "may_move": page.participant._may("move"),
        "may_cancel": may_cancel,
        "move_hindrance": page.participant._move_hindrance(),
        "goes_on": may_cancel and booking.client_count > 1,
        "other_dates": _other_dates(page),
        "is_late": may_cancel and booking._would_be_late(),
        "deadline": page.words.on(booking._change_deadline()),
        "has_deadline": bool(booking.service_id.cancel_hours),
        "late_text": booking.service_id.late_text or "",
    }


def _others(page: Page) -> dict:
    """Return the client's next other sessions, and the last ones that are over."""
    places = page.participant._other_places()
    coming = places.filtered(
        lambda p: p._client_state() in ("requested", "confirmed", "moved")
    )
    over = places.filtered(lambda p: p._client_state() == "over")
    by_start = {"key": lambda p: p.booking_id.start}
    return {
        "coming": [_row(page, p) for p in coming.sorted(**by_start)],
        "past": [_row(page, p) for p in over.sorted(**by_start)[::-1][:MOST_PAST]],
    }


def _row(page: Page, place: Any) -> dict:
    return {
        "on": page.words.on(place.booking_id.start),
        "therapist": place.booking_id.user_id.name,
        "link": page.visitor.link(f"/session/{place.token}"),
    }


def _other_dates(page: Page) -> str:
    """Return where another date is booked, "" when nowhere.

    The list of services: the address of one may say what the practice does.
    """
    service = page.booking.service_id
    is_offered = service.active and service.is_published and service.slug
    return page.visitor.link("/book") if is_offered else ""


def _room(page: Page, state: str) -> dict:
    """Return where the session takes place online: ready, waiting, room or none."""
    event = page.booking.event_id
    if state not in ("confirmed", "moved") or not event.video_provider:
        return {"kind": "none"}
    where = event._video_where()
    link = page.participant._given_join_url()
    if where["kind"] in ("cancelled", "over") or not link:
        return {"kind": "none"}
    is_ready = where["kind"] == "redirect"
    return {
        "kind": "ready" if is_ready else where["kind"],
        "is_zoom": event.video_provider == "zoom",
        "is_long": bool(where.get("long")),
        "reason": where.get("reason", ""),
        "link": link,
        "zoom": event._video_zoom_details() if is_ready else {},
    }


def _calendar(page: Page, state: str, room: dict) -> dict:
    """Return the ways to put the session into a calendar; {} while there is none."""
    booking = page.booking
    if state not in ("confirmed", "moved") or not booking.event_id:
        return {}
    service = booking.service_id
    link = room.get("link", "")
    entry = Entry(
        title=page.visitor.env._("Appointment"),
        start=_utc(booking.start),
        stop=_utc(booking.stop),
        place=service.address or "" if service.location == "in_person" else link,
        text=link,
    )
    return {
        "file": page.link("/appointment.ics"),
        "google": google_link(entry),
        "outlook": outlook_link(entry),
    }


def _poll_s(page: Page, state: str, room: dict) -> int:
    """Return after how many seconds to look again by itself, 0 for never."""
    if room["kind"] == "waiting":
        return LONG_WAITING_POLL_S if room["is_long"] else WAITING_POLL_S
    if state == "requested":
        return REQUESTED_POLL_S
    until_start = page.booking.start - Datetime.now()
    is_near = abs(until_start.total_seconds()) < NEAR_S
    return NEAR_POLL_S if is_near and state in ("confirmed", "moved") else 0


def _mark(page: Page, state: str, room: dict) -> str:
    """Return a word that changes when the page has something new to say."""
    booking = page.booking
    shown = (
        state,
        room,
        booking.start,
        booking.stop,
        booking.user_id.id,
        booking.room_renewed_at,
        booking._may_renew_room(),
        change_values(page),
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)
