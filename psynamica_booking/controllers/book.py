# Copyright 2026 Psynamica
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scheduling page: what is offered, which times are free, and booking one.

Looking (GET) changes nothing.  Choosing a time (POST, step "hold") keeps it for ten
minutes, sending the form (POST, step "book") books it.  Nothing a client has written is
part of an address.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

from odoo.fields import Datetime
from odoo.http import Controller, Response, request, route

from ..models.booking_making import SlotTaken
from ..services import month as months
from ..services.periods import Period
from ..services.visit_form import Form
from . import book_form
from .book_captcha import captcha_keys, captcha_problem
from .book_month import chosen_values, month_values, their_zone, time_values
from .book_offer import (
    Offer,
    describe,
    describe_therapists,
    find_offer,
    published_services,
)
from .book_page import (
    Visitor,
    booked_link,
    current_visitor,
    not_found,
    render_page,
)
from .book_stale import FORM, is_stale
from .book_stale import STATUS as STALE
from .book_wait import refused_until, say_when, too_often, wait_words

HOLD_KEY = "psynamica_booking_hold"  # in the session: token and place of the hold
OFFERS = [
    "/book/<string:slug>",
    "/book/<string:slug>/<string:therapist>",
    "/book/p/<string:token>",
    "/book/p/<string:token>/<string:therapist>",
    "/book/c/<string:client_token>",
    "/book/c/<string:client_token>/<string:therapist>",
]
LOOK = {"type": "http", "auth": "public", "methods": ["GET"], "readonly": True}
MAILED_PATH = "/booking/mail"
WRITTEN_MOST_B = 256 * 1024


class BookController(Controller):
    @route("/book", **LOOK)
    def services(self, **_ignored: str) -> Response:
        """Show what everybody may book."""
        visitor = current_visitor()
        services = [
            {
                **describe(visitor, service),
                "link": visitor.link(f"/book/{service.slug}"),
            }
            for service in published_services(visitor)
        ]
        values = {"services": services, "is_indexed": True}
        return render_page(visitor, "psynamica_booking.page_services", values)

    @route(OFFERS, **LOOK)
    def offer(self, **asked: str) -> Response:
        """Show the free times, or what is to be filled in for the one chosen."""
        visitor = current_visitor()
        offer = find_offer(visitor, asked)
        if not offer:
            return not_found(visitor)
        start = _read_start(offer, asked.get("start"))
        if start:
            return _show_chosen(visitor, offer, start)
        values = month_values(visitor, offer, _own_hold(offer))
        values |= {
            "service": describe(visitor, offer.service),
            "therapists": describe_therapists(visitor, offer),
            "offer": offer,
            "is_indexed": not offer.is_private,
        }
        return render_page(visitor, "psynamica_booking.page_times", _act(values))

    @route(OFFERS, max_content_length=WRITTEN_MOST_B, **FORM)
    def act(self, **written: str) -> Response:
        """Keep a time, or book it."""
        visitor = current_visitor()
        offer = find_offer(visitor, written)
        if not offer:
            return not_found(visitor)
        start = _read_start(offer, written.get("instead") or written.get("start"))
        if not start:
            return request.redirect(visitor.link(offer.path), code=303)
        is_form = written.get("step") == "book"
        if is_stale():
            show = _show_form_again if is_form else _show_chosen_again
            return show(visitor, offer, start, written)
        if is_form:
            return _book(visitor, offer, start, written)
        return _hold(visitor, offer, start)


# Choosing a time


def _hold(visitor: Visitor, offer: Offer, start: datetime) -> Response:
    until = refused_until(("hold", request.httprequest.remote_addr))
    if until:
        return too_often(visitor, offer, until)
    old = _own_hold()
    try:
        with request.env.cr.savepoint():
            old.unlink()
            kept = _bookings()._hold_for_visitor(offer.service, offer.users, start)
            kept.flush_recordset()
    except SlotTaken as taken:
        return _show_taken(visitor, offer, start, taken.nearest)
    request.session[HOLD_KEY] = {
        "token": kept.hold_token if kept.state == "held" else "",
        "place": _place(offer, start),
    }
    link = visitor.link(offer.path, start=months.write_start(start))
    return request.redirect(link, code=303)


def _show_chosen_again(
    visitor: Visitor, offer: Offer, start: datetime, _written: dict
) -> Response:
    """Ask once more whether to keep this time: the form was too old to be believed."""
    return _show_free(visitor, offer, start, is_again=True)


def _show_chosen(visitor: Visitor, offer: Offer, start: datetime) -> Response:
    """Show the form while the visitor holds this time, else offer to hold it."""
    held = _own_hold(offer, start)
    if held or _has_place(offer, start):
        form = Form(book_form.known_values(visitor))
        return _show_form(visitor, offer, start, held, form)
    return _show_free(visitor, offer, start)


def _show_free(
    visitor: Visitor, offer: Offer, start: datetime, *, is_again: bool = False
) -> Response:
    """Offer to hold this time, or others when it is not free."""
    moment = start.replace(tzinfo=timezone.utc)
    window = Period(moment, moment + timedelta(minutes=1))
    free = offer.service._public_slots(offer.users, window, _own_hold(offer))
    if moment in free:
        values = {
            "service": describe(visitor, offer.service),
            "offer": offer,
            "chosen": _chosen(visitor, offer, start, free[moment]),
            "is_over": request.session.get(HOLD_KEY, {}).get("place")
            == _place(offer, start),
            "back": visitor.link(offer.path),
            "is_again": is_again,
        }
        status = STALE if is_again else 200
        return render_page(
            visitor, "psynamica_booking.page_chosen", _act(values), status=status
        )
    nearest = offer.service._nearest_public_slots(offer.users, start)
    return _show_taken(visitor, offer, start, nearest)


def _show_taken(
    visitor: Visitor, offer: Offer, start: datetime, nearest: list[datetime]
) -> Response:
    values = {
        "service": describe(visitor, offer.service),
        "offer": offer,
        "chosen": _chosen(visitor, offer, start),
        "others": [_time(visitor, offer, other) for other in nearest],
        "back": visitor.link(offer.path),
    }
    return render_page(
        visitor, "psynamica_booking.page_taken", _act(values), status=409
    )


# Booking it


def _book(visitor: Visitor, offer: Offer, start: datetime, written: dict) -> Response:
    sent_before = _sent_before(written.get("once"))
    if sent_before:
        return request.redirect(sent_before, code=303)
    held = _bookings()._held_by(written.get("hold"), offer.service)
    if held.user_id not in offer.users:
        held = held.browse()
    form = book_form.read_visit(offer, written)
    told = _refusal(visitor, form, written)
    until = None if told else _refused_until(offer, form)
    if told or until:
        kept = held if held.start == start else held.browse()
        told = told or wait_words(visitor, offer, until)
        status = 429 if until else 422
        page = _show_form(visitor, offer, start, kept, form, told=told, status=status)
        return say_when(page, until) if until else page
    visit = book_form.visit_values(visitor, offer, form)
    visit["form_token"] = (written.get("once") or "")[:64]
    try:
        with request.env.cr.savepoint():
            if held and held.start != start:
                held.unlink()  # another time was chosen instead
                held = held.browse()
            leads_to = _make(offer, start, visit, held)
    except SlotTaken as taken:
        nothing = held.browse()
        others = [_time(visitor, offer, other) for other in taken.nearest]
        return _show_form(
            visitor, offer, start, nothing, form, others=others, status=409
        )
    request.session.pop(HOLD_KEY, None)
    return request.redirect(leads_to, code=303)


def _show_form_again(
    visitor: Visitor, offer: Offer, start: datetime, written: dict
) -> Response:
    """Show the form with what was written: it was too old to be believed."""
    sent_before = _sent_before(written.get("once"))
    if sent_before:
        return request.redirect(sent_before, code=303)
    form = Form(book_form.read_visit(offer, written).values)
    held = _bookings()._held_by(written.get("hold"), offer.service, start)
    return _show_form(visitor, offer, start, held, form, is_again=True, status=STALE)


def _make(offer: Offer, start: datetime, visit: dict, held: Any) -> str:
    """Book it, or ask by mail first; return where the visitor goes from here.

    :raises SlotTaken: the slot is not free
    """
    if offer.service.company_id.booking_confirm_email and not offer.client:
        pending = request.env["psynamica.booking.pending"]
        pending._wait(offer.service, offer.users, start, visit, held)
        return MAILED_PATH
    participant = _bookings()._book_visitor(
        offer.service, offer.users, start, visit, held
    )
    return booked_link(participant)


def _sent_before(form_token: str | None) -> str:
    """Return where a form led that is sent once more, by a second click; else ""."""
    participant = request.env["psynamica.booking.participant"]._booked_by_form(
        form_token
    )
    if participant:
        return booked_link(participant)
    waits = request.env["psynamica.booking.pending"]._waits_by_form(form_token)
    return MAILED_PATH if waits else ""


def _refusal(visitor: Visitor, form: Form, written: dict) -> str:
    """Return why this form cannot be taken as it is, "" when it can."""
    env = visitor.env
    if written.get(book_form.TRAP):
        return env._("Please send the form once more.")
    if form.problems:
        return env._("Please look at the marked fields.")
    return captcha_problem(env)


def _refused_until(offer: Offer, form: Form) -> datetime | None:
    """Return from when on this may be sent again, None when it is not too often."""
    whom = form.values.get("email") or f"client {offer.client.id}"
    return refused_until(("book", request.httprequest.remote_addr), ("email", whom))


def _show_form(
    visitor: Visitor,
    offer: Offer,
    start: datetime,
    held: Any,
    form: Form,
    *,
    told: str = "",
    is_again: bool = False,
    others: list[dict] | None = None,
    status: int = 200,
) -> Response:
    values = {
        "service": describe(visitor, offer.service),
        "offer": offer,
        "chosen": _chosen(visitor, offer, start, held.user_id.ids),
        "therapist": held.user_id or offer.therapist,
        "hold": (held or _own_hold(offer)).hold_token or "",
        "once": secrets.token_urlsafe(24),
        "seconds_left": _seconds_left(held),
        "left_words": visitor.env._("This time is kept for you: {minutes} min left."),
        "over_words": visitor.env._(
            "The ten minutes are over. Send the form all the same: if somebody else has"
            " taken this time, you can choose another."
        ),
        "others": others,
        "told": told,
        "is_again": is_again,
        "written": form.values,
        "problems": book_form.messages(visitor, form),
        "questions": book_form.questions_of(offer),
        "needs_phone": offer.service.location == "phone",
        "agreement": book_form.agreement(visitor, offer),
        "written_lang": book_form.written_language(visitor),
        "trap": book_form.TRAP,
        "captcha": captcha_keys(visitor.env),
        "back": visitor.link(offer.path, day=_day(visitor, offer, start)),
    }
    return render_page(
        visitor, "psynamica_booking.page_form", _act(values), status=status
    )


# What all of them need


def _act(values: dict) -> dict:
    """Return the values of a page with forms that change something."""
    return {"csrf_token": request.csrf_token(), **values}


def _bookings() -> Any:
    return request.env["psynamica.booking"].sudo()


def _read_start(offer: Offer, text: str | None) -> datetime | None:
    horizon = timedelta(days=offer.service.horizon_days)
    return months.read_start(text, Datetime.now(), horizon)


def _own_hold(offer: Offer | None = None, start: datetime | None = None) -> Any:
    """Return what this visitor holds (of this offer, at this start), or nothing."""
    token = request.session.get(HOLD_KEY, {}).get("token")
    held = _bookings()._held_by(token, offer and offer.service, start)
    return held if not offer or held.user_id in offer.users else held.browse()


def _has_place(offer: Offer, start: datetime) -> bool:
    """Return whether the visitor has chosen a place in a group, which needs no hold."""
    chosen = request.session.get(HOLD_KEY, {})
    return chosen.get("token") == "" and chosen.get("place") == _place(offer, start)


def _place(offer: Offer, start: datetime) -> str:
    return f"{offer.service.id} {months.write_start(start)}"


def _time(visitor: Visitor, offer: Offer, start: datetime) -> dict:
    """Return a time to choose."""
    words = visitor.words(visitor.zone or offer.zone)
    return time_values(words, offer, start.replace(tzinfo=timezone.utc), [])


def _chosen(
    visitor: Visitor, offer: Offer, start: datetime, user_ids: list | tuple = ()
) -> dict:
    """Return the time that was chosen."""
    words = visitor.words(visitor.zone or offer.zone)
    moment = start.replace(tzinfo=timezone.utc)
    theirs = their_zone(offer, list(user_ids))
    return chosen_values(words, moment, offer.service.minutes, theirs)


def _day(visitor: Visitor, offer: Offer, start: datetime) -> str:
    zone = visitor.zone or offer.zone
    return start.replace(tzinfo=timezone.utc).astimezone(zone).date().isoformat()


def _seconds_left(held: Any) -> int:
    if not held:
        return 0
    return max(0, int((held.held_until - Datetime.now()).total_seconds()))
